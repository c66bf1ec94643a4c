#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace longview::test {

/// The bytes of a safetensors file: the header's length, the header, the values.
inline std::string safetensors(std::string_view header, std::string_view values) {
  const std::uint64_t length = header.size();
  std::string out(reinterpret_cast<const char*>(&length), sizeof length);
  return out.append(header).append(values);
}

inline void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::remove(path); // writing over a file makes some file systems wait for the disk
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

} // namespace longview::test
