#pragma once

#include "model/gguf.h"
#include "tokenizer/byte_level_tokenizer.h"

namespace longview {

/// The byte-level BPE vocabulary inside a GGUF (tokenizer.ggml.model = gpt2).
/// Throws Error with the path: input (no tokenizer inside, lists that do not fit together), unsupported (another kind
/// of tokenizer, an unknown split rule: named).
ByteLevelVocabulary read_byte_level_vocabulary(const GgufFile& file);

} // namespace longview
