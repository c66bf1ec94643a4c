#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "model/pickle.h"
#include "model/tensor_set.h"

namespace longview {

/// Globals that the pickle of a state dict may name: what rebuilds tensors and parameters, the storage types, and the
/// types that torch has no storage type for (to refuse them by name).
bool is_tensor_global(std::string_view name);

/// A storage as a pickle refers to it: values of one type, one after the other.
struct TorchStorage {
  std::string_view key; ///< its name among the storages of the file
  TensorType type = TensorType::F32;
  std::uint64_t count = 0;
  const PickleValue* view = nullptr; ///< legacy: (key, first, count) of a part of the storage; null without one
};

/// Reads ("storage", torch.FloatStorage, key, location, count[, view]). Throws Error with `where`.
TorchStorage torch_storage(const PickleValue& persistent, const std::string& where);

/// The bytes of a storage, which are exactly those of its count of values.
using StorageBytes = std::function<std::span<const std::byte>(const TorchStorage&)>;

/// Adds the tensors of a state dict to `set`. `most_copied`: bytes that tensors without their own place may take.
/// Throws Error with `where`.
void add_state_dict(const PickleValue& root, const StorageBytes& bytes, std::uint64_t most_copied, TensorSet& set,
                    const std::string& where);

/// A size or place of a pickle: a whole number that is not negative. Throws Error with `where`.
std::uint64_t pickled_size(const PickleValue& value, const std::string& where);

} // namespace longview
