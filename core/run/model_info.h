#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/decoder_spec.h"
#include "scoring/scorer.h"

namespace longview {

/// What a model (a GGUF file, a Hugging Face directory) is and whether it can be used, without libtorch and without
/// reading the weights. A model that cannot be used is no exception: `problem` says why. Throws Error(not_found) where
/// there is none.
ModelSummary describe_model(const std::filesystem::path& path);

/// What people call a model: its own name, else that of its file or folder.
std::string model_title(const std::filesystem::path& path, const DecoderSpec& spec);

/// Why a tokenizer cannot belong to a model with so many rows in its output matrix; empty where it can.
std::string vocabulary_problem(std::uint32_t tokenizer_tokens, std::uint32_t model_rows);

/// Memory the weights take once loaded.
struct DTypeMemory {
  DType dtype = DType::float32;
  std::uint64_t bytes = 0;
};
/// Bytes of a matrix' value.
std::uint64_t bytes_of(DType dtype);
std::vector<DTypeMemory> memory_by_dtype(const ModelSummary& model);

} // namespace longview
