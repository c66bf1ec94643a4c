#include "widgets/piece_layout.h"

#include <algorithm>
#include <cmath>

#include <QFontMetrics>
#include <QPainter>
#include <QPalette>

#include "widgets/small_font.h"

namespace longview {
namespace {

constexpr int tab_columns = 4;
constexpr QChar box_space(0x2003); // room for the code of a control character

bool ends_line(QChar unit) {
  return unit == u'\n' || unit == u'\r' || unit == QChar::LineSeparator || unit == QChar::ParagraphSeparator;
}

QChar shown_unit(QChar unit) {
  const char16_t code = unit.unicode();
  if (code == u'\t' || unit.isSurrogate())
    return unit;
  if (code < 0x20 || (code >= 0x7F && code <= 0x9F))
    return box_space;
  if (code >= 0xFFF9 || (code >= 0xFDD0 && code <= 0xFDEF))
    return QChar(QChar::ReplacementCharacter);
  return unit;
}

} // namespace

int PieceStyle::row_height() const {
  const QFontMetrics metrics(font);
  return metrics.lineSpacing() + metrics.lineSpacing() / 3;
}

QString shown_text(const QString& text) {
  QString shown = text;
  for (qsizetype k = 0; k < shown.size(); ++k) {
    const QChar unit = text.at(k);
    if (unit == u'\r' && k + 1 < text.size() && text.at(k + 1) == u'\n')
      shown[k] = QChar(0x200B); // the line ends with the second one
    else if (ends_line(unit))
      shown[k] = QChar::LineSeparator;
    else
      shown[k] = shown_unit(unit);
  }
  if (shown.endsWith(QChar::LineSeparator))
    shown.chop(1); // it would begin another line
  return shown;
}

bool is_unseen(QChar unit) {
  const char16_t code = unit.unicode();
  return code == 0xAD || code == 0x61C || code == 0x180E || code == 0x200B || code == 0x200E || code == 0x200F ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

PieceLayout::PieceLayout(std::string_view utf8, bool right_to_left, const PieceStyle& style)
    : text_(map_text(utf8)), style_(style) {
  const QString shown = shown_text(text_.text);
  QList<QTextLayout::FormatRange> marks;
  for (qsizetype k = 0; k < shown.size(); ++k) {
    const QChar unit = shown.at(k);
    if (unit != text_.text.at(k) && unit == box_space) {
      controls_.push_back(static_cast<int>(k));
    } else if (unit != text_.text.at(k) && unit.category() != QChar::Separator_Line && !is_unseen(unit)) {
      QTextLayout::FormatRange range{static_cast<int>(k), 1, {}};
      range.format.setForeground(style.mark);
      marks << range;
    } else if (is_unseen(text_.text.at(k))) {
      unseen_.push_back(static_cast<int>(k));
    }
    mixed_ = mixed_ || (unit.unicode() >= 0x590 && (unit.isSurrogate() || unit.direction() != QChar::DirL));
  }
  mixed_ = mixed_ || right_to_left;
  layout_.setText(shown);
  layout_.setFont(style.font);
  layout_.setFormats(marks);
  layout_.setCacheEnabled(true);
  lay_out(right_to_left);
}

void PieceLayout::lay_out(bool from_right) {
  QTextOption option;
  option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  option.setTextDirection(from_right ? Qt::RightToLeft : Qt::LeftToRight);
  option.setAlignment(from_right ? Qt::AlignRight : Qt::AlignLeft);
  option.setTabStopDistance(tab_columns * QFontMetricsF(style_.font).horizontalAdvance(u'0'));
  layout_.setTextOption(option);
  const int row = style_.row_height();
  layout_.beginLayout();
  for (QTextLine line = layout_.createLine(); line.isValid(); line = layout_.createLine()) {
    line.setLineWidth(style_.width);
    const int high = std::max(row, static_cast<int>(std::ceil(line.height()))); // another font's may be higher
    line.setPosition({0, height_ + std::floor((high - line.height()) / 2)});
    height_ += high;
  }
  layout_.endLayout();
  height_ = std::max(height_, row);
}

int PieceLayout::line_of(int unit) const {
  const QTextLine line = layout_.lineForTextPosition(std::clamp(unit, 0, shown_length()));
  return line.isValid() ? line.lineNumber() : 0;
}

double PieceLayout::x_of(int unit) const {
  const int within = std::min(unit, shown_length());
  const QTextLine line = layout_.lineForTextPosition(within);
  return line.isValid() ? line.cursorToX(within) : 0;
}

/// Between the two characters of a line's end no caret stands.
bool PieceLayout::parts_line_end(int unit) const {
  return unit > 0 && unit < text_.text.size() && text_.text.at(unit) == u'\n' && text_.text.at(unit - 1) == u'\r';
}

int PieceLayout::unit_at(int number, double x) const {
  if (layout_.lineCount() == 0)
    return 0;
  const QTextLine line = layout_.lineAt(std::clamp(number, 0, layout_.lineCount() - 1));
  int unit = line.xToCursor(x);
  const int behind = line.textStart() + line.textLength();
  if (unit >= behind && line.lineNumber() + 1 < layout_.lineCount() && behind > line.textStart())
    unit = layout_.previousCursorPosition(behind); // behind it is the next line
  return parts_line_end(unit) ? unit - 1 : unit;
}

int PieceLayout::line_at(double y) const {
  int number = 0;
  while (number + 1 < layout_.lineCount() && layout_.lineAt(number + 1).y() <= y)
    ++number;
  return number;
}

int PieceLayout::unit_at(QPointF point) const {
  return unit_at(line_at(point.y()), point.x());
}

int PieceLayout::next(int unit) const {
  const int behind = unit < shown_length() ? layout_.nextCursorPosition(unit) : static_cast<int>(text_.text.size());
  return parts_line_end(behind) ? behind + 1 : behind;
}

int PieceLayout::previous(int unit) const {
  const int before = unit > shown_length() ? shown_length() : layout_.previousCursorPosition(unit);
  return parts_line_end(before) ? before - 1 : before;
}

int PieceLayout::next_word(int unit) const {
  return unit < shown_length() ? whole(layout_.nextCursorPosition(unit, QTextLayout::SkipWords))
                               : static_cast<int>(text_.text.size());
}

int PieceLayout::previous_word(int unit) const {
  const int before = layout_.previousCursorPosition(std::min(unit, shown_length()), QTextLayout::SkipWords);
  return parts_line_end(before) ? before - 1 : before;
}

int PieceLayout::whole(int unit) const {
  if (unit > 0 && unit < shown_length() && !layout_.isValidCursorPosition(unit))
    unit = layout_.nextCursorPosition(unit);
  return parts_line_end(unit) ? unit + 1 : unit;
}

std::vector<QRectF> PieceLayout::rectangles(int from, int to, double top, double bottom) const {
  std::vector<QRectF> found;
  const auto add = [&found](double one, double other, double y, double height) {
    const QRectF next(std::min(one, other), y, std::abs(other - one), height);
    if (!found.empty() && found.back().y() == y && next.left() <= found.back().right() + 0.5 &&
        next.right() >= found.back().left() - 0.5)
      found.back() |= next;
    else if (next.width() > 0)
      found.push_back(next);
  };
  from = std::max(0, from);
  to = std::min(to, shown_length());
  for (int number = from < to ? line_of(from) : lines(); number < lines(); ++number) {
    const QTextLine line = layout_.lineAt(number);
    const int begin = std::max(from, line.textStart());
    const int end = std::min(to, line.textStart() + line.textLength());
    if (line.textStart() >= to || line.y() > bottom)
      break;
    if (line.y() + line.height() < top || begin >= end)
      continue;
    if (!mixed_) {
      add(line.cursorToX(begin), line.cursorToX(end), line.y(), line.height());
      continue;
    }
    for (int at = begin; at < end;) { // from right to left, the places of a line do not follow each other
      int start = at, stop = at;
      const int behind = std::max(at + 1, layout_.nextCursorPosition(at));
      add(line.cursorToX(&start, QTextLine::Leading), line.cursorToX(&stop, QTextLine::Trailing), line.y(),
          line.height());
      at = behind;
    }
  }
  return found;
}

void PieceLayout::draw(QPainter& painter, QPointF at, int selected_from, int selected_to, const QPalette& palette,
                       const QRectF& clip) const {
  QList<QTextLayout::FormatRange> selections;
  if (selected_from < selected_to) {
    QTextLayout::FormatRange range{selected_from, selected_to - selected_from, {}};
    range.format.setBackground(palette.brush(QPalette::Highlight));
    range.format.setForeground(palette.brush(QPalette::HighlightedText));
    selections << range;
  }
  painter.setPen(style_.text);
  layout_.draw(&painter, at, selections, clip);
  draw_marks(painter, at, clip);
}

/// What stands for characters without looks: a dotted line, or a box with the code.
void PieceLayout::draw_marks(QPainter& painter, QPointF at, const QRectF& clip) const {
  const auto line_in_sight = [&](int unit) {
    const QTextLine line = layout_.lineForTextPosition(unit);
    const bool seen =
        line.isValid() && at.y() + line.y() <= clip.bottom() && at.y() + line.y() + line.height() >= clip.top();
    return seen ? line : QTextLine();
  };
  painter.setPen(QPen(style_.mark, 1, Qt::DotLine));
  for (const int unit : unseen_)
    if (const QTextLine line = line_in_sight(unit); line.isValid()) {
      const double x = std::round(at.x() + line.cursorToX(unit)) + 0.5;
      painter.drawLine(QPointF(x, at.y() + line.y()), QPointF(x, at.y() + line.y() + line.height()));
    }
  painter.setPen(style_.mark);
  painter.setFont(scaled_font(style_.font, 0.6));
  for (const int unit : controls_)
    if (const QTextLine line = line_in_sight(unit); line.isValid()) {
      int begin = unit, end = unit;
      const double one = line.cursorToX(&begin, QTextLine::Leading);
      const double other = line.cursorToX(&end, QTextLine::Trailing);
      const QRectF box(std::round(at.x() + std::min(one, other)) + 0.5, std::round(at.y() + line.y()) + 1.5,
                       std::abs(other - one) - 1, line.height() - 3);
      painter.drawRect(box);
      painter.drawText(box, Qt::AlignCenter,
                       QStringLiteral("%1").arg(text_.text.at(unit).unicode(), 2, 16, QChar(u'0')).toUpper());
    }
}

} // namespace longview
