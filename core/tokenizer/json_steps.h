#pragma once

#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "tokenizer/normalizer.h"
#include "tokenizer/pre_tokenizer.h"

namespace longview {

/// `normalizer` of tokenizer.json, which may be null. Throws Error (input, unsupported: by name) without a context.
Normalizer normalizer_of(const nlohmann::json& object);

struct PreTokenizerOfJson {
  PreTokenizer steps;
  bool byte_level = false; ///< pieces are merged from their bytes
};
/// `pre_tokenizer` of tokenizer.json, which may be null. A ByteLevel step must be the last one; where it stands alone
/// `add_prefix_space` (of tokenizer_config.json) replaces its own. Throws Error (input, unsupported: by name).
PreTokenizerOfJson pre_tokenizer_of(const nlohmann::json& object, std::optional<bool> add_prefix_space);

} // namespace longview
