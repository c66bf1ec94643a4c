#include "widgets/text_pieces.h"

#include <algorithm>
#include <limits>

#include <QChar>

#include "base/cancel.h"

namespace longview {
namespace {

constexpr std::uint64_t stop_every = 1 << 20; // bytes

struct Character {
  char32_t code = 0;
  std::uint32_t bytes = 1;
};

/// `text` is valid UTF-8; a broken end is taken byte by byte.
Character character_at(std::string_view text, std::uint64_t at) {
  const auto byte = [&](std::uint64_t k) { return static_cast<unsigned char>(text[at + k]); };
  const unsigned char lead = byte(0);
  const std::uint32_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1 || at + length > text.size())
    return {lead, 1};
  char32_t code = lead & (0xFFu >> (length + 1));
  for (std::uint32_t k = 1; k < length; ++k)
    code = code << 6 | (byte(k) & 0x3Fu);
  return {code, length};
}

enum class Direction : std::uint8_t { none, left_to_right, right_to_left };

Direction direction_of(char32_t code) {
  if (code < 0x590)
    return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z') || (code >= 0xC0 && QChar::isLetter(code))
               ? Direction::left_to_right
               : Direction::none;
  switch (QChar::direction(code)) {
  case QChar::DirL:
    return Direction::left_to_right;
  case QChar::DirR:
  case QChar::DirAL:
    return Direction::right_to_left;
  default:
    return Direction::none;
  }
}

/// Columns that a character takes, an ordinary letter being one: an estimate.
std::uint32_t columns_of(char32_t code) {
  if (code < 0x300)
    return 1;
  if (QChar::isMark(code))
    return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                    (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
                    (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
  return wide ? 2 : 1;
}

/// What belongs to the character before it.
bool extends(char32_t code) {
  return code >= 0x300 && (QChar::isMark(code) || code == 0x200D || (code >= 0x1F3FB && code <= 0x1F3FF) ||
                           (code >= 0xE0020 && code <= 0xE007F) || (code >= 0x1F1E6 && code <= 0x1F1FF));
}

bool ends_line(char32_t code) {
  return code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029;
}

std::uint16_t narrowed(std::uint32_t count) {
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(count, std::numeric_limits<std::uint16_t>::max()));
}

} // namespace

/// The walk: what is known of the piece and of the line that are being filled.
class PieceCutter {
 public:
  explicit PieceCutter(std::vector<TextPieces::Piece>& pieces) : pieces_(pieces) {}

  void take(char32_t code, std::uint64_t at) {
    if (line_characters_ >= TextPieces::longest)
      cut_long_line(code, at);
    if (direction_ == Direction::none)
      meet_direction(direction_of(code));
    ++characters_;
    ++line_characters_;
    columns_ += columns_of(code);
    before_ = code;
  }

  void end_line(std::uint64_t next) {
    end_rows();
    line_begin_ = next;
    direction_ = Direction::none;
    ++characters_;
    if (characters_ >= TextPieces::enough || lines_ >= TextPieces::most_lines)
      end_piece(next);
  }

  void finish(std::uint64_t length) {
    if (line_begin_ < length)
      end_rows();
    if (begin_ < length)
      end_piece(length);
  }

 private:
  /// A line of the other direction begins a piece of its own: a layout has one direction.
  void meet_direction(Direction met) {
    if (met == Direction::none)
      return;
    direction_ = met;
    if (piece_direction_ != Direction::none && piece_direction_ != met && line_begin_ > begin_) {
      const std::uint32_t in_line = line_characters_;
      const std::uint32_t columns = columns_;
      end_piece(line_begin_);
      characters_ = line_characters_ = in_line;
      columns_ = columns;
    }
    piece_direction_ = met;
  }

  void cut_long_line(char32_t code, std::uint64_t at) {
    const bool space = before_ == ' ' || before_ == '\t' || before_ == 0x3000;
    const bool late = line_characters_ >= TextPieces::at_most && !extends(code) && before_ != 0x200D;
    if (!space && !late && line_characters_ < 2 * TextPieces::at_most)
      return;
    if (space && extends(code))
      return;
    const Direction direction = direction_;
    end_rows();
    end_piece(at);
    line_begin_ = at;
    direction_ = piece_direction_ = direction;
  }

  void end_rows() {
    ++lines_;
    wrapped_ += columns_ > 0 ? (columns_ - 1) / TextPieces::usual_columns : 0;
    columns_ = 0;
    line_characters_ = 0;
  }

  void end_piece(std::uint64_t end) {
    pieces_.push_back(
        {begin_, narrowed(std::max(1u, lines_)), narrowed(wrapped_), piece_direction_ == Direction::right_to_left});
    begin_ = end;
    characters_ = lines_ = wrapped_ = line_characters_ = columns_ = 0;
    piece_direction_ = Direction::none;
  }

  std::vector<TextPieces::Piece>& pieces_;
  std::uint64_t begin_ = 0, line_begin_ = 0;
  std::uint32_t characters_ = 0, line_characters_ = 0, columns_ = 0, lines_ = 0, wrapped_ = 0;
  Direction direction_ = Direction::none;       ///< of the line's paragraph
  Direction piece_direction_ = Direction::none; ///< of the piece so far
  char32_t before_ = 0;
};

TextPieces::TextPieces(std::string_view text, std::stop_token stop) : length_(text.size()) {
  PieceCutter cutter(pieces_);
  std::uint64_t look = stop_every;
  for (std::uint64_t at = 0; at < text.size();) {
    if (at >= look) {
      throw_if_cancelled(stop);
      look += stop_every;
    }
    const Character character = character_at(text, at);
    const std::uint64_t next = at + character.bytes;
    const bool first_of_two = character.code == '\r' && next < text.size() && text[next] == '\n';
    if (ends_line(character.code) && !first_of_two)
      cutter.end_line(next);
    else if (!first_of_two)
      cutter.take(character.code, at);
    at = next;
  }
  cutter.finish(text.size());
  pieces_.shrink_to_fit();
}

ByteRange TextPieces::bytes(std::size_t piece) const {
  return {pieces_[piece].begin, piece + 1 < pieces_.size() ? pieces_[piece + 1].begin : length_};
}

std::uint32_t TextPieces::rows(std::size_t piece, std::uint32_t columns) const {
  const Piece& one = pieces_[piece];
  return one.lines + (one.wrapped * usual_columns + columns / 2) / std::max(1u, columns);
}

std::size_t TextPieces::at(std::uint64_t byte) const {
  const auto behind = std::upper_bound(pieces_.begin(), pieces_.end(), byte,
                                       [](std::uint64_t wanted, const Piece& piece) { return wanted < piece.begin; });
  return behind == pieces_.begin() ? 0 : static_cast<std::size_t>(behind - pieces_.begin() - 1);
}

} // namespace longview
