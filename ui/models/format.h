#pragma once

#include <cstdint>

#include <QString>

#include "base/error.h"

namespace longview {

// Numbers and times as the window writes them: C locale digits, thin enough for a table.

/// Three significant digits ("0.0421", "12.3", "213", "1,240"); "–" for NaN.
QString three_digits(double value);
/// All digits that matter, for tooltips; "none" for NaN.
QString all_digits(double value);
/// "18,241".
QString grouped(std::uint64_t count);
/// "0.42 ±0.03": the error with one significant digit (two when it begins with a 1), the value with as many decimals.
/// Three digits of the value alone where there is no error.
QString with_error(double value, double error);
/// "40 s", "2 min 10 s", "3 h 5 min"; for estimates, so nothing finer.
QString duration(double seconds);
/// "4.2 MB".
QString bytes(std::uint64_t count);
/// "1 document", "240 documents".
QString counted(std::uint64_t count, const char* singular, const char* plural);
/// As a tooltip that shows exactly these characters and line breaks, and wraps: Qt takes a tooltip that looks like
/// markup as markup. Empty for no words.
QString tooltip(const QString& words);

/// The sentence the command line would print: "where: what happened; what to do".
QString error_text(const Error& error);

} // namespace longview
