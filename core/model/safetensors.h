#pragma once

#include <filesystem>

#include "model/tensor_set.h"

namespace longview {

/// Maps a safetensors file, adds its tensors to `set`, in the order of their data, and keeps the mapping there.
/// The format: 8 bytes length of the header, little-endian; the header, a JSON object of name -> dtype, shape,
/// data_offsets; the values, without gaps. All of that is checked. Throws Error with the path: not_found, io, input
/// (damaged, cut short), unsupported (a type that is no plain number, such as F8_E4M3: named).
void add_safetensors(const std::filesystem::path& path, TensorSet& set);

} // namespace longview
