#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "run/document_model.h"
#include "store/project.h"

namespace longview {

/// A word of a segment: the tokens first … last - 1, and its bytes from the segment's first on, without the white space
/// around it.
struct SegmentWord {
  std::uint32_t first_token = 0, last_token = 0;
  std::uint32_t begin = 0, end = 0;
  bool operator==(const SegmentWord&) const = default;
};

/// Cuts a segment's tokens into words. Two neighbours belong together where no white space and no punctuation (but an
/// apostrophe within a word) stands between them; in scripts that set no spaces (Chinese, Japanese, Thai …) every token
/// is a word of its own. Tokens of nothing but white space are no word. `text`: the document's, valid UTF-8; `begin`:
/// where the segment begins in it; `ends`: of its tokens, from there on.
std::vector<SegmentWord> words_of_segment(std::string_view text, std::uint64_t begin,
                                          const std::vector<std::uint32_t>& ends);

/// Which words of prefix c_j lower the perplexity of target c_i: for each the NLL of c_i, summed over its L - 1 scored
/// tokens, after c_j without the word, minus that after c_j. Positive where the word helps, in nats. "Without" means
/// that each token of the word is replaced by a space token: c_j keeps its length, and every other token its position
/// and its distance to c_i.
///
/// An estimate: words can stand for each other, so the numbers need not add up to the gain, and a row of spaces is a
/// strange text too. Rounding of the run's type is in it: 0.1 nats or so in bfloat16.
struct Attribution {
  std::vector<SegmentWord> words; ///< in the order of the text
  std::vector<double> nats;       ///< of each word
  double gain = 0;                ///< of the whole prefix: the NLL of c_i alone minus that after c_j, summed likewise
  std::uint64_t begin = 0;        ///< byte of the document's text where c_j begins
};

/// Told after every batch: passes done, passes in all.
using AttributionObserver = std::function<void(std::size_t, std::size_t)>;

/// Of target i after prefix j (kept segments count), with the run's model; two passes a word, and lets others have
/// their turn with the model in between. `text` is the document's. Throws Error: usage (no such pair), not_found,
/// conflict (see DocumentModel), cancelled within one batch.
Attribution attribute(const Project& project, RunId run, DocumentId document, std::uint32_t i, std::uint32_t j,
                      const std::string& text, DocumentModel& model, const AttributionObserver& observer,
                      std::stop_token stop);

/// Indices of the words, the most helpful first.
std::vector<std::size_t> words_by_effect(const Attribution& attribution);

/// What is printed of a pair.
struct AttributionOf {
  std::string document; ///< name
  std::uint32_t i = 0, j = 0;
  const std::string& text; ///< of the document
  const Attribution& attribution;

  std::string_view word(std::size_t k) const;
};
/// {"id", "i", "j", "estimate": true, "gain", "words": [[text, nats, first token, tokens], …]} in the order of the
/// text.
std::string attribution_json(const AttributionOf& shown);
/// For a terminal: what it is, and the words that help and hinder most.
std::string attribution_text(const AttributionOf& shown);

} // namespace longview
