#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "widgets/height_index.h"
#include "widgets/piece_layout.h"
#include "widgets/text_pieces.h"

namespace longview {

/// A whole text as a view scrolls through it: only the pieces in sight are laid out, of all others the height is
/// guessed until they were. What is in sight never jumps when a guess turns out wrong: the first piece in sight is what
/// holds. Heights in pixels from the top of the text, `y` from the top of the view. No widget; GUI thread.
class PieceFlow {
 public:
  struct Shown {
    std::size_t piece = 0;
    int y = 0; ///< its top
    std::uint64_t begin = 0;
    const PieceLayout* layout = nullptr; ///< valid until the flow moves
  };
  /// A place between two characters as it is drawn: a line from its top.
  struct Spot {
    double x = 0;
    int y = 0;
    int height = 0;
  };

  /// The bytes outlive the flow's use of them. Back to the top.
  void set_text(std::shared_ptr<const std::string> text, std::shared_ptr<const TextPieces> pieces);
  /// The first character in sight stays where it is.
  void set_style(const PieceStyle& style, std::uint32_t columns);
  void set_view_height(int height);
  bool empty() const { return !pieces_ || pieces_->size() == 0; }
  std::uint64_t length() const { return text_ ? text_->size() : 0; }

  std::int64_t total_height() const { return heights_.total(); }
  std::int64_t scrolled() const;
  void scroll_to(std::int64_t y);
  /// Exactly so far, whatever was guessed.
  void scroll_by(std::int64_t distance);
  /// Brings a place into sight: the least way where it is near, else to a third of the view.
  void reveal(std::uint64_t byte);
  /// Brings a place to this height of the view.
  void put(std::uint64_t byte, int y);

  /// In sight, from above.
  const std::vector<Shown>& shown() const { return shown_; }
  std::uint64_t first_byte() const;
  std::uint64_t last_byte() const; ///< behind what is in sight
  std::size_t laid_out() const { return layouts_.size(); }

  // Places are bytes; what they need is laid out
  std::uint64_t byte_at(QPointF point) const;
  /// The bytes of the row in sight at this height.
  ByteRange row_at(double y) const;
  Spot spot(std::uint64_t byte); ///< also out of sight, but then y is a guess
  std::uint64_t next(std::uint64_t byte, bool word);
  std::uint64_t previous(std::uint64_t byte, bool word);
  /// The place nearest to x, so many rows further down (up, if negative).
  std::uint64_t moved(std::uint64_t byte, int rows, double x);
  std::uint64_t row_begin(std::uint64_t byte);
  std::uint64_t row_end(std::uint64_t byte);

 private:
  struct Place {
    std::size_t piece = 0;
    int unit = 0;
  };

  const PieceLayout& layout(std::size_t piece);
  Place place_of(std::uint64_t byte);
  std::uint64_t byte_of(Place place);
  const Shown& shown_at(double y) const;
  void guess_heights();
  void normalise();
  void settle();
  void forget_far();

  std::shared_ptr<const std::string> text_;
  std::shared_ptr<const TextPieces> pieces_;
  PieceStyle style_;
  std::uint32_t columns_ = TextPieces::usual_columns;
  int view_height_ = 0;
  HeightIndex heights_;
  std::map<std::size_t, std::unique_ptr<PieceLayout>> layouts_;
  std::vector<Shown> shown_;
  std::size_t first_ = 0;   ///< piece at the top of the view
  std::int64_t offset_ = 0; ///< how far its top is above it
};

} // namespace longview
