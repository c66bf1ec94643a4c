#include "model/torch_tensors.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"

namespace longview {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t most_dimensions = 8;

constexpr std::pair<std::string_view, TensorType> storage_types[] = {
    {"torch.DoubleStorage", TensorType::F64}, {"torch.FloatStorage", TensorType::F32},
    {"torch.HalfStorage", TensorType::F16},   {"torch.BFloat16Storage", TensorType::BF16},
    {"torch.LongStorage", TensorType::I64},   {"torch.IntStorage", TensorType::I32},
    {"torch.ShortStorage", TensorType::I16},  {"torch.CharStorage", TensorType::I8},
    {"torch.ByteStorage", TensorType::U8},    {"torch.BoolStorage", TensorType::BOOL},
};
constexpr std::string_view rebuild_tensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view rebuild_parameter = "torch._utils._rebuild_parameter";
// Since torch 2.1, for types without a storage type of their own; its last argument is the type.
constexpr std::string_view rebuild_untyped = "torch._utils._rebuild_tensor_v3";
constexpr std::string_view untyped_types[] = {
    "torch.float8_e4m3fn",   "torch.float8_e5m2",    "torch.float8_e4m3fnuz",
    "torch.float8_e5m2fnuz", "torch.float8_e8m0fnu", "torch.float4_e2m1fn_x2",
    "torch.uint16",          "torch.uint32",         "torch.uint64",
};
constexpr std::string_view refused_storages[] = {
    "torch.storage.UntypedStorage", "torch.QInt8Storage",        "torch.QUInt8Storage",        "torch.QInt32Storage",
    "torch.QUInt4x2Storage",        "torch.ComplexFloatStorage", "torch.ComplexDoubleStorage",
};

[[noreturn]] void refuse(const std::string& where, std::string why, ErrorCode code = ErrorCode::input) {
  throw Error(code, std::move(why), where);
}

/// A tensor as the pickle describes it.
struct View {
  TorchStorage storage;
  std::uint64_t first = 0; ///< values of the storage before it
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> strides; ///< in values
};

std::vector<std::uint64_t> sizes(const PickleValue& value, const std::string& where) {
  if (!value.is(Kind::tuple) || value.items.size() > most_dimensions)
    refuse(where, fmt::format("a tensor's shape is {} of {} items; the file is damaged", describe(value.kind),
                              value.items.size()));
  std::vector<std::uint64_t> out;
  for (const PickleValue* item : value.items)
    out.push_back(pickled_size(*item, where));
  return out;
}

/// The arguments of a call of `function`; null for anything else.
const std::vector<const PickleValue*>* arguments_of(const PickleValue& value, std::string_view function) {
  return value.is(Kind::call) && value.items[0]->text == function ? &value.items[1]->items : nullptr;
}

void refuse_untyped(const PickleValue& value, std::string_view name, const std::string& where) {
  if (const auto* arguments = arguments_of(value, rebuild_untyped))
    refuse(where,
           fmt::format("the tensor {} has the type {}, which is not read; convert it to float32, float16 or bfloat16",
                       printable_name(name), arguments->size() > 6 ? (*arguments)[6]->text : "unknown"),
           ErrorCode::unsupported);
}

/// What an entry of the dictionary is instead of a tensor.
[[noreturn]] void refuse_entry(const PickleValue& value, std::string_view name, const std::string& where) {
  refuse_untyped(value, name, where);
  if (value.is(Kind::dict))
    refuse(where,
           fmt::format(
               "is no plain state dict: its entry \"{}\" is a dictionary; save that one alone with torch.save or as "
               "safetensors",
               printable_name(name)),
           ErrorCode::unsupported);
  refuse(where,
         fmt::format("is no plain state dict: its entry \"{}\" is {}, no tensor", printable_name(name),
                     describe(value.kind)),
         ErrorCode::unsupported);
}

/// (storage, first, shape, strides, requires_grad, hooks[, metadata]); a parameter is (tensor, requires_grad, hooks).
View read_view(const PickleValue& value, std::string_view name, const std::string& where) {
  const PickleValue* tensor = &value;
  if (const auto* parameter = arguments_of(value, rebuild_parameter); parameter && !parameter->empty())
    tensor = parameter->front();
  refuse_untyped(*tensor, name, where);
  const auto* arguments = arguments_of(*tensor, rebuild_tensor);
  if (!arguments)
    refuse_entry(value, name, where);
  if (arguments->size() < 6 || arguments->size() > 7 || !(*arguments)[0]->is(Kind::persistent))
    refuse(where, fmt::format("the tensor {} is described in a way that torch does not; the file is damaged",
                              printable_name(name)));
  View view{torch_storage(*(*arguments)[0], where), pickled_size(*(*arguments)[1], where),
            sizes(*(*arguments)[2], where), sizes(*(*arguments)[3], where)};
  if (view.shape.size() != view.strides.size())
    refuse(where, fmt::format("the tensor {} has {} dimensions but {} strides; the file is damaged",
                              printable_name(name), view.shape.size(), view.strides.size()));
  if (std::find(view.shape.begin(), view.shape.end(), 0u) != view.shape.end())
    refuse(where,
           fmt::format("the tensor {} has a dimension of 0 and holds nothing; the checkpoint was not saved completely",
                       printable_name(name)));
  return view;
}

/// Whether each value follows the one before it, in the order of the indices.
bool is_contiguous(const View& view) {
  std::uint64_t expected = 1;
  for (std::size_t d = view.shape.size(); d-- > 0;) {
    if (view.shape[d] != 1 && view.strides[d] != expected)
      return false;
    expected *= view.shape[d]; // cannot overflow: the caller has multiplied the shape out
  }
  return true;
}

/// One past the last value that the view touches; nothing where that does not fit 64 bits.
std::optional<std::uint64_t> view_end(const View& view) {
  std::uint64_t end = view.first;
  for (std::size_t d = 0; d < view.shape.size(); ++d) {
    const std::uint64_t factors[] = {view.shape[d] - 1, view.strides[d]};
    const auto reach = element_count(factors);
    if (!reach || __builtin_add_overflow(end, *reach, &end))
      return std::nullopt;
  }
  return __builtin_add_overflow(end, 1, &end) ? std::nullopt : std::optional(end);
}

/// The view's values in the order of its indices. `out` has the room of them.
void copy_view(const View& view, std::span<const std::byte> storage, std::size_t width, std::byte* out) {
  const std::size_t dimensions = view.shape.size(), inner = dimensions - 1;
  std::vector<std::uint64_t> index(dimensions, 0);
  for (;;) {
    std::uint64_t at = view.first;
    for (std::size_t d = 0; d < inner; ++d)
      at += index[d] * view.strides[d];
    for (std::uint64_t k = 0; k < view.shape[inner]; ++k, out += width)
      std::memcpy(out, storage.data() + (at + k * view.strides[inner]) * width, width);
    std::size_t d = inner;
    while (d > 0 && ++index[d - 1] == view.shape[d - 1])
      index[--d] = 0;
    if (d == 0)
      return;
  }
}

/// Turns views into tensors of a set.
class Rebuilder {
 public:
  Rebuilder(const StorageBytes& bytes, std::uint64_t most_copied, TensorSet& set, const std::string& where)
      : bytes_(bytes), most_copied_(most_copied), left_(most_copied), set_(set), where_(where) {}

  void add(std::string_view name, const View& view) {
    const std::uint64_t width = block_size(view.storage.type).bytes;
    const std::span<const std::byte> storage = bytes_(view.storage);
    const auto count = element_count(view.shape);
    const auto end = view_end(view);
    if (!count || !end || *end > storage.size() / width)
      refuse(where_, fmt::format("the tensor {} reaches past the end of its storage; the file is damaged",
                                 printable_name(name)));
    StoredTensor tensor{std::string(name), view.storage.type, view.shape, {}};
    if (is_contiguous(view)) // then first + count is the end, which has been checked
      tensor.data = storage.subspan(view.first * width, *count * width);
    else
      tensor.data = copied(name, view, *count, width, storage);
    set_.add(std::move(tensor));
  }

 private:
  std::span<const std::byte> copied(std::string_view name, const View& view, std::uint64_t count, std::uint64_t width,
                                    std::span<const std::byte> storage) {
    if (count > left_ / width)
      refuse(where_, fmt::format("the tensor {} is a view that repeats values, and such views would take more than {} "
                                 "bytes, twice the file; "
                                 "it is damaged, or should be saved with contiguous tensors",
                                 printable_name(name), most_copied_));
    left_ -= count * width;
    const auto out = set_.keep_bytes(count * width);
    copy_view(view, storage, width, out.data());
    return out;
  }

  const StorageBytes& bytes_;
  std::uint64_t most_copied_;
  std::uint64_t left_;
  TensorSet& set_;
  const std::string& where_;
};

} // namespace

bool is_tensor_global(std::string_view name) {
  const auto in = [&](const auto& list) { return std::find(std::begin(list), std::end(list), name) != std::end(list); };
  return name == rebuild_tensor || name == rebuild_parameter || name == rebuild_untyped || in(untyped_types) ||
         in(refused_storages) || std::any_of(std::begin(storage_types), std::end(storage_types), [&](const auto& row) {
           return row.first == name;
         });
}

std::uint64_t pickled_size(const PickleValue& value, const std::string& where) {
  if (!value.is(Kind::integer) || value.integer < 0)
    refuse(where,
           fmt::format("a size or place in its pickle is {}; the file is damaged",
                       value.is(Kind::integer) ? std::to_string(value.integer) : std::string(describe(value.kind))));
  return static_cast<std::uint64_t>(value.integer);
}

TorchStorage torch_storage(const PickleValue& persistent, const std::string& where) {
  const auto& id = *persistent.items[0];
  const auto& parts = id.items;
  if (id.is(Kind::tuple) && !parts.empty() && parts[0]->is(Kind::string) && parts[0]->text == "module")
    refuse(where, "is a whole pickled module, which is code; save its state_dict() instead", ErrorCode::unsupported);
  if (!id.is(Kind::tuple) || parts.size() < 5 || parts.size() > 6 || parts[0]->text != "storage" ||
      !parts[1]->is(Kind::global) || !parts[2]->is(Kind::string))
    refuse(where, "its pickle refers to something that is no storage of a tensor; the file is damaged");
  const auto* type = std::find_if(std::begin(storage_types), std::end(storage_types),
                                  [&](const auto& row) { return row.first == parts[1]->text; });
  if (type == std::end(storage_types))
    refuse(where, fmt::format("holds a storage of the type {}, which is not read", parts[1]->text),
           ErrorCode::unsupported);
  const PickleValue* view = parts.size() == 6 && !parts[5]->is(Kind::none) ? parts[5] : nullptr;
  return {parts[2]->text, type->second, pickled_size(*parts[4], where), view};
}

void add_state_dict(const PickleValue& root, const StorageBytes& bytes, std::uint64_t most_copied, TensorSet& set,
                    const std::string& where) {
  if (!root.is(Kind::dict))
    refuse(where,
           fmt::format("holds {}, no dictionary of tensors; save the model's state_dict()",
                       root.is(Kind::call) ? "a single tensor" : describe(root.kind)),
           ErrorCode::unsupported);
  Rebuilder rebuilder(bytes, most_copied, set, where);
  for (std::size_t k = 0; k < root.items.size(); k += 2) {
    const PickleValue& key = *root.items[k];
    if (!key.is(Kind::string))
      refuse(where, fmt::format("is no state dict: a key is {}, no string", describe(key.kind)),
             ErrorCode::unsupported);
    rebuilder.add(key.text, read_view(*root.items[k + 1], key.text, where));
  }
}

} // namespace longview
