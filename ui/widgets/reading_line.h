#pragma once

#include <optional>

#include <QString>

#include "widgets/document_data.h"

namespace longview {

/// Three significant digits with a real minus sign: numbers as figures and sentences write them.
QString figure_number(double value);
/// In words what a cell says: "c_31 after c_7 (24 segments, 3,072 tokens back): perplexity 18.4 to 14.1, strength 0.234
/// = (18.4 − 14.1) / 18.4". Empty without a cell; says so where the pair was not sampled.
QString reading_line(const DocumentData& document, std::optional<Cell> cell);
/// The same with every part of the score and its formula, over several lines: for tooltips.
QString formula_text(const DocumentData& document, Cell cell);

} // namespace longview
