#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "store/project.h"

namespace longview {

/// Scores that another program wrote: beside the texts, as the released ProLong program does ({"text", "lds"} lines),
/// or alone, for the documents of a dataset that the project has.
struct ImportRequest {
  std::vector<std::filesystem::path> inputs; ///< JSONL, .gz and .zst too
  std::filesystem::path project;             ///< made when missing
  std::string dataset;                       ///< name; empty: of the first file
  std::string text_field = "text", id_field = "id";
  std::string score_field = "lds"; ///< a number, dotted for nested ones
  /// Name of the dataset that the scores are for; empty: the texts come with them. The lines then hold an id and a
  /// score, or a number alone: one for each document, in the dataset's order.
  std::string score_of;
};

struct ImportSummary {
  RunId run{};
  std::uint64_t imported = 0;
  std::uint64_t without_score = 0; ///< lines that have a text but no number; kept as failed, with the reason
  std::uint64_t bad_input = 0;
  std::uint64_t unmatched = 0; ///< scores for ids that the dataset does not have; they are not kept
};

/// Puts them into a run of their own, to be compared with others: documents are matched by their text. Such a run has
/// LDS (beside texts also repetition), no tokens and no pairs, so live parameters change nothing in it. The same files
/// again replace what they gave before. Throws Error: not_found, io, input, busy, usage, cancelled (nothing is kept
/// then).
ImportSummary import_scores(const ImportRequest& request, std::stop_token stop = {});

} // namespace longview
