#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

#include "widgets/segment_text.h"

namespace longview {

/// A document's text cut into pieces that can each be laid out alone: whole lines, several short ones together, and
/// parts of a line that is longer than a piece may be. So showing a part of a text costs the same whatever its length.
/// A cut never parts a character from its combining marks, and lies behind a space where there is one near.
class TextPieces {
 public:
  static constexpr std::uint32_t enough = 1'000;  ///< characters: no further line joins
  static constexpr std::uint32_t most_lines = 64; ///< of a piece
  static constexpr std::uint32_t longest = 4'000; ///< characters: a longer line is cut, here or at the next space …
  static constexpr std::uint32_t at_most = 4'400; ///< … but not behind this many
  static constexpr std::uint32_t usual_columns = 72; ///< of a line on the screen, for the estimate of rows

  TextPieces() = default;
  /// One walk over the text, valid UTF-8. Throws Error(cancelled). Any thread.
  explicit TextPieces(std::string_view text, std::stop_token stop = {});

  std::size_t size() const { return pieces_.size(); }
  ByteRange bytes(std::size_t piece) const;
  /// The paragraph that the piece is of, or begins with, is read from right to left.
  bool right_to_left(std::size_t piece) const { return pieces_[piece].right_to_left; }
  /// About how many rows it takes where a line has room for so many columns of an ordinary letter's width.
  std::uint32_t rows(std::size_t piece, std::uint32_t columns) const;
  /// The piece that a byte is in, the last one for what lies behind; 0 without pieces.
  std::size_t at(std::uint64_t byte) const;

 private:
  struct Piece {
    std::uint64_t begin = 0;
    std::uint16_t lines = 0;   ///< ends of lines and of the piece
    std::uint16_t wrapped = 0; ///< further rows at usual_columns
    bool right_to_left = false;
  };
  friend class PieceCutter;

  std::vector<Piece> pieces_;
  std::uint64_t length_ = 0;
};

} // namespace longview
