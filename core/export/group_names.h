#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "export/export.h"
#include "store/project.h"

namespace longview {

/// The documents of one value of a source field.
struct DocumentGroup {
  std::string value; ///< for people: a text, a number as JSON writes it; empty where the field is missing
  bool missing = false;
  std::vector<std::size_t> places; ///< in the rows, ascending
};

/// Every row in one group each: first the rows without the field, then numbers, then texts, each by the bytes of the
/// value.
std::vector<DocumentGroup> document_groups(const std::vector<TableRow>& rows, const std::string& field);

/// Names of one file for each group of which something is kept (for others an empty path), beside `out`: kept.jsonl.zst
/// becomes kept.VALUE.jsonl.zst. ASCII letters and digits, '-', '_' and all characters of other scripts stay,
/// everything else becomes '_', at most 80 bytes; where two would be one file (ASCII letter case counts for nothing,
/// for other systems' sake) the later one gets "-2". "none" where the field is missing.
std::vector<std::filesystem::path> group_files(const std::filesystem::path& out,
                                               const std::vector<GroupCounts>& groups);

} // namespace longview
