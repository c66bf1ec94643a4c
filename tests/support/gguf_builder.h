#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "model/gguf.h"

namespace longview::test {

/// Writes small GGUF files, wrong ones too: what is not set explicitly is consistent.
class GgufBuilder {
 public:
  std::string magic = "GGUF";
  std::uint32_t version = 3;
  std::uint64_t alignment = 32;         ///< of the layout; say it in general.alignment yourself
  std::uint64_t more_keys = 0;          ///< added to the count in the header
  std::uint64_t more_tensors = 0;       ///< the same
  std::uint64_t missing_data_bytes = 0; ///< cut off at the end

  template <typename T>
  static std::string raw(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return {reinterpret_cast<const char*>(&value), sizeof value};
  }
  static std::string text(std::string_view value) { return raw(std::uint64_t{value.size()}) + std::string(value); }

  GgufBuilder& value(std::string_view key, GgufType type, const std::string& bytes) {
    keys_.push_back(text(key) + raw(type) + bytes);
    return *this;
  }
  GgufBuilder& u32(std::string_view key, std::uint32_t number) { return value(key, GgufType::u32, raw(number)); }
  GgufBuilder& string(std::string_view key, std::string_view value_text) {
    return value(key, GgufType::string, text(value_text));
  }
  GgufBuilder& array(std::string_view key, GgufType element, std::uint64_t count, const std::string& bytes) {
    return value(key, GgufType::array, raw(element) + raw(count) + bytes);
  }
  GgufBuilder& strings(std::string_view key, const std::vector<std::string>& values) {
    std::string bytes;
    for (const std::string& one : values)
      bytes += text(one);
    return array(key, GgufType::string, values.size(), bytes);
  }
  template <typename T>
  GgufBuilder& numbers(std::string_view key, GgufType element, const std::vector<T>& values) {
    std::string bytes;
    for (const T& one : values)
      bytes += raw(one);
    return array(key, element, values.size(), bytes);
  }

  /// `offset_error` moves the tensor's offset away from where its data lies.
  GgufBuilder& tensor(std::string_view name, std::uint32_t type, const std::vector<std::uint64_t>& shape,
                      const std::string& bytes, std::uint64_t offset_error = 0) {
    std::string head = text(name) + raw(static_cast<std::uint32_t>(shape.size()));
    for (const std::uint64_t extent : shape)
      head += raw(extent);
    data_.resize((data_.size() + alignment - 1) / alignment * alignment);
    tensors_.push_back(head + raw(type) + raw(std::uint64_t{data_.size()} + offset_error));
    data_ += bytes;
    return *this;
  }

  std::string bytes() const {
    std::string out = magic + raw(version) + raw(tensors_.size() + more_tensors) + raw(keys_.size() + more_keys);
    for (const std::string& key : keys_)
      out += key;
    for (const std::string& tensor : tensors_)
      out += tensor;
    if (!tensors_.empty())
      out.resize((out.size() + alignment - 1) / alignment * alignment);
    out += data_;
    out.resize(out.size() - missing_data_bytes);
    return out;
  }

  void write(const std::filesystem::path& path) const { write(path, bytes()); }
  static void write(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::remove(path); // writing over a file makes some file systems wait for the disk
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

 private:
  std::vector<std::string> keys_;
  std::vector<std::string> tensors_;
  std::string data_;
};

} // namespace longview::test
