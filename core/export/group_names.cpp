#include "export/group_names.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/plain_text.h"
#include "export/json_text.h"
#include "export/output_file.h"
#include "filter/columns.h"
#include "store/row_filter.h"

namespace longview {
namespace {

constexpr std::size_t longest_part = 80; // bytes of a value in a file name

bool is_ascii_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string safe_part(const GroupCounts& group) {
  if (group.missing)
    return "none";
  constexpr std::string_view replaced =
      "\xEF\xBF\xBD"; // what plain_line() makes of control characters and broken UTF-8
  const std::string clean = plain_line(group.value);
  std::string part;
  for (std::size_t k = 0; k < clean.size(); ++k) {
    const char c = clean[k];
    const bool other_script = static_cast<unsigned char>(c) >= 0x80;
    if (other_script && std::string_view(clean).substr(k).starts_with(replaced)) {
      part += '_';
      k += replaced.size() - 1;
    } else {
      part += other_script || is_ascii_letter_or_digit(c) || c == '-' || c == '_' ? c : '_';
    }
  }
  if (part.size() > longest_part) {
    part.resize(longest_part);
    while (!part.empty() && (static_cast<unsigned char>(part.back()) & 0xC0) == 0x80)
      part.pop_back();
    if (!part.empty() && static_cast<unsigned char>(part.back()) >= 0xC0)
      part.pop_back(); // the first byte of a character that was cut
  }
  return part.empty() ? "_" : part;
}

std::string lower(std::string text) {
  for (char& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

} // namespace

std::vector<DocumentGroup> document_groups(const std::vector<TableRow>& rows, const std::string& field) {
  const std::string column = std::string(source_prefix) + field;
  std::map<std::string, DocumentGroup> groups; // a number is another value than the text of the same characters
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const FilterValue value = filter_row(rows[k], {})(column);
    const auto* text = std::get_if<std::string>(&value);
    const auto* number = std::get_if<double>(&value);
    const std::string word = text ? *text : number ? json_number(*number) : std::string();
    DocumentGroup& group = groups[text ? "t" + word : number ? "n" + word : std::string()];
    group.value = word;
    group.missing = !text && !number;
    group.places.push_back(k);
  }
  std::vector<DocumentGroup> list;
  for (auto& [key, group] : groups)
    list.push_back(std::move(group));
  return list;
}

std::vector<std::filesystem::path> group_files(const std::filesystem::path& out,
                                               const std::vector<GroupCounts>& groups) {
  std::filesystem::path stem = out.filename();
  std::string suffix;
  if (compression_of(stem) != Compression::none) {
    suffix = stem.extension().string();
    stem = stem.stem();
  }
  suffix.insert(0, stem.extension().string());
  stem = stem.stem();
  std::set<std::string> taken;
  std::vector<std::filesystem::path> files;
  for (const GroupCounts& group : groups) {
    if (group.counts.documents == 0) {
      files.emplace_back();
      continue;
    }
    const std::string part = safe_part(group);
    std::string unique = part;
    for (int again = 2; !taken.insert(lower(unique)).second; ++again)
      unique = fmt::format("{}-{}", part, again);
    files.push_back(out.parent_path() / fmt::format("{}.{}{}", stem.string(), unique, suffix));
  }
  return files;
}

} // namespace longview
