#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "model/default_model.h"
#include "run/settings.h"
#include "store/project.h"

namespace longview {

/// Everything a run needs, copied at its start.
struct RunRequest {
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path project;
  std::string dataset; ///< name; empty: of the file or folder
  std::string model;   ///< path; empty: the default model
  RunSettings settings;
  std::string device = "auto";
  int threads = 0;          ///< 0: all cores
  std::uint64_t memory = 0; ///< bytes; 0: see ScorerOptions
  std::uint64_t limit = 0;  ///< documents; 0: all
  bool embed = false;
};

/// A snapshot for people; sent at most ten times a second, and at every change of stage.
struct RunProgress {
  enum class Stage { preparing, loading_model, counting, scoring, finished, cancelled, failed };
  Stage stage = Stage::preparing;
  std::string message;                                   ///< what is being done, or the error
  std::uint64_t documents_done = 0, documents_total = 0; ///< total 0 while unknown
  std::uint64_t pairs_done = 0, pairs_total = 0;
  std::uint64_t tokens_done = 0; ///< tokens that went through the model
  double fraction = 0;           ///< 0 … 1 of the work, by model tokens
  std::optional<double> pairs_per_second;
  std::optional<double> seconds_left;
  std::optional<RunId> run;          ///< from the moment it exists in the project
  std::optional<DocumentId> changed; ///< a result of this document was just stored (partial or whole)
};

/// Where the time of a run went: seconds that threads were busy with each kind of work. All but loading goes on beside
/// the model, so they add up to more than the run took.
struct RunTimes {
  double loading = 0; ///< the model
  double reading = 0; ///< documents from their files
  double tokenizing = 0;
  double planning = 0; ///< entering documents in the project, repetition, drawing pairs
  double storing = 0;  ///< results
  ScorerTimes model;   ///< of all devices together
};

/// Resident bytes of the process.
struct RunMemory {
  std::uint64_t before_model = 0; ///< with libtorch, without the model; 0 in a run that did not need it
  std::uint64_t loading_peak = 0; ///< up to when the model was there
  std::uint64_t scoring_peak = 0; ///< from then on
};

struct RunSummary {
  RunId run{};
  std::uint64_t scored = 0, too_short = 0, too_few_pairs = 0, bad_input = 0, failed = 0;
  std::uint64_t already_there = 0; ///< results an earlier call had stored
  std::uint64_t pairs = 0;
  double seconds = 0;
  RunTimes times;
  RunMemory memory;
  std::vector<std::string> notes; ///< what went otherwise than asked for, for people: a device that ran out of memory
};

/// Called from the runner's threads, one call at a time; must be quick.
using RunObserver = std::function<void(const RunProgress&)>;

/// Reads, tokenizes, scores and stores; blocks until done. Bad and failed documents are results, not exceptions. Throws
/// Error: cancelled (everything finished is stored; the same request goes on), busy (another program runs it),
/// not_found…
RunSummary run(const RunRequest& request, const RunObserver& observer, std::stop_token stop);
/// The same with a model that is open already: request.model in request.settings.dtype.
RunSummary run(const RunRequest& request, Scorer& open_model, const RunObserver& observer, std::stop_token stop);

/// What a run would cost, before it is started. Reads and tokenizes the inputs (or the first `sample` bytes of them and
/// scales), opens the model and times it for about half a second unless this machine, model and dtype are remembered.
struct Forecast {
  std::uint64_t documents = 0, scorable = 0, tokens = 0, segments = 0, pairs = 0;
  std::uint64_t passes = 0; ///< segments through the model: alone and after a prefix
  double pairs_per_second = 0, solo_per_second = 0;
  double seconds = 0;
  std::string model, device;
  DType dtype = DType::float32;
  bool exact = true; ///< false: tokens were estimated from a sample
};
Forecast forecast(const RunRequest& request, const RunObserver& observer, std::stop_token stop);

/// Dataset name a request gets: its own, else of its first file (without .jsonl, .txt, .gz, .zst) or folder.
std::string dataset_name(const RunRequest& request);

} // namespace longview
