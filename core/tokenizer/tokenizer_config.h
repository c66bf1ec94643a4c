#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tokenizer/added_tokens.h"

namespace longview {

/// What the files beside a tokenizer say: tokenizer_config.json, special_tokens_map.json, added_tokens.json.
struct TokenizerConfig {
  /// tokenizer_class without its "Fast"; empty where it is not said.
  std::string tokenizer_class;
  std::string model_type; ///< of config.json; may be empty
  std::optional<bool> add_prefix_space;
  std::optional<bool> legacy;
  std::vector<AddedToken> added; ///< of added_tokens_decoder; without one, those of added_tokens.json
  std::vector<AddedToken> named; ///< bos_token and its like, without an id
};

/// Reads those of the files that are there. Throws Error(input) with the file that cannot be understood.
TokenizerConfig read_tokenizer_config(const std::filesystem::path& directory);

} // namespace longview
