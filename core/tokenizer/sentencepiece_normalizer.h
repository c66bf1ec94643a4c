#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tokenizer/byte_trie.h"
#include "tokenizer/sentencepiece_model.h"
#include "tokenizer/source_view.h"

namespace longview {

/// Sentencepiece's normalization: rules that replace the longest match, spaces as "▁", runs of them as one, a "▁"
/// before (or after) the text. Immutable; shared by threads.
class SentencePieceNormalizer {
 public:
  /// Takes what it needs out of `model`. Throws Error(input) for rules whose parts do not fit.
  explicit SentencePieceNormalizer(const SentencePieceModel& model);

  /// Source ends are sentencepiece's own offsets: bytes that are dropped belong to the token before them.
  /// `with_prefix`: whether the dummy prefix is put on, where the model has one. Throws Error(input) where the rules
  /// turn out damaged, Error(unsupported) for a text of 1 GB.
  void apply(std::string_view text, bool with_prefix, MappedText& out) const;

 private:
  struct Step {
    std::string_view made; ///< may be empty
    std::size_t length;    ///< bytes of the text it stands for
  };

  Step step(std::string_view text) const;
  bool find_rule(std::string_view text, Step& out) const;
  std::uint32_t unit(std::uint32_t place) const;
  void add_space(std::uint32_t at, MappedText& out) const;

  std::vector<std::uint32_t> units_; ///< a double array trie, as darts-clone lays it out
  std::string strings_;              ///< what the trie's values point into, each ended by a zero
  ByteTrie user_defined_;            ///< left as they are
  bool add_dummy_prefix_;
  bool remove_extra_whitespaces_;
  bool whitespace_is_suffix_;
  std::string space_;
};

} // namespace longview
