#include "widgets/reading_line.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include "models/format.h"

namespace longview {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("longview::ReadingLine", text);
}

QString real_minus(QString number) {
  return number.replace(u'-', QChar(0x2212));
}

/// A parameter as it was set: "0.1", not "0.100".
QString setting(double value) {
  return real_minus(all_digits(value));
}

QString segment(std::uint32_t k) {
  return QStringLiteral("c_%1").arg(k);
}

bool is_cell(const DocumentData& document, Cell cell) {
  return cell.j < cell.i && cell.i < document.segments();
}

/// "24 segments, 3,072 tokens back", in the document even where it was thinned.
QString way_back(const DocumentData& document, Cell cell) {
  const std::uint64_t segments = document.place(cell.i) - document.place(cell.j);
  return tr("%1, %2 back")
      .arg(counted(segments, "segment", "segments"),
           counted(segments * document.sampling.segment_length, "token", "tokens"));
}

/// "c_31 after c_7 (24 segments, 3,072 tokens back)".
QString place_text(const DocumentData& document, Cell cell) {
  const QString pair = tr("%1 after %2").arg(segment(cell.i), segment(cell.j));
  if (document.data.pairs.kept.empty())
    return QStringLiteral("%1 (%2)").arg(pair, way_back(document, cell));
  return tr("%1 (segments %2 and %3 of the document, %4)")
      .arg(pair, grouped(document.place(cell.i)), grouped(document.place(cell.j)), way_back(document, cell));
}

/// Why a cell has no numbers.
QString absence(const DocumentData& document, Cell cell) {
  if (document.pair_at(cell))
    return tr("left out of the score, because a perplexity is not a finite positive number");
  const auto& pairs = document.data.pairs.pairs;
  const bool drawn = std::any_of(pairs.begin(), pairs.end(),
                                 [cell](const Pair& pair) { return pair.i == cell.i && pair.j == cell.j; });
  return drawn ? tr("sampled, not scored yet") : tr("not sampled");
}

/// A scored pair with its numbers.
struct Reading {
  const DocumentData& document;
  Cell cell;
  double alone;
  double after;
  const PairParts& parts;
  bool extra; ///< not of the run
};

std::optional<Reading> read(const DocumentData& document, Cell cell) {
  const std::optional<std::uint32_t> pair = document.pair_at(cell);
  if (!pair || *pair >= document.pair_count() || std::isnan(document.parts(*pair).strength))
    return std::nullopt;
  return Reading{document,
                 cell,
                 document.alone(cell.i),
                 document.pair(*pair).perplexity_after,
                 document.parts(*pair),
                 document.is_extra(*pair)};
}

/// As many decimals as make the difference of two perplexities come out in three digits.
QString with_decimals_of(double perplexity, double gain) {
  const double smallest = std::min(std::abs(perplexity), gain == 0 ? std::abs(perplexity) : std::abs(gain));
  const int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(smallest))), 0, 4);
  QLocale locale = QLocale::c();
  locale.setNumberOptions(QLocale::DefaultNumberOptions); // "1,240"
  return locale.toString(perplexity, 'f', decimals);
}

QString gain_line(const Reading& reading) {
  const QString i = segment(reading.cell.i);
  const double gain = reading.parts.gain;
  return tr("gain = PPL(%1) − PPL(%1|%2) = %3 − %4 = %5")
      .arg(i, segment(reading.cell.j), with_decimals_of(reading.alone, gain), with_decimals_of(reading.after, gain),
           figure_number(gain));
}

QString strength_line(const Reading& reading) {
  const double threshold = reading.document.parameters.threshold;
  const QString against =
      reading.parts.strength > threshold ? tr("above the threshold %1") : tr("not above the threshold %1");
  return tr("strength = gain / PPL(%1) = %2 / %3 = %4, %5")
      .arg(segment(reading.cell.i), figure_number(reading.parts.gain),
           with_decimals_of(reading.alone, reading.parts.gain), figure_number(reading.parts.strength),
           against.arg(setting(threshold)));
}

QString distance_line(const Reading& reading) {
  const DocumentData& document = reading.document;
  const bool window = document.parameters.distance == DistanceScale::window;
  const std::uint32_t places = window ? document.sampling.window_segments() : document.segments();
  const QString scale = window ? tr("of the window") : tr("of the document");
  const QString counts = document.data.pairs.kept.empty() ? QString() : tr(", counting kept segments");
  return tr("distance = (%1 − %2) / %3 %4 = %5%6")
      .arg(reading.cell.i)
      .arg(reading.cell.j)
      .arg(places > 0 ? places - 1 : 0)
      .arg(scale, figure_number(reading.parts.distance), counts);
}

/// Those that its specificity is taken over.
std::size_t pairs_in_row(const DocumentData& document, std::uint32_t row, bool with_extra) {
  std::size_t count = 0;
  for (std::size_t k = 0; k < document.pair_count(); ++k)
    if (document.pair(k).i == row && !std::isnan(document.parts(k).strength) && (with_extra || !document.is_extra(k)))
      ++count;
  return count;
}

QString specificity_line(const Reading& reading) {
  const double specificity = reading.parts.specificity;
  const QString head = tr("specificity of %1").arg(segment(reading.cell.i));
  const std::size_t count = pairs_in_row(reading.document, reading.cell.i, reading.extra);
  if (std::isnan(specificity))
    return tr("%1: none, because the row has only %2").arg(head, counted(count, "pair", "pairs"));
  if (reading.document.parameters.specificity == SpecificityMode::off)
    return tr("%1 = 1, switched off").arg(head);
  if (count < 2)
    return tr("%1 = %2, a row of one pair").arg(head, figure_number(specificity));
  const double most = std::log(static_cast<double>(count));
  const bool raw = reading.document.parameters.specificity == SpecificityMode::raw;
  return tr("%1 = (ln %2 − H) / ln %2 = (%3 − %4) / %3 = %5, H: entropy of softmax of %6 over %2 pairs")
      .arg(head)
      .arg(count)
      .arg(figure_number(most), figure_number(most * (1 - specificity)), figure_number(specificity),
           raw ? tr("gain") : tr("32 × strength"));
}

QString contribution_line(const Reading& reading) {
  const LiveParameters& live = reading.document.parameters;
  if (reading.extra)
    return tr("contribution: none, because it is an extra pair, beside the run and not in its score");
  if (!(reading.parts.strength > live.threshold))
    return tr("contribution = 0, because the strength is not above the threshold");
  if (std::isnan(reading.parts.specificity))
    return tr("contribution = 0, because the row has no specificity");
  return tr("contribution = (%1 × %2 + %3 × %4) × %5 = %6")
      .arg(setting(live.alpha), figure_number(reading.parts.strength), setting(live.beta),
           figure_number(reading.parts.distance), figure_number(reading.parts.specificity),
           figure_number(reading.parts.contribution));
}

} // namespace

QString figure_number(double value) {
  return real_minus(three_digits(value));
}

QString reading_line(const DocumentData& document, std::optional<Cell> cell) {
  if (!cell || !is_cell(document, *cell))
    return {};
  const QString place = place_text(document, *cell);
  const std::optional<Reading> reading = read(document, *cell);
  if (!reading)
    return QStringLiteral("%1: %2").arg(place, absence(document, *cell));
  const QString alone = three_digits(reading->alone);
  const QString after = three_digits(reading->after);
  const QString extra = reading->extra ? tr("; an extra pair, not in the score") : QString();
  return tr("%1: perplexity %2 to %3, strength %4 = (%2 − %3) / %2%5")
      .arg(place, alone, after, figure_number(reading->parts.strength), extra);
}

QString formula_text(const DocumentData& document, Cell cell) {
  if (!is_cell(document, cell))
    return {};
  const QString place = place_text(document, cell);
  const std::optional<Reading> reading = read(document, cell);
  if (!reading)
    return QStringLiteral("%1: %2").arg(place, absence(document, cell));
  return QStringList{place,
                     gain_line(*reading),
                     strength_line(*reading),
                     distance_line(*reading),
                     specificity_line(*reading),
                     contribution_line(*reading)}
      .join(u'\n');
}

} // namespace longview
