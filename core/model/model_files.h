#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "model/gguf.h"
#include "model/tensor_set.h"

namespace longview {

/// A model as it lies on disk: the tensors, and the text that says what they are. What that text means is not known
/// here (families.h).
struct ModelFiles {
  std::filesystem::path path; ///< as the user named it
  std::string format;         ///< for people: "GGUF v3", "GGUF v3 in 3 files", "safetensors", "PyTorch in 2 files"
  std::shared_ptr<const GgufFile> gguf;     ///< the metadata of a GGUF (of its first part); null for a directory
  std::string config;                       ///< config.json of a directory; empty for a GGUF
  std::shared_ptr<const TensorSet> tensors; ///< of all parts
  std::vector<std::filesystem::path> files; ///< weights and configuration, in a fixed order: all that changes the model
};

/// `path`: a GGUF file (any part of a split one), a Hugging Face directory, or a weights file in such a directory.
/// Of a directory's weights the first kind that is there counts: model.safetensors, model.safetensors.index.json,
/// pytorch_model.bin, pytorch_model.bin.index.json. Reads headers only. Throws Error with the path: not_found (also a
/// part that the index names), io, input (damaged, inconsistent), unsupported (a format or type that is not known:
/// named).
ModelFiles open_model_files(const std::filesystem::path& path);

} // namespace longview
