#pragma once

#include <memory>

#include "model/gguf.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// The tokenizer inside a GGUF: byte-level BPE (tokenizer.ggml.model = gpt2) or sentencepiece's BPE (llama, gemma).
/// Throws Error with the path: input (no tokenizer inside, lists that do not fit together), unsupported (another kind
/// of tokenizer, an unknown split rule: named).
std::shared_ptr<const Tokenizer> read_gguf_tokenizer(const GgufFile& file);

} // namespace longview
