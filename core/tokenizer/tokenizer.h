#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace longview {

using TokenId = std::int32_t;

/// Tokens of a text with the bytes each stands for: token k covers [k ? ends[k-1] : 0, ends[k]). Spans tile the text;
/// a token may be empty, and a span may end inside a character.
struct Tokens {
  std::vector<TokenId> ids;
  std::vector<std::uint64_t> ends; ///< same length as ids, ascending, last == text size (unless there are no tokens)
};

/// What a special token's spelling in a document's text is: characters like any other, or the token itself.
enum class SpecialTokens { plain, recognised };

/// Text to tokens, without BOS or EOS. Const calls are safe from several threads at once.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// `text` must be valid UTF-8 (Error(input) otherwise). Time is linear in its length. Stops with Error(cancelled).
  virtual Tokens encode(std::string_view text, SpecialTokens special, std::stop_token stop = {}) const = 0;

  /// Ids are in [0, vocabulary_size()).
  virtual std::uint32_t vocabulary_size() const = 0;
  /// The bytes a token stands for (special tokens: their spelling). Out of range: Error(usage).
  virtual std::string token_bytes(TokenId id) const = 0;
  /// Hash over everything that changes what encode() gives.
  virtual Hash128 fingerprint() const = 0;
  /// For people: "byte-level BPE, 49,152 tokens, pattern smollm".
  virtual std::string description() const = 0;
};

/// The tokenizer that belongs to a model file or directory (a GGUF, a Hugging Face directory, or a weights file in
/// one). Throws Error (not_found, input, unsupported) with the path and what is not understood.
std::shared_ptr<const Tokenizer> load_tokenizer(const std::string& model_path);

} // namespace longview
