#include "export/csv.h"

#include "corpus/json_string.h"

namespace longview {

std::string csv_record(const std::vector<std::string>& cells) {
  std::string record;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    if (k)
      record += ',';
    if (cells[k].find_first_of(",\"\r\n") == std::string::npos) {
      record += cells[k];
      continue;
    }
    record += '"';
    for (const char c : cells[k])
      record.append(c == '"' ? 2 : 1, c);
    record += '"';
  }
  return record + "\r\n";
}

std::string csv_cell(std::string_view json) {
  if (json == "null")
    return {};
  if (json.size() < 2 || json.front() != '"')
    return std::string(json);
  std::string text;
  unescape_json(json.substr(1, json.size() - 2), text);
  return text;
}

} // namespace longview
