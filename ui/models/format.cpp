#include "models/format.h"

#include <algorithm>
#include <cmath>

#include <QLocale>

namespace longview {
namespace {

/// The C locale, with commas between groups of digits: it leaves them out by itself.
QLocale digits() {
  QLocale locale = QLocale::c();
  locale.setNumberOptions(QLocale::DefaultNumberOptions);
  return locale;
}

QString fixed(double value, int decimals) {
  return digits().toString(value, 'f', decimals);
}

/// Place of the first digit that is not 0: 2 for 213, -2 for 0.042.
int magnitude(double value) {
  return static_cast<int>(std::floor(std::log10(std::abs(value))));
}

} // namespace

QString three_digits(double value) {
  if (std::isnan(value))
    return QStringLiteral("–");
  if (value == 0)
    return QStringLiteral("0");
  if (std::isinf(value) || std::abs(value) >= 1e9 || std::abs(value) < 1e-4)
    return QString::number(value, 'g', 3);
  const QString rounded = QString::number(value, 'e', 2); // 999.96 has the magnitude of 1000
  return fixed(value, std::max(0, 2 - magnitude(rounded.toDouble())));
}

QString all_digits(double value) {
  if (std::isnan(value))
    return QStringLiteral("none");
  return QString::number(value, 'g', QLocale::FloatingPointShortest);
}

QString grouped(std::uint64_t count) {
  return digits().toString(static_cast<qulonglong>(count));
}

QString with_error(double value, double error) {
  if (std::isnan(value) || std::isnan(error) || std::isinf(error) || error <= 0)
    return three_digits(value);
  const bool begins_with_one = error / std::pow(10.0, magnitude(error)) < 1.95;
  const int decimals = std::clamp((begins_with_one ? 1 : 0) - magnitude(error), 0, 9);
  return QStringLiteral("%1 ±%2").arg(fixed(value, decimals), fixed(error, decimals));
}

QString duration(double seconds) {
  if (!std::isfinite(seconds) || seconds >= 1e9)
    return QStringLiteral("a very long time");
  const auto whole = static_cast<std::int64_t>(std::ceil(std::max(0.0, seconds)));
  if (whole < 60)
    return QStringLiteral("%1 s").arg(whole);
  if (whole < 3600)
    return QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60);
  if (whole < 48 * 3600)
    return QStringLiteral("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
  return QStringLiteral("%1 days").arg(grouped(static_cast<std::uint64_t>(std::llround(seconds / 86400))));
}

QString bytes(std::uint64_t count) {
  return QLocale::c().formattedDataSize(static_cast<qint64>(count), 1, QLocale::DataSizeSIFormat);
}

QString counted(std::uint64_t count, const char* singular, const char* plural) {
  return QStringLiteral("%1 %2").arg(grouped(count), QLatin1String(count == 1 ? singular : plural));
}

QString tooltip(const QString& words) {
  if (words.isEmpty())
    return words;
  return QStringLiteral("<qt>") + words.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")) +
         QStringLiteral("</qt>");
}

QString error_text(const Error& error) {
  return QString::fromUtf8(error.what());
}

} // namespace longview
