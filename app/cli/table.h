#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "store/project.h"

namespace longview::cli {

/// Three significant digits for people: "0.0421", "12.3", "122", "1235" (digits before the point all stay); "-" for
/// what is not finite.
std::string short_number(double value);

/// The documents table for a terminal: columns as wide as they need, the document's name takes the rest of the width.
void print_table(std::ostream& out, const std::vector<TableRow>& rows);
/// One JSON object a line: every column, numbers round-trip, what does not exist is null.
void print_jsonl(std::ostream& out, const std::vector<TableRow>& rows, const std::string& dataset);
/// RFC 4180, a header first.
void print_csv(std::ostream& out, const std::vector<TableRow>& rows, const std::string& dataset);

} // namespace longview::cli
