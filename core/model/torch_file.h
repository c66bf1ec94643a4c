#pragma once

#include <filesystem>
#include <string_view>

#include "model/tensor_set.h"

namespace longview {

/// Maps a file that torch.save wrote of a state dict (a ZIP archive since torch 1.6, a row of pickles before), adds its
/// tensors to `set`, in the order of the dictionary, and keeps the mapping there. Nothing in the file is executed: the
/// pickle is read as data, and one that asks for anything but tensors is refused. A tensor whose values do not lie one
/// after the other in its storage (a transposed view) is copied, at most twice the file in all.
/// Throws Error with the path: not_found, io, input (damaged, cut short), unsupported (anything but a dictionary of
/// tensors on a little-endian machine: whole modules, TorchScript, nested dictionaries, storage types that are no plain
/// number).
void add_torch_file(const std::filesystem::path& path, TensorSet& set);

/// Whether a file that begins so (16 bytes are enough) may be one of those.
bool looks_like_torch_file(std::string_view first_bytes);

} // namespace longview
