#pragma once

#include <QPalette>
#include <QRect>

#include "widgets/text_view.h"

class QPainter;

namespace longview {

/// What a text view shows at a moment.
struct TextScene {
  const DocumentData* document = nullptr;
  const PieceFlow* flow = nullptr;
  const TextMarks* marks = nullptr;
  ByteRange selection;
  QPalette palette;
  QFont font;
  QRect view;     ///< the whole viewport
  int margin = 0; ///< its part on the left for the numbers of segments
  int column = 0; ///< where text begins
};

/// The widest that stands in the margin.
int margin_width(const DocumentData* document, const QFont& font);
/// From the base to the highlight colour, never so far that text on it cannot be read.
QColor tint(const QPalette& palette, const QColor& colour, double share);
/// Draws the text with what is marked in it, and its segments.
void paint_text(QPainter& painter, const TextScene& scene);

} // namespace longview
