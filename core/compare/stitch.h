#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace longview {

/// A labelled test from a user's own texts: whole documents, whose parts follow each other, and stitched ones of the
/// same length from unrelated places. A score of long dependencies must put the first above the second.
struct StitchOptions {
  std::vector<std::filesystem::path> inputs; ///< JSONL and text files, folders
  std::string text_field = "text", id_field = "id";
  std::size_t piece_bytes = 2000; ///< about; cut at the end of a paragraph, sentence or word
  std::size_t pieces = 16;        ///< in a document, 2 or more
  std::size_t documents = 0;      ///< of each kind at most; 0: as many as the texts give
  std::uint64_t seed = 11;
  std::filesystem::path out; ///< JSONL; .gz or .zst at its end compresses
  bool force = false;        ///< replaces a file at `out`
};

struct StitchSummary {
  std::size_t texts = 0, whole = 0, stitched = 0;
};

/// Pieces of about `size` bytes that tile the text: cut behind a blank line in the second half of a piece, else behind
/// a line end, a sentence, a blank, or between two characters.
std::vector<std::string_view> cut_pieces(std::string_view text, std::size_t size);

/// Which whole document piece p of stitched document s comes from. Whole documents are put into an order, shuffled by
/// the seed so that those of one text stand far apart; piece p of document s is piece p of the document p places
/// further on. So both kinds hold the very same pieces, each once, at the same places, and no two neighbours in a
/// stitched document ever stood together. `texts[k]`: the text that whole document k is from.
class StitchOrder {
 public:
  StitchOrder(const std::vector<std::size_t>& texts, std::uint64_t seed);
  std::size_t source(std::size_t stitched, std::size_t piece) const {
    return order_[(stitched + piece) % order_.size()];
  }

 private:
  std::vector<std::size_t> order_;
};

/// Writes the whole documents, then the stitched ones: {"id", "stitched": false|true, "from": [ids of the texts],
/// "text"}. Holds all texts in memory. Throws Error: usage (too little text for two documents), conflict (a file is
/// there), not_found, io, cancelled.
StitchSummary write_stitched(const StitchOptions& options, std::stop_token stop = {});

} // namespace longview
