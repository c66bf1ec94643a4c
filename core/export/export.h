#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "export/top.h"
#include "run/settings.h"
#include "scoring/settings.h"
#include "store/project.h"

namespace longview {

enum class ExportFormat { jsonl, csv };
std::string_view name(ExportFormat);
std::optional<ExportFormat> parse_export_format(std::string_view);

struct ExportRequest {
  RunId run{};
  std::string where; ///< filter; empty: scored documents only
  Top top;           ///< of what the filter keeps
  std::string group; ///< source field: `top` counts within each of its values; empty: over all
  std::string split; ///< source field: a file for each of its values, see group_files(); empty: one file
  /// Other parameters than the run's own: all derived numbers are computed anew before filter and ranking see them.
  std::optional<LiveParameters> parameters;
  /// Source fields to keep. JSONL: empty keeps every byte of the line. CSV: empty means id and title.
  std::vector<std::string> fields;
  std::vector<std::string> scores; ///< see score_fields(); empty: the default ones
  std::string key = "longview";    ///< JSONL: the one key that is added
  ExportFormat format = ExportFormat::jsonl;
  std::filesystem::path out;      ///< .gz or .zst at its end compresses
  std::filesystem::path manifest; ///< empty: OUT.manifest.json
  /// Replaces a key that a line has already, and a file at `out` that is no untouched export of this program. (An
  /// export whose manifest still has its hash is replaced without: the same command can be given again.)
  bool force = false;
};

struct ExportCounts {
  std::uint64_t documents_before = 0, tokens_before = 0; ///< all results of the run
  std::uint64_t documents = 0, tokens = 0;               ///< what is kept
};

/// The documents of one value of the field that is split by, else of the one that is grouped by.
struct GroupCounts {
  std::string value;
  bool missing = false; ///< documents without the field
  ExportCounts counts;
};

struct ExportProgress {
  enum class Stage { choosing, checking, writing, finished };
  Stage stage = Stage::choosing;
  std::uint64_t done = 0, total = 0; ///< documents (checking: source files)
};
/// Called on the exporting thread, at most ten times a second and at every change of stage.
using ExportObserver = std::function<void(const ExportProgress&)>;

/// What a request would keep: rows in source order, with the numbers of its parameters. The Export page shows this
/// before anything is written.
struct ExportSelection {
  std::vector<TableRow> rows;
  ExportCounts counts;
  std::vector<GroupCounts> groups; ///< all of the run, also those of which nothing is kept; empty without such a field
  std::vector<std::uint32_t> group_of; ///< by row: place in `groups`; empty without
  LiveParameters parameters;           ///< what the numbers were derived with
};
/// Throws Error(usage) for a key that holds the text or the id of the run's documents, or the object they are in: they
/// are never replaced, not even by force.
void check_key(const std::string& key, const RunSettings& settings);

/// Throws Error: usage (filter, unknown score), not_found (run), cancelled.
ExportSelection choose_documents(const ExportRequest& request, const Project& project, const ExportObserver& observer,
                                 std::stop_token stop);

/// The first lines of what would be written, for people.
struct ExportPreview {
  ExportCounts counts;
  std::vector<GroupCounts> groups;
  /// As in the file (CSV: with its header), ends of lines too; of long ones both ends, `longest_preview` bytes.
  std::vector<std::string> lines;
  std::optional<std::string> problem; ///< why there are no lines: a source that has changed, a key that is there
};
constexpr std::size_t longest_preview = 400;
/// Throws Error as choose_documents().
ExportPreview preview_export(const ExportRequest& request, const Project& project, std::size_t lines,
                             std::stop_token stop);

struct ExportedFile {
  std::filesystem::path path;
  std::string value;           ///< of the field that is split by
  bool missing = false;        ///< see GroupCounts
  std::uint64_t documents = 0; ///< in it
  std::uint64_t tokens = 0;
  std::uint64_t bytes = 0; ///< on disk
  Hash128 hash;            ///< of the file on disk
};

struct ExportSummary {
  ExportCounts counts;
  std::vector<ExportedFile> files; ///< one, unless the request splits
  std::filesystem::path manifest;

  std::uint64_t bytes() const; ///< of all files
};

/// The most files that one export splits into: each is open until the end.
constexpr std::size_t most_split_files = 100;
/// How many files a split by `field` makes of these groups. Throws Error(usage) for too many.
std::size_t split_files(const std::string& field, const std::vector<GroupCounts>& groups);

/// Writes what the request keeps, in source order, and the manifest beside it; each appears whole or not at all, the
/// manifest last.
/// JSONL: the lines of JSONL sources with one key more, their own line ends (a missing last one is added); text files
/// as
/// {"id","text"} with that key. CSV: a header and a record a document (RFC 4180). The original lines are read back
/// and checked by hash (SourceReader). Throws Error:
/// - conflict: a source has changed, the key is there already (FILE:LINE), the output exists or is one of the run's
/// files
/// - not_found: a source is gone; input: a kept line is no JSON object; usage, io, cancelled
ExportSummary export_rows(const ExportRequest& request, const Project& project, const ExportObserver& observer,
                          std::stop_token stop);

} // namespace longview
