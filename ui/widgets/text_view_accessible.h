#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <QAccessibleWidget>

#include "widgets/text_pieces.h"

namespace longview {

class TextView;

/// Where the pieces of a text begin, counted in UTF-16 units as screen readers do. Made by one walk over the text.
class UnitIndex {
 public:
  UnitIndex() = default;
  UnitIndex(std::string_view text, const TextPieces& pieces);

  std::uint64_t units() const { return begins_.empty() ? 0 : begins_.back(); }
  /// Of the character that begins at a byte.
  std::uint64_t unit_of(std::string_view text, const TextPieces& pieces, std::uint64_t byte) const;
  /// Of the character that a unit belongs to; beyond the end: the length.
  std::uint64_t byte_of(std::string_view text, const TextPieces& pieces, std::uint64_t unit) const;

 private:
  std::vector<std::uint64_t> begins_; ///< of each piece, and the end
};

/// What a screen reader is told of a text view: its text in parts as long as they are asked for, caret, selection, and
/// where characters are. Nothing of it costs as much as the whole text, but for the first question.
class TextViewAccessible : public QAccessibleWidget, public QAccessibleTextInterface {
 public:
  explicit TextViewAccessible(TextView* view);

  /// Makes text views known to QAccessible; more than one call does no more.
  static void install();

  void* interface_cast(QAccessible::InterfaceType type) override;
  QAccessible::State state() const override;
  QString text(QAccessible::Text type) const override;

  void selection(int index, int* begin, int* end) const override;
  int selectionCount() const override;
  void addSelection(int begin, int end) override;
  void removeSelection(int index) override;
  void setSelection(int index, int begin, int end) override;
  int cursorPosition() const override;
  void setCursorPosition(int unit) override;
  QString text(int begin, int end) const override;
  QString textBeforeOffset(int unit, QAccessible::TextBoundaryType type, int* begin, int* end) const override;
  QString textAfterOffset(int unit, QAccessible::TextBoundaryType type, int* begin, int* end) const override;
  QString textAtOffset(int unit, QAccessible::TextBoundaryType type, int* begin, int* end) const override;
  int characterCount() const override;
  QRect characterRect(int unit) const override;
  int offsetAtPoint(const QPoint& point) const override;
  void scrollToSubstring(int begin, int end) override;
  QString attributes(int unit, int* begin, int* end) const override;

 private:
  TextView& view() const;
  const UnitIndex& index() const;
  std::string_view utf8() const;
  std::uint64_t byte_of(int unit) const;
  int unit_of(std::uint64_t byte) const;
  ByteRange part_at(std::uint64_t byte, QAccessible::TextBoundaryType type) const;
  QString told(ByteRange part, int* begin, int* end) const;

  mutable std::shared_ptr<const TextPieces> indexed_; ///< that index_ is of
  mutable UnitIndex index_;
};

} // namespace longview
