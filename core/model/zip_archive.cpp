#include "model/zip_archive.h"

#include <algorithm>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "model/tensor_set.h"

// Layout: PKWARE's APPNOTE.TXT, sections 4.3 (records) and 4.5.3 (Zip64 extra field). All numbers are little-endian.
namespace longview {
namespace {

constexpr std::uint32_t local_signature = 0x04034b50, central_signature = 0x02014b50, end_signature = 0x06054b50,
                        end64_signature = 0x06064b50, locator64_signature = 0x07064b50;
constexpr std::uint64_t local_size = 30, central_size = 46, end_size = 22, end64_size = 56, locator64_size = 20;
constexpr std::uint64_t longest_comment = 65'535;
constexpr std::uint64_t most_members = 1u << 20;
constexpr std::uint32_t in_extra_field = 0xffffffff;

/// A file read at offsets, each checked.
class Bytes {
 public:
  explicit Bytes(const MappedFile& file) : file_(file) {}

  std::uint64_t size() const { return file_.bytes().size(); }
  std::span<const std::byte> range(std::uint64_t at, std::uint64_t count) const {
    if (at > size() || count > size() - at)
      fail(fmt::format("{} bytes at {} are past its end; it is cut short or damaged", count, at));
    return file_.bytes().subspan(at, count);
  }
  template <typename T>
  T get(std::uint64_t at) const {
    T value;
    std::memcpy(&value, range(at, sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view text(std::uint64_t at, std::uint64_t count) const {
    const auto bytes = range(at, count);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  [[noreturn]] void fail(const std::string& why, ErrorCode code = ErrorCode::input) const {
    throw Error(code, "its ZIP archive cannot be read: " + why, file_.path().string());
  }

 private:
  const MappedFile& file_;
};

struct Directory {
  std::uint64_t members = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
  std::uint64_t limit = 0; ///< where the records behind the directory begin
};

/// The end record is the last thing in the file but for a comment, whose length it holds.
std::uint64_t find_end_record(const Bytes& bytes) {
  if (bytes.size() < end_size)
    bytes.fail("it is too short");
  const std::uint64_t last = bytes.size() - end_size;
  for (std::uint64_t back = 0; back <= std::min(last, longest_comment); ++back)
    if (bytes.get<std::uint32_t>(last - back) == end_signature && bytes.get<std::uint16_t>(last - back + 20) == back)
      return last - back;
  bytes.fail("it has no end record; it is cut short or damaged");
}

Directory find_directory(const Bytes& bytes) {
  const std::uint64_t end = find_end_record(bytes);
  Directory out{bytes.get<std::uint16_t>(end + 10), bytes.get<std::uint32_t>(end + 12),
                bytes.get<std::uint32_t>(end + 16), end};
  if (bytes.get<std::uint16_t>(end + 4) != bytes.get<std::uint16_t>(end + 6))
    bytes.fail("it is in several volumes", ErrorCode::unsupported);
  if (end >= locator64_size && bytes.get<std::uint32_t>(end - locator64_size) == locator64_signature) {
    const auto end64 = bytes.get<std::uint64_t>(end - locator64_size + 8);
    if (bytes.get<std::uint32_t>(end64) != end64_signature || end64 > end - locator64_size)
      bytes.fail("its Zip64 end record is not where it should be; it is damaged");
    bytes.range(end64, end64_size);
    out = {bytes.get<std::uint64_t>(end64 + 32), bytes.get<std::uint64_t>(end64 + 40),
           bytes.get<std::uint64_t>(end64 + 48), end64};
  }
  if (out.offset > out.limit || out.size > out.limit - out.offset)
    bytes.fail("its directory reaches past the end; it is cut short or damaged");
  if (out.members > most_members || out.members > out.size / central_size)
    bytes.fail(fmt::format("its directory of {} bytes cannot list {} members; it is damaged", out.size, out.members));
  return out;
}

/// What the directory says of a member.
struct Entry {
  std::uint64_t stored_size = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0; ///< of its local header
};

/// Numbers that do not fit 32 bits lie in the extra field 1, in this order, and only those.
void read_zip64(const Bytes& bytes, std::uint64_t at, std::uint64_t length, Entry& entry) {
  const std::uint64_t end = at + length;
  while (end - at >= 4) {
    const std::uint64_t kind = bytes.get<std::uint16_t>(at), size = bytes.get<std::uint16_t>(at + 2);
    at += 4;
    if (size > end - at)
      bytes.fail("an extra field is longer than its place; it is damaged");
    std::uint64_t left = size, from = at;
    if (kind == 1)
      for (std::uint64_t* value : {&entry.size, &entry.stored_size, &entry.offset})
        if (*value == in_extra_field && left >= 8) {
          *value = bytes.get<std::uint64_t>(from);
          from += 8;
          left -= 8;
        }
    at += size;
  }
}

std::span<const std::byte> member_bytes(const Bytes& bytes, const Entry& entry, std::string_view name,
                                        std::uint64_t limit) {
  const auto named = [&] { return printable_name(name); };
  if (entry.offset > limit || limit - entry.offset < local_size ||
      bytes.get<std::uint32_t>(entry.offset) != local_signature)
    bytes.fail(fmt::format("the member {} is not where the directory says; it is damaged", named()));
  const std::uint64_t name_length = bytes.get<std::uint16_t>(entry.offset + 26);
  const std::uint64_t extra_length = bytes.get<std::uint16_t>(entry.offset + 28);
  const std::uint64_t data = entry.offset + local_size + name_length + extra_length;
  if (data > limit || entry.stored_size > limit - data)
    bytes.fail(fmt::format("the member {} reaches past the end of its place; it is damaged", named()));
  if (bytes.text(entry.offset + local_size, name_length) != name)
    bytes.fail(fmt::format("the member {} has another name in its own header; it is damaged", named()));
  return bytes.range(data, entry.stored_size);
}

/// Reads the directory entry at `at` and moves `at` behind it.
ZipArchive::Member read_member(const Bytes& bytes, std::uint64_t& at, std::uint64_t end, std::uint64_t limit) {
  if (end - at < central_size || bytes.get<std::uint32_t>(at) != central_signature)
    bytes.fail("its directory is damaged");
  const std::uint64_t name_length = bytes.get<std::uint16_t>(at + 28), extra_length = bytes.get<std::uint16_t>(at + 30),
                      comment_length = bytes.get<std::uint16_t>(at + 32);
  const std::uint64_t length = central_size + name_length + extra_length + comment_length;
  if (end - at < length)
    bytes.fail("its directory is damaged");
  const std::string_view name = bytes.text(at + central_size, name_length);
  const auto flags = bytes.get<std::uint16_t>(at + 8), method = bytes.get<std::uint16_t>(at + 10);
  if (flags & 1u)
    bytes.fail(fmt::format("the member {} is encrypted", printable_name(name)), ErrorCode::unsupported);
  Entry entry{bytes.get<std::uint32_t>(at + 20), bytes.get<std::uint32_t>(at + 24), bytes.get<std::uint32_t>(at + 42)};
  read_zip64(bytes, at + central_size + name_length, extra_length, entry);
  if (method == 0 && entry.size != entry.stored_size)
    bytes.fail(fmt::format("the member {} has two sizes; it is damaged", printable_name(name)));
  at += length;
  return {name, member_bytes(bytes, entry, name, limit), method};
}

} // namespace

ZipArchive::ZipArchive(const MappedFile& file) : file_(file) {
  const Bytes bytes(file);
  const Directory directory = find_directory(bytes);
  std::uint64_t at = directory.offset;
  members_.reserve(directory.members);
  for (std::uint64_t k = 0; k < directory.members; ++k)
    members_.push_back(read_member(bytes, at, directory.offset + directory.size, directory.offset));
  if (at != directory.offset + directory.size)
    bytes.fail("its directory is longer than its members; it is damaged");
  const auto less = [](const Member& a, const Member& b) { return a.name < b.name; };
  std::sort(members_.begin(), members_.end(), less);
  const auto twice = std::adjacent_find(members_.begin(), members_.end(),
                                        [](const Member& a, const Member& b) { return a.name == b.name; });
  if (twice != members_.end())
    bytes.fail(fmt::format("the member {} is there twice", printable_name(twice->name)));
}

const ZipArchive::Member* ZipArchive::member(std::string_view name) const {
  const auto found = std::lower_bound(members_.begin(), members_.end(), name,
                                      [](const Member& one, std::string_view wanted) { return one.name < wanted; });
  return found != members_.end() && found->name == name ? &*found : nullptr;
}

std::optional<std::span<const std::byte>> ZipArchive::find(std::string_view name) const {
  const Member* found = member(name);
  if (!found)
    return std::nullopt;
  if (found->method != 0)
    Bytes(file_).fail(fmt::format("the member {} is compressed (method {}); torch.save stores members as they are",
                                  printable_name(name), found->method),
                      ErrorCode::unsupported);
  return found->bytes;
}

} // namespace longview
