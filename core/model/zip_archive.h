#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace longview {

/// The members of a ZIP archive (Zip64 too), of which those can be read that are stored and not compressed, as
/// torch.save writes them. Every offset and size is checked. Views and spans live as long as the mapped file.
class ZipArchive {
 public:
  struct Member {
    std::string_view name;
    std::span<const std::byte> bytes; ///< as they lie in the file
    std::uint16_t method = 0;         ///< of compression; 0: stored as they are
  };

  /// Throws Error with the path: input (no archive, damaged, cut short), unsupported (encrypted, in volumes).
  explicit ZipArchive(const MappedFile& file);

  bool has(std::string_view name) const { return member(name) != nullptr; }
  /// Nothing where there is none of that name. Throws Error(unsupported) with the path where it is compressed.
  std::optional<std::span<const std::byte>> find(std::string_view name) const;
  /// Sorted by name, each there once.
  const std::vector<Member>& members() const { return members_; }

 private:
  const Member* member(std::string_view name) const;

  const MappedFile& file_;
  std::vector<Member> members_;
};

} // namespace longview
