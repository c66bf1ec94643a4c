#include "widgets/text_view_accessible.h"

#include <algorithm>
#include <limits>

#include <QTextBoundaryFinder>

#include "widgets/text_view.h"

namespace longview {
namespace {

/// UTF-16 units of valid UTF-8.
std::uint64_t count_units(std::string_view text) {
  std::uint64_t units = 0;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    units += !continues_character(byte) ? 1 : 0;
    units += code >= 0xF0 ? 1 : 0; // a surrogate pair
  }
  return units;
}

std::string_view part_of(std::string_view text, ByteRange range) {
  return text.substr(range.begin, range.length());
}

QTextBoundaryFinder::BoundaryType finder_type(QAccessible::TextBoundaryType type) {
  switch (type) {
  case QAccessible::WordBoundary:
    return QTextBoundaryFinder::Word;
  case QAccessible::SentenceBoundary:
    return QTextBoundaryFinder::Sentence;
  default:
    return QTextBoundaryFinder::Grapheme;
  }
}

QAccessibleInterface* made_for(const QString& /*class_name*/, QObject* object) {
  auto* view = qobject_cast<TextView*>(object);
  return view ? new TextViewAccessible(view) : nullptr;
}

} // namespace

UnitIndex::UnitIndex(std::string_view text, const TextPieces& pieces) {
  begins_.reserve(pieces.size() + 1);
  std::uint64_t units = 0;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    begins_.push_back(units);
    units += count_units(part_of(text, pieces.bytes(k)));
  }
  begins_.push_back(units);
}

std::uint64_t UnitIndex::unit_of(std::string_view text, const TextPieces& pieces, std::uint64_t byte) const {
  if (byte >= text.size() || pieces.size() == 0)
    return units();
  const std::size_t piece = pieces.at(byte);
  return begins_[piece] + count_units(part_of(text, {pieces.bytes(piece).begin, byte}));
}

std::uint64_t UnitIndex::byte_of(std::string_view text, const TextPieces& pieces, std::uint64_t unit) const {
  if (unit >= units())
    return text.size();
  const auto behind = std::upper_bound(begins_.begin(), begins_.end(), unit);
  const auto piece = static_cast<std::size_t>(behind - begins_.begin() - 1);
  const ByteRange bytes = pieces.bytes(piece);
  const MappedText mapped = map_text(part_of(text, bytes));
  return bytes.begin + mapped.byte_of(static_cast<int>(unit - begins_[piece]));
}

TextViewAccessible::TextViewAccessible(TextView* view) : QAccessibleWidget(view, QAccessible::Document) {}

void TextViewAccessible::install() {
  static const bool once = [] {
    QAccessible::installFactory(made_for);
    return true;
  }();
  Q_UNUSED(once);
}

TextView& TextViewAccessible::view() const {
  return *static_cast<TextView*>(widget());
}

void* TextViewAccessible::interface_cast(QAccessible::InterfaceType type) {
  if (type == QAccessible::TextInterface)
    return static_cast<QAccessibleTextInterface*>(this);
  return QAccessibleWidget::interface_cast(type);
}

QAccessible::State TextViewAccessible::state() const {
  QAccessible::State state = QAccessibleWidget::state();
  state.readOnly = true;
  state.multiLine = true;
  state.selectableText = true;
  return state;
}

/// In place of a text there may be a sentence.
QString TextViewAccessible::text(QAccessible::Text type) const {
  if (type == QAccessible::Description && utf8().empty())
    return view().explanation_;
  return QAccessibleWidget::text(type);
}

std::string_view TextViewAccessible::utf8() const {
  return view().flow_.empty() ? std::string_view() : std::string_view(*view().document_->text);
}

const UnitIndex& TextViewAccessible::index() const {
  if (indexed_ != view().pieces_) {
    indexed_ = view().pieces_;
    index_ = indexed_ ? UnitIndex(utf8(), *indexed_) : UnitIndex();
  }
  return index_;
}

std::uint64_t TextViewAccessible::byte_of(int unit) const {
  const UnitIndex& units = index();
  return utf8().empty() || unit <= 0 ? 0 : units.byte_of(utf8(), *indexed_, static_cast<std::uint64_t>(unit));
}

int TextViewAccessible::unit_of(std::uint64_t byte) const {
  const UnitIndex& units = index();
  const std::uint64_t unit = utf8().empty() ? 0 : units.unit_of(utf8(), *indexed_, byte);
  return static_cast<int>(std::min<std::uint64_t>(unit, std::numeric_limits<int>::max()));
}

int TextViewAccessible::characterCount() const {
  return unit_of(utf8().size());
}

QString TextViewAccessible::text(int begin, int end) const {
  const std::uint64_t from = byte_of(std::min(begin, end)), to = byte_of(std::max(begin, end));
  return map_text(part_of(utf8(), {from, to})).text;
}

// Caret and selection

int TextViewAccessible::cursorPosition() const {
  return unit_of(view().caret());
}

void TextViewAccessible::setCursorPosition(int unit) {
  view().set_caret(byte_of(unit), false);
  view().reveal(view().caret());
}

int TextViewAccessible::selectionCount() const {
  return view().selection().length() > 0 ? 1 : 0;
}

void TextViewAccessible::selection(int index, int* begin, int* end) const {
  const ByteRange range = index == 0 && selectionCount() > 0 ? view().selection() : ByteRange{};
  *begin = unit_of(range.begin);
  *end = unit_of(range.end);
}

void TextViewAccessible::addSelection(int begin, int end) {
  setSelection(0, begin, end);
}

void TextViewAccessible::setSelection(int index, int begin, int end) {
  if (index != 0)
    return;
  view().set_caret(byte_of(begin), false);
  view().set_caret(byte_of(end), true);
}

void TextViewAccessible::removeSelection(int index) {
  if (index == 0)
    view().set_caret(view().caret(), false);
}

// Parts of the text

/// The part that a byte is in. Words and sentences are looked for in the piece around it: what reaches further is told
/// up to the piece's end.
ByteRange TextViewAccessible::part_at(std::uint64_t byte, QAccessible::TextBoundaryType type) const {
  const std::string_view all = utf8();
  if (all.empty() || type == QAccessible::NoBoundary)
    return {0, all.size()};
  if (type == QAccessible::LineBoundary) // as it is drawn
    return {view().flow_.row_begin(byte), std::max(view().flow_.row_end(byte), byte)};
  index();
  const ByteRange piece = indexed_->bytes(indexed_->at(byte));
  if (type == QAccessible::ParagraphBoundary) {
    const std::size_t before = byte == 0 ? std::string_view::npos : all.rfind('\n', byte - 1);
    const std::size_t behind = all.find('\n', byte);
    return {before == std::string_view::npos ? 0 : before + 1,
            behind == std::string_view::npos ? all.size() : behind + 1};
  }
  const MappedText mapped = map_text(part_of(all, piece));
  QTextBoundaryFinder finder(finder_type(type), mapped.text);
  const int unit = mapped.unit_of(byte - piece.begin);
  finder.setPosition(unit);
  const qsizetype begin = finder.isAtBoundary() ? unit : finder.toPreviousBoundary();
  finder.setPosition(unit);
  const qsizetype end = finder.toNextBoundary();
  return {piece.begin + mapped.byte_of(static_cast<int>(std::max<qsizetype>(begin, 0))),
          end < 0 ? piece.end : piece.begin + mapped.byte_of(static_cast<int>(end))};
}

QString TextViewAccessible::told(ByteRange part, int* begin, int* end) const {
  *begin = unit_of(part.begin);
  *end = unit_of(part.end);
  return map_text(part_of(utf8(), part)).text;
}

QString TextViewAccessible::textAtOffset(int unit, QAccessible::TextBoundaryType type, int* begin, int* end) const {
  return told(part_at(byte_of(unit), type), begin, end);
}

QString TextViewAccessible::textBeforeOffset(int unit, QAccessible::TextBoundaryType type, int* begin, int* end) const {
  const ByteRange here = part_at(byte_of(unit), type);
  if (here.begin == 0)
    return told({0, 0}, begin, end);
  std::uint64_t last = here.begin - 1; // of the part before
  while (last > 0 && continues_character(utf8()[last]))
    --last;
  return told({part_at(last, type).begin, here.begin}, begin, end);
}

QString TextViewAccessible::textAfterOffset(int unit, QAccessible::TextBoundaryType type, int* begin, int* end) const {
  const ByteRange here = part_at(byte_of(unit), type);
  if (here.end >= utf8().size())
    return told({utf8().size(), utf8().size()}, begin, end);
  return told({here.end, part_at(here.end, type).end}, begin, end);
}

// Places

QRect TextViewAccessible::characterRect(int unit) const {
  if (utf8().empty())
    return {};
  const std::uint64_t byte = byte_of(unit);
  const QRect at = view().rect_of(byte), next = view().rect_of(byte_of(unit + 1));
  const int width = next.top() == at.top() ? std::abs(next.x() - at.x()) : view().fontMetrics().averageCharWidth();
  const QPoint corner(next.top() == at.top() ? std::min(at.x(), next.x()) : at.x(), at.top());
  return {view().viewport()->mapToGlobal(corner), QSize(std::max(1, width), at.height())};
}

int TextViewAccessible::offsetAtPoint(const QPoint& point) const {
  const QPoint place = view().viewport()->mapFromGlobal(point);
  return utf8().empty() || !view().viewport()->rect().contains(place) ? -1 : unit_of(view().byte_at(place));
}

void TextViewAccessible::scrollToSubstring(int begin, int /*end*/) {
  view().reveal(byte_of(begin));
}

/// All of it looks the same to who does not see.
QString TextViewAccessible::attributes(int /*unit*/, int* begin, int* end) const {
  *begin = 0;
  *end = characterCount();
  return {};
}

} // namespace longview
