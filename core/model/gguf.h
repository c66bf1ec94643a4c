#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "model/tensor_set.h"

namespace longview {

/// What kinds of value metadata has, numbered as in the file.
enum class GgufType : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };

/// A metadata key and where its value lies. For an array `type` is array, and `data` holds `count` values of `element`,
/// one after the other; otherwise `element` is the type too and `count` is 1.
struct GgufEntry {
  std::string_view key;
  GgufType type = GgufType::u8;
  GgufType element = GgufType::u8;
  std::uint64_t count = 1;
  std::span<const std::byte> data;
};

/// A GGUF file of version 2 or 3, little-endian, memory-mapped. Everything in its header is checked when it is opened,
/// so that the rest of the program may believe counts, shapes and spans. Views and spans live as long as the GgufFile.
/// Const calls are safe from several threads.
class GgufFile {
 public:
  /// Throws Error with the path and the byte: not_found, io, input (not a GGUF, cut short, inconsistent), unsupported
  /// (version 1 or newer than 3, big-endian, a tensor type unknown to us).
  explicit GgufFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return file_->path(); }
  const std::shared_ptr<const MappedFile>& file() const { return file_; }
  std::uint32_t version() const { return version_; }
  std::uint64_t size() const { return file_->bytes().size(); }

  /// Metadata by key: nothing where the key is missing, Error(input) where its value is of another kind.
  std::optional<std::uint64_t> integer(std::string_view key) const; ///< any integer type, not negative
  std::optional<double> number(std::string_view key) const;         ///< any integer or floating-point type
  std::optional<bool> boolean(std::string_view key) const;
  std::optional<std::string_view> string(std::string_view key) const; ///< bytes as they are; may not be UTF-8
  std::optional<std::vector<std::string_view>> strings(std::string_view key) const;
  std::optional<std::vector<std::int64_t>> integers(std::string_view key) const; ///< at most 8 million
  std::optional<std::vector<double>> numbers(std::string_view key) const;        ///< at most 8 million
  /// Sorted by key.
  const std::vector<GgufEntry>& metadata() const { return metadata_; }

  /// Shapes outermost first, though the file has them the other way round.
  const TensorSet& tensors() const { return tensors_; }

 private:
  const GgufEntry* find(std::string_view key) const;
  const GgufEntry* find(std::string_view key, GgufType type, std::string_view expected) const;
  const GgufEntry* find_numbers(std::string_view key) const;
  [[noreturn]] void refuse(const GgufEntry& entry, std::string_view why) const;

  std::shared_ptr<const MappedFile> file_;
  std::uint32_t version_ = 0;
  std::vector<GgufEntry> metadata_;
  TensorSet tensors_;
};

} // namespace longview
