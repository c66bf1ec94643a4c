#pragma once

#include <optional>
#include <string>

#include "run/longer_sample.h"
#include "run/run_view.h"

namespace longview {

/// One document of a run with everything derived from it, ready to be shown or written.
struct DocumentReport {
  StoredDocument document;
  ResultRow row;
  ResultData data;       ///< empty for a document without tokens
  DocumentScores scores; ///< with `parameters`
  std::optional<ExtraPairs> extra;
  std::optional<LongerSample> sample;       ///< where it was lengthened
  std::optional<DocumentNumbers> all_pairs; ///< where extra pairs make the run's all there are
  LiveParameters parameters;
};

/// By name (see Project::find_document). Throws Error (not_found, usage).
DocumentReport report_document(const Project& project, const RunView& view, const std::string& name,
                               const LiveParameters& parameters);

/// The object of `show --json` (architecture.md, section 9): numbers round-trip, what does not exist is null.
std::string report_json(const DocumentReport& report);

/// A page for a terminal: what it is, its score, its strongest links, strength by distance. Ends with a newline.
std::string report_text(const DocumentReport& report, const RunView& view);

} // namespace longview
