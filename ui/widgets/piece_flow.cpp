#include "widgets/piece_flow.h"

#include <algorithm>
#include <iterator>

namespace longview {
namespace {

constexpr std::size_t kept_around = 8; // pieces that stay laid out on each side of what is in sight

} // namespace

void PieceFlow::set_text(std::shared_ptr<const std::string> text, std::shared_ptr<const TextPieces> pieces) {
  text_ = std::move(text);
  pieces_ = std::move(pieces);
  first_ = 0;
  offset_ = 0;
  guess_heights();
  settle();
}

void PieceFlow::set_style(const PieceStyle& style, std::uint32_t columns) {
  if (style == style_ && columns == columns_)
    return;
  const std::uint64_t top = first_byte();
  style_ = style;
  columns_ = columns;
  guess_heights();
  put(top, 0);
}

void PieceFlow::set_view_height(int height) {
  view_height_ = height;
  settle();
}

void PieceFlow::guess_heights() {
  layouts_.clear();
  shown_.clear();
  std::vector<int> heights(pieces_ ? pieces_->size() : 0);
  const int row = style_.row_height();
  for (std::size_t piece = 0; piece < heights.size(); ++piece)
    heights[piece] = row * static_cast<int>(pieces_->rows(piece, columns_));
  heights_ = HeightIndex(std::move(heights));
}

const PieceLayout& PieceFlow::layout(std::size_t piece) {
  std::unique_ptr<PieceLayout>& made = layouts_[piece];
  if (!made) {
    const ByteRange bytes = pieces_->bytes(piece);
    made = std::make_unique<PieceLayout>(std::string_view(*text_).substr(bytes.begin, bytes.length()),
                                         pieces_->right_to_left(piece), style_);
    heights_.set(piece, made->height());
  }
  return *made;
}

std::int64_t PieceFlow::scrolled() const {
  return empty() ? 0 : heights_.top(first_) + offset_;
}

void PieceFlow::scroll_to(std::int64_t y) {
  if (empty())
    return;
  y = std::clamp<std::int64_t>(y, 0, std::max<std::int64_t>(0, total_height() - 1));
  const bool to_the_end = y + view_height_ >= total_height();
  first_ = heights_.at(y);
  const std::int64_t top = heights_.top(first_);
  const std::int64_t guessed = std::max(1, heights_.height(first_));
  // as far into the piece as was meant, whatever its height is
  offset_ = (y - top) * layout(first_).height() / guessed;
  if (to_the_end) {
    first_ = pieces_->size() - 1;
    offset_ = layout(first_).height();
  }
  settle();
}

void PieceFlow::scroll_by(std::int64_t distance) {
  offset_ += distance;
  settle();
}

void PieceFlow::put(std::uint64_t byte, int y) {
  if (empty())
    return;
  const Place place = place_of(byte);
  const PieceLayout& one = layout(place.piece);
  first_ = place.piece;
  offset_ = one.lines() > 0 ? static_cast<std::int64_t>(one.line(one.line_of(place.unit)).y()) - y : -y;
  settle();
}

void PieceFlow::reveal(std::uint64_t byte) {
  if (empty())
    return;
  if (byte >= first_byte() && byte <= last_byte()) {
    const Spot at = spot(byte);
    const int row = style_.row_height();
    if (at.y < row)
      scroll_by(at.y - row);
    else if (at.y + at.height > view_height_ - row)
      scroll_by(at.y + at.height - view_height_ + row);
    const Spot now = spot(byte);
    if (now.y >= 0 && now.y + now.height <= view_height_)
      return;
  }
  put(byte, view_height_ / 3);
}

/// The first piece is the one at the top of the view.
void PieceFlow::normalise() {
  while (offset_ < 0 && first_ > 0)
    offset_ += layout(--first_).height();
  offset_ = std::max<std::int64_t>(0, offset_);
  while (first_ + 1 < pieces_->size() && offset_ >= layout(first_).height())
    offset_ -= layout(first_++).height();
}

/// Lays out what is in sight, and leaves no room below the end.
void PieceFlow::settle() {
  shown_.clear();
  if (empty())
    return;
  normalise();
  std::int64_t y = -offset_;
  std::size_t behind = first_;
  for (; behind < pieces_->size() && y < view_height_; ++behind)
    y += layout(behind).height();
  if (y < view_height_) {
    offset_ -= view_height_ - y;
    normalise();
  }
  y = -offset_;
  for (std::size_t piece = first_; piece < pieces_->size() && (y < view_height_ || piece == first_); ++piece) {
    const PieceLayout& one = layout(piece);
    shown_.push_back({piece, static_cast<int>(y), pieces_->bytes(piece).begin, &one});
    y += one.height();
  }
  forget_far();
}

void PieceFlow::forget_far() {
  const std::size_t from = first_ > kept_around ? first_ - kept_around : 0;
  const std::size_t to = shown_.back().piece + kept_around;
  layouts_.erase(layouts_.begin(), layouts_.lower_bound(from));
  layouts_.erase(layouts_.upper_bound(to), layouts_.end());
}

std::uint64_t PieceFlow::first_byte() const {
  if (!shown_.empty())
    return row_at(0).begin;
  return empty() ? 0 : pieces_->bytes(first_).begin;
}

std::uint64_t PieceFlow::last_byte() const {
  return shown_.empty() ? 0 : row_at(std::max(0, view_height_ - 1)).end;
}

const PieceFlow::Shown& PieceFlow::shown_at(double y) const {
  const Shown* found = &shown_.front();
  for (const Shown& one : shown_)
    if (one.y <= y)
      found = &one;
  return *found;
}

ByteRange PieceFlow::row_at(double y) const {
  if (shown_.empty())
    return {};
  const Shown& one = shown_at(y);
  const int number = one.layout->line_at(y - one.y);
  const QTextLine line = one.layout->line(number);
  if (!line.isValid() || number + 1 == one.layout->lines()) // the end of the last line is not shown, but its own
    return {one.begin + one.layout->text().byte_of(line.isValid() ? line.textStart() : 0),
            pieces_->bytes(one.piece).end};
  return {one.begin + one.layout->text().byte_of(line.textStart()),
          one.begin + one.layout->text().byte_of(line.textStart() + line.textLength())};
}

PieceFlow::Place PieceFlow::place_of(std::uint64_t byte) {
  const std::size_t piece = pieces_->at(byte);
  const PieceLayout& one = layout(piece);
  return {piece, one.whole(one.text().unit_of(byte - pieces_->bytes(piece).begin))};
}

std::uint64_t PieceFlow::byte_of(Place place) {
  return pieces_->bytes(place.piece).begin + layout(place.piece).text().byte_of(place.unit);
}

std::uint64_t PieceFlow::byte_at(QPointF point) const {
  if (shown_.empty())
    return 0;
  const Shown& one = shown_at(point.y());
  return one.begin + one.layout->text().byte_of(one.layout->unit_at(point - QPointF(0, one.y)));
}

PieceFlow::Spot PieceFlow::spot(std::uint64_t byte) {
  if (empty())
    return {0, 0, style_.row_height()};
  const Place place = place_of(byte);
  const PieceLayout& one = layout(place.piece);
  const std::int64_t top = heights_.top(place.piece) - scrolled();
  if (one.lines() == 0)
    return {0, static_cast<int>(top), style_.row_height()};
  const QTextLine line = one.line(one.line_of(place.unit));
  return {one.x_of(place.unit), static_cast<int>(top + static_cast<std::int64_t>(line.y())),
          static_cast<int>(line.height())};
}

std::uint64_t PieceFlow::next(std::uint64_t byte, bool word) {
  if (empty())
    return 0;
  Place place = place_of(byte);
  const PieceLayout& one = layout(place.piece);
  place.unit = word ? one.next_word(place.unit) : one.next(place.unit);
  return std::max(std::min(byte + 1, length()), byte_of(place));
}

std::uint64_t PieceFlow::previous(std::uint64_t byte, bool word) {
  if (empty() || byte == 0)
    return 0;
  Place place = place_of(byte);
  if (byte <= pieces_->bytes(place.piece).begin) {
    --place.piece;
    place.unit = static_cast<int>(layout(place.piece).text().text.size());
  }
  const PieceLayout& one = layout(place.piece);
  place.unit = word ? one.previous_word(place.unit) : one.previous(place.unit);
  return byte_of(place);
}

std::uint64_t PieceFlow::moved(std::uint64_t byte, int rows, double x) {
  if (empty())
    return 0;
  Place place = place_of(byte);
  int line = layout(place.piece).line_of(place.unit);
  for (; rows > 0; --rows) {
    if (line + 1 < layout(place.piece).lines()) {
      ++line;
    } else if (place.piece + 1 < pieces_->size()) {
      ++place.piece;
      line = 0;
    } else {
      return length();
    }
  }
  for (; rows < 0; ++rows) {
    if (line > 0) {
      --line;
    } else if (place.piece > 0) {
      --place.piece;
      line = std::max(0, layout(place.piece).lines() - 1);
    } else {
      return 0;
    }
  }
  place.unit = layout(place.piece).unit_at(line, x);
  return byte_of(place);
}

std::uint64_t PieceFlow::row_begin(std::uint64_t byte) {
  if (empty())
    return 0;
  Place place = place_of(byte);
  const PieceLayout& one = layout(place.piece);
  place.unit = one.lines() > 0 ? one.line(one.line_of(place.unit)).textStart() : 0;
  return byte_of(place);
}

std::uint64_t PieceFlow::row_end(std::uint64_t byte) {
  if (empty())
    return 0;
  Place place = place_of(byte);
  const PieceLayout& one = layout(place.piece);
  if (one.lines() == 0)
    return byte;
  const QTextLine line = one.line(one.line_of(place.unit));
  const int end = line.textStart() + line.textLength();
  const bool last = line.lineNumber() + 1 == one.lines();
  place.unit = last ? end : one.previous(end); // behind the end is the next row
  return byte_of(place);
}

} // namespace longview
