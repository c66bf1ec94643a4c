#pragma once

#include <string_view>

namespace longview {

/// GPT-2's rule, which is also the `ByteLevel` step of tokenizer.json; in PCRE2's syntax.
std::string_view gpt2_expression();
/// Qwen2's rule.
std::string_view qwen2_expression();

/// What a GGUF means by a name in tokenizer.ggml.pre.
struct SplitRule {
  std::string_view name;
  std::string_view expression; ///< PCRE2
  bool nfc = false;            ///< the models' published tokenizers normalize text to NFC first
  bool ignore_merges = false;  ///< a piece that is a token as a whole is that token
};

/// Throws Error(unsupported), with the names that are known.
const SplitRule& split_rule(std::string_view name);

} // namespace longview
