#include "model/tensor_set.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"

namespace longview {

std::optional<std::uint64_t> element_count(std::span<const std::uint64_t> shape) noexcept {
  std::uint64_t count = 1;
  for (const std::uint64_t extent : shape) {
    if (extent != 0 && count > std::numeric_limits<std::uint64_t>::max() / extent)
      return std::nullopt;
    count *= extent;
  }
  return count;
}

std::string printable_name(std::string_view name) {
  std::string out(name.substr(0, 80));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e)
      c = '?';
  return name.size() > 80 ? out + "…" : out;
}

void TensorSet::keep(std::shared_ptr<const MappedFile> file) {
  files_.push_back(std::move(file));
}

std::span<std::byte> TensorSet::keep_bytes(std::uint64_t size) {
  owned_.push_back(std::make_unique<std::byte[]>(size));
  return {owned_.back().get(), size};
}

void TensorSet::add(StoredTensor tensor) {
  tensors_.push_back(std::move(tensor));
}

void TensorSet::index() {
  by_name_.resize(tensors_.size());
  std::iota(by_name_.begin(), by_name_.end(), 0u);
  const auto name = [&](std::uint32_t k) -> const std::string& { return tensors_[k].name; };
  std::sort(by_name_.begin(), by_name_.end(), [&](auto a, auto b) { return name(a) < name(b); });
  const auto twice =
      std::adjacent_find(by_name_.begin(), by_name_.end(), [&](auto a, auto b) { return name(a) == name(b); });
  if (twice != by_name_.end())
    throw Error(ErrorCode::input, fmt::format("the tensor {} is there twice", printable_name(name(*twice))));
}

const StoredTensor* TensorSet::find(std::string_view name) const {
  const auto found =
      std::lower_bound(by_name_.begin(), by_name_.end(), name,
                       [&](std::uint32_t k, std::string_view wanted) { return tensors_[k].name < wanted; });
  return found != by_name_.end() && tensors_[*found].name == name ? &tensors_[*found] : nullptr;
}

const MappedFile* TensorSet::file_of(std::span<const std::byte> bytes) const {
  for (const auto& file : files_) {
    const auto all = file->bytes();
    const auto inside = [&](const std::byte* at) {
      return !std::less<>{}(at, all.data()) && !std::less<>{}(all.data() + all.size(), at);
    };
    if (inside(bytes.data()) && inside(bytes.data() + bytes.size()))
      return file.get();
  }
  return nullptr;
}

void TensorSet::prepare(std::span<const std::byte> bytes) const {
  if (const MappedFile* file = file_of(bytes))
    file->prepare(static_cast<std::uint64_t>(bytes.data() - file->bytes().data()), bytes.size());
}

void TensorSet::release(std::span<const std::byte> bytes) const {
  if (const MappedFile* file = file_of(bytes))
    file->release(static_cast<std::uint64_t>(bytes.data() - file->bytes().data()), bytes.size());
}

void TensorSet::release_files() const {
  for (const auto& file : files_)
    file->release(0, file->bytes().size());
}

std::uint64_t TensorSet::file_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& file : files_)
    bytes += file->bytes().size();
  return bytes;
}

} // namespace longview
