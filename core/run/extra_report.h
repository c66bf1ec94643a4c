#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "run/document_report.h"

namespace longview {

/// A lengthened sample for scripts: {"run_rows", "rows", "eligible_rows", "lds_mean", "lds_error"}.
nlohmann::ordered_json sample_json(const LongerSample& sample);
/// The "extra" of `show --json` (architecture.md, section 9); null without extra pairs.
nlohmann::ordered_json extra_json(const DocumentReport& report);

/// "0.412 ± 0.019 over 80 rows, 62 of them the run's".
std::string sample_text(const LongerSample& sample);
/// For a terminal, empty without extra pairs. What they tell beside the run's numbers, a line each.
std::string extra_lines(const DocumentReport& report);
/// The strongest of them, each with the specificity of its row over all that is known of it.
std::string extra_table(const DocumentReport& report, const SamplingSettings& sampling);

} // namespace longview
