#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "store/project.h"

namespace longview {

/// Scores that another program wrote beside the texts, as the released ProLong program does: {"text", "lds"} lines.
struct ImportRequest {
  std::vector<std::filesystem::path> inputs; ///< JSONL, .gz and .zst too
  std::filesystem::path project;             ///< made when missing
  std::string dataset;                       ///< name; empty: of the first file
  std::string text_field = "text", id_field = "id";
  std::string score_field = "lds"; ///< a number, dotted for nested ones
};

struct ImportSummary {
  RunId run{};
  std::uint64_t imported = 0;
  std::uint64_t without_score = 0; ///< lines that have a text but no number; kept as failed, with the reason
  std::uint64_t bad_input = 0;
};

/// Puts them into a run of their own, to be compared with others: documents are matched by their text. Such a run has
/// LDS and repetition, no tokens and no pairs, so live parameters change nothing in it. The same files again replace
/// what they gave before. Throws Error: not_found, io, input, busy, usage, cancelled (nothing is kept then).
ImportSummary import_scores(const ImportRequest& request, std::stop_token stop = {});

} // namespace longview
