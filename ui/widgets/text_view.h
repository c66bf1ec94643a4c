#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QAbstractScrollArea>
#include <QBasicTimer>

#include "widgets/document_data.h"
#include "widgets/piece_flow.h"

namespace longview {

using ByteRanges = std::shared_ptr<const std::vector<ByteRange>>;

/// What of a text stands out.
struct TextMarks {
  std::optional<Cell> pair; ///< its two segments
  ByteRanges hits;          ///< of a search, ascending
  std::optional<std::size_t> current_hit;
};

/// The whole text of a document, 66 to 80 characters a line where there is room, with the borders of its segments as
/// hairlines and their numbers in the margin. Plain text: nothing in it is markup, and what cannot be seen gets a mark.
/// It lays out what is in sight and no more, so the length of the text does not matter. Selecting and copying work by
/// mouse and by keyboard; a click into the margin, or Enter, chooses the segment there. Screen readers get it too.
class TextView : public QAbstractScrollArea {
  Q_OBJECT

 public:
  explicit TextView(QWidget* parent = nullptr);
  ~TextView() override;

  /// `pieces` are those of the document's text; null: there is none (yet). The same text again, with other numbers,
  /// stays where it is.
  void set_document(DocumentPointer document, std::shared_ptr<const TextPieces> pieces);
  /// In place of a text.
  void explain(const QString& text);
  void set_pair(std::optional<Cell> pair);
  void set_hits(ByteRanges hits);
  void set_current_hit(std::optional<std::size_t> hit);

  void reveal(std::uint64_t byte);
  /// Puts a place into the middle of the view.
  void centre(std::uint64_t byte);
  ByteRange in_sight() const;
  std::uint64_t caret() const { return caret_; }
  void set_caret(std::uint64_t byte, bool select);
  ByteRange selection() const;
  QString selected_text() const;
  void select_all();
  void copy() const;

  /// What is told of a place of the viewport: the segment in whose margin it lies; empty elsewhere.
  QString words_at(const QPoint& place) const;
  /// Where a byte is drawn, in the viewport; outside of it for what is out of sight.
  QRect rect_of(std::uint64_t byte) const;
  std::size_t laid_out() const;
  /// Width of the margin, in which segments can be clicked.
  int margin() const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  void segment_chosen(std::uint32_t segment);
  /// Other text is in sight.
  void moved();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void timerEvent(QTimerEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  bool viewportEvent(QEvent* event) override;

 private:
  void lay_out();
  void follow_flow();
  std::uint64_t byte_at(const QPoint& place) const;
  std::optional<std::uint32_t> segment_at(const QPoint& place) const;
  void choose_segment_at(std::uint64_t byte);
  void move_caret(std::uint64_t byte, bool select, bool keeps_column = false);
  bool move_by_key(const QKeyEvent& event);
  void drag_to(const QPoint& place);
  void tell_caret();

  friend class TextViewAccessible;
  DocumentPointer document_;
  std::shared_ptr<const TextPieces> pieces_;
  QString explanation_;
  mutable PieceFlow flow_; ///< lays out what it is asked about
  TextMarks marks_;
  std::uint64_t caret_ = 0, anchor_ = 0;
  std::optional<double> column_; ///< x that up and down keep
  bool dragging_ = false;
  bool following_ = false; ///< the scroll bar is being set from the flow
  QBasicTimer drag_timer_;
};

} // namespace longview
