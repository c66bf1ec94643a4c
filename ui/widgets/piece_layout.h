#pragma once

#include <string_view>
#include <vector>

#include <QColor>
#include <QFont>
#include <QPointF>
#include <QRectF>
#include <QTextLayout>

#include "widgets/segment_text.h"

class QPainter;

namespace longview {

/// How pieces of a text are laid out and drawn.
struct PieceStyle {
  QFont font;
  int width = 0; ///< pixels of a line
  QColor text;
  QColor mark; ///< what stands for characters that cannot be seen

  int row_height() const;
  bool operator==(const PieceStyle&) const = default;
};

/// What a text view shows in place of its text, unit for unit: ends of lines as line separators, control characters as
/// wide spaces (U+2003) for boxes with their codes, what no font has as U+FFFD. The end of its last line is not shown.
QString shown_text(const QString& text);
/// A character that has no looks of its own but changes others, or hides: directions, joints, spaces of no width.
bool is_unseen(QChar unit);

/// One piece of a text, laid out. Positions are units of its MappedText; GUI thread.
class PieceLayout {
 public:
  PieceLayout(std::string_view utf8, bool right_to_left, const PieceStyle& style);
  PieceLayout(const PieceLayout&) = delete;
  PieceLayout& operator=(const PieceLayout&) = delete;

  int height() const { return height_; }
  const MappedText& text() const { return text_; }
  int lines() const { return layout_.lineCount(); }
  /// 0 where there is none.
  int line_of(int unit) const;
  int line_at(double y) const;
  QTextLine line(int number) const { return layout_.lineAt(number); }
  double x_of(int unit) const;
  bool right_to_left() const { return layout_.textOption().textDirection() == Qt::RightToLeft; }
  /// The place between two characters that is nearest.
  int unit_at(QPointF point) const;
  int unit_at(int line, double x) const;
  /// Places where a caret may stand.
  int next(int unit) const;
  int previous(int unit) const;
  int next_word(int unit) const;
  int previous_word(int unit) const;
  /// The same or the next place where a caret may stand.
  int whole(int unit) const;

  /// The rectangles behind the characters from one unit to another, in the lines that lie between two heights.
  std::vector<QRectF> rectangles(int from, int to, double top, double bottom) const;
  /// `selected`: units in the palette's colours of selected text; from = to: none.
  void draw(QPainter& painter, QPointF at, int selected_from, int selected_to, const QPalette& palette,
            const QRectF& clip) const;

 private:
  void lay_out(bool from_right);
  void draw_marks(QPainter& painter, QPointF at, const QRectF& clip) const;
  int shown_length() const { return static_cast<int>(layout_.text().size()); }
  bool parts_line_end(int unit) const;

  MappedText text_;
  PieceStyle style_;
  QTextLayout layout_;
  std::vector<int> unseen_;   ///< units
  std::vector<int> controls_; ///< units
  bool mixed_ = false;        ///< places in a line may be out of order
  int height_ = 0;
};

} // namespace longview
