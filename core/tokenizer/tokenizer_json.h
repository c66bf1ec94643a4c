#pragma once

#include <filesystem>
#include <memory>

#include <nlohmann/json_fwd.hpp>

#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/tokenizer_config.h"

namespace longview {

/// The BPE tokenizer of a tokenizer.json of the `tokenizers` library, with what the configuration beside it adds.
/// Post-processors, truncation and padding do not matter here: documents are tokenized without BOS and EOS.
/// Throws Error with the path: input (damaged), unsupported (what is not supported, by its name).
std::shared_ptr<const Tokenizer> read_tokenizer_json(const std::filesystem::path& file, const TokenizerConfig& config);

/// The byte-level BPE of vocab.json and merges.txt, split by GPT-2's rule or, for the class Qwen2Tokenizer, by Qwen2's.
std::shared_ptr<const Tokenizer> read_vocabulary_files(const std::filesystem::path& vocabulary,
                                                       const std::filesystem::path& merges,
                                                       const TokenizerConfig& config);

/// An added token's spelling and flags. Throws Error(input) without a context.
AddedToken added_token_of(const nlohmann::json& object);

} // namespace longview
