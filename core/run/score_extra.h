#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

#include "run/document_model.h"
#include "run/extra_pairs.h"
#include "run/longer_sample.h"
#include "run/runner.h"

namespace longview {

constexpr std::uint64_t usual_most_extra_pairs = 4000; ///< that a sample is lengthened by, unless somebody says more

/// What is to be scored of one document beyond its run: ranges asked for by hand, or, without any, its sample
/// lengthened by whole rows until the standard error of its mean LDS is under a wish.
struct ExtraRequest {
  std::filesystem::path project;
  RunId run{};
  DocumentId document{};
  std::vector<PairRange> ranges;
  double until_error = 0;
  std::uint64_t most_pairs = usual_most_extra_pairs;
  std::optional<LiveParameters> parameters;       ///< the error is that of; nothing: the run's own
  std::chrono::milliseconds store_interval{2000}; ///< what was scored is stored so often, or less where that takes long
  bool lengthens() const { return ranges.empty(); }
};

/// What it would take.
struct ExtraForecast {
  std::uint64_t pairs = 0;    ///< missing ones
  std::uint64_t segments = 0; ///< passes of segments alone
  double pairs_per_second = 0;
  double seconds = 0;
  // Of a sample that is to be lengthened:
  std::optional<LongerSample> sample; ///< as it is
  std::uint64_t rows = 0;             ///< it is expected to need; as many pairs are forecast
  bool within_limit = true;           ///< that many pairs may be scored
  double error_at_limit = no_value;   ///< to be expected of the most pairs that may be
};

struct ExtraSummary {
  std::uint64_t pairs = 0; ///< scored and stored by this call
  double seconds = 0;
  std::optional<LongerSample> sample; ///< as it is now, where it was to be lengthened
  bool reached = true;                ///< its error is under the wish
};

/// Counts, and times the model for a moment unless its speed here is remembered. Throws Error as score_extra() does.
ExtraForecast forecast_extra(const ExtraRequest& request, DocumentModel& model, std::stop_token stop);

/// Scores what is missing, with the run's own model and settings, and keeps it in the project beside the run; what is
/// there already is not scored again. Stores every few seconds and when it ends, however it ends, and tells of it by
/// RunProgress::changed. Throws Error: usage (a range that is not there, a document that was not scored, an error that
/// takes more pairs than allowed; nothing is scored then), conflict (another model, tokenizer or text than the run's),
/// not_found, busy (somebody works on the run), cancelled (within one batch; what was scored is kept), unsupported (the
/// model gave a number that is not finite; the others are kept).
ExtraSummary score_extra(const ExtraRequest& request, DocumentModel& model, const RunObserver& observer,
                         std::stop_token stop);

} // namespace longview
