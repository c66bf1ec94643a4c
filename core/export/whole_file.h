#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "corpus/document.h"
#include "corpus/input_file.h"

namespace longview {

/// Reads a file once, from its first byte to its last, and gives lines on the way. What it gives is part of what
/// hash() tells of, whatever happens to the file meanwhile. Throws Error (not_found, io, cancelled).
class WholeFile {
 public:
  WholeFile(const std::filesystem::path& path, std::stop_token stop);

  /// The bytes at a place and one more, where the file has one, with json_padding readable ones behind. They live until
  /// the next call. Nothing where there is no whole line, or where it lies before the last one.
  std::optional<std::string_view> line(const DocumentPlace& place);
  /// XXH3-128 of all of it; reads what is left, so no line is given after it.
  Hash128 hash();

 private:
  bool reach(std::uint64_t end, std::uint64_t kept);
  std::size_t read_block();

  InputFile file_;
  const std::uint64_t size_;
  const std::stop_token stop_;
  Hasher128 hasher_;
  std::string buffer_;       ///< bytes of the file, then room
  std::uint64_t offset_ = 0; ///< of the buffer in the file
  std::size_t filled_ = 0;   ///< bytes
};

} // namespace longview
