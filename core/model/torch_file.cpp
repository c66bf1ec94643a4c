#include "model/torch_file.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "base/error.h"
#include "model/pickle.h"
#include "model/torch_tensors.h"
#include "model/zip_archive.h"

namespace longview {
namespace {

constexpr std::uint64_t newest_version = 10; // of the archive's layout, as torch 2.11 reads it
/// The pickled number that every file before torch 1.6 begins with: 0x1950a86a20f9469cfc6c.
constexpr std::string_view legacy_magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
constexpr std::int64_t legacy_protocol = 1001;

[[noreturn]] void refuse(const MappedFile& file, std::string why, ErrorCode code = ErrorCode::input) {
  throw Error(code, std::move(why), file.path().string());
}

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint64_t most_copied(const MappedFile& file) {
  return 2 * std::uint64_t{file.bytes().size()};
}

std::uint64_t storage_size(const MappedFile& file, const TorchStorage& storage) {
  const std::uint64_t factors[] = {storage.count, block_size(storage.type).bytes};
  const auto size = element_count(factors);
  if (!size || *size > file.bytes().size())
    refuse(file, fmt::format("the storage {} would have {} values, more than the file can hold; it is damaged",
                             printable_name(storage.key), storage.count));
  return *size;
}

// Since torch 1.6: an archive of FOLDER/data.pkl, FOLDER/byteorder, FOLDER/version, FOLDER/data/KEY.

/// "FOLDER/", which torch.save names after the file.
std::string archive_folder(const MappedFile& file, const ZipArchive& archive) {
  constexpr std::string_view pickle = "data.pkl";
  for (const auto& member : archive.members()) {
    const auto slash = member.name.find('/');
    if (slash != std::string_view::npos && member.name.substr(slash + 1) == pickle)
      return std::string(member.name.substr(0, slash + 1));
  }
  refuse(file, "is a ZIP archive without the data.pkl that torch.save writes", ErrorCode::unsupported);
}

void check_archive(const MappedFile& file, const ZipArchive& archive, const std::string& folder) {
  if (archive.has(folder + "constants.pkl"))
    refuse(file, "is a TorchScript archive, which is a program; save the model's state_dict() instead",
           ErrorCode::unsupported);
  const auto order = archive.find(folder + "byteorder");
  if (order && as_text(*order) != "little")
    refuse(file, fmt::format("has the byte order \"{}\"; only little is read", printable_name(as_text(*order))),
           ErrorCode::unsupported);
  const auto version = archive.find(folder + "version");
  const std::string_view text = version ? as_text(*version) : std::string_view();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || (end != text.data() + text.size() && *end != '\n'))
    refuse(file, "has no version, which torch.save writes; it is damaged");
  if (number > newest_version)
    refuse(file, fmt::format("is an archive of version {}; versions up to {} are read", number, newest_version),
           ErrorCode::unsupported);
}

void add_archive(const MappedFile& file, TensorSet& set) {
  const ZipArchive archive(file);
  const std::string folder = archive_folder(file, archive), where = file.path().string();
  check_archive(file, archive, folder);
  const Pickle pickle(*archive.find(folder + "data.pkl"), is_tensor_global, where);
  const auto bytes = [&](const TorchStorage& storage) {
    const std::uint64_t size = storage_size(file, storage);
    const auto found = archive.find(fmt::format("{}data/{}", folder, storage.key));
    if (!found)
      refuse(file, fmt::format("the storage {} is missing; the file is damaged", printable_name(storage.key)));
    if (found->size() != size)
      refuse(file, fmt::format("the storage {} has {} bytes instead of {}; the file is damaged",
                               printable_name(storage.key), found->size(), size));
    return *found;
  };
  add_state_dict(pickle.root(), bytes, most_copied(file), set, where);
}

// Before torch 1.6: the pickles of a magic number, a protocol number, facts about the machine, the state dict and the
// list of storage keys, then in the list's order each storage: its count as 64 bits, its values.

class LegacyReader {
 public:
  explicit LegacyReader(const MappedFile& file) : file_(file), where_(file.path().string()), rest_(file.bytes()) {}

  void add_to(TensorSet& set) {
    rest_ = rest_.subspan(legacy_magic.size());
    const Pickle protocol = next();
    if (!protocol.root().is(PickleValue::Kind::integer) || protocol.root().integer != legacy_protocol)
      refuse(file_, "is of a torch before 1.6 whose format is not 1001", ErrorCode::unsupported);
    check_machine(next());
    const Pickle state = next();
    read_storages(state, next());
    add_state_dict(
        state.root(), [&](const TorchStorage& storage) { return bytes_of(storage); }, most_copied(file_), set, where_);
  }

 private:
  Pickle next() {
    Pickle pickle(rest_, is_tensor_global, where_);
    rest_ = rest_.subspan(pickle.size());
    return pickle;
  }

  void check_machine(const Pickle& facts) const {
    const auto& items = facts.root().items;
    if (facts.root().is(PickleValue::Kind::dict))
      for (std::size_t k = 0; k + 1 < items.size(); k += 2)
        if (items[k]->text == "little_endian" && items[k + 1]->is(PickleValue::Kind::boolean) &&
            items[k + 1]->integer == 1)
          return;
    refuse(file_, "was not written on a little-endian machine; only such files are read", ErrorCode::unsupported);
  }

  void read_storages(const Pickle& state, const Pickle& keys) {
    std::unordered_map<std::string_view, TorchStorage> described;
    for (const PickleValue& value : state.values())
      if (value.is(PickleValue::Kind::persistent)) {
        const TorchStorage storage = torch_storage(value, where_);
        const TorchStorage& first = described.emplace(storage.key, storage).first->second;
        if (first.type != storage.type || first.count != storage.count)
          refuse(file_,
                 fmt::format("describes the storage {} in two ways; the file is damaged", printable_name(storage.key)));
      }
    if (!keys.root().is(PickleValue::Kind::list))
      refuse(file_, "has no list of storages; the file is damaged");
    for (const PickleValue* key : keys.root().items) {
      const auto found = described.find(key->text);
      if (!key->is(PickleValue::Kind::string) || found == described.end())
        refuse(file_, fmt::format("lists the storage {}, which no tensor has; the file is damaged",
                                  printable_name(key->text)));
      take_storage(found->second);
    }
  }

  void take_storage(const TorchStorage& storage) {
    std::uint64_t count = 0;
    if (rest_.size() < sizeof count)
      refuse(file_, fmt::format("ends before the storage {}; it is cut short or damaged", printable_name(storage.key)));
    std::memcpy(&count, rest_.data(), sizeof count);
    rest_ = rest_.subspan(sizeof count);
    const std::uint64_t size = storage_size(file_, storage);
    if (count != storage.count)
      refuse(file_, fmt::format("the storage {} has {} values instead of {}; the file is damaged",
                                printable_name(storage.key), count, storage.count));
    if (size > rest_.size())
      refuse(file_, fmt::format("ends within the storage {}; it is cut short or damaged", printable_name(storage.key)));
    if (!storages_.emplace(storage.key, rest_.first(size)).second)
      refuse(file_, fmt::format("lists the storage {} twice; the file is damaged", printable_name(storage.key)));
    rest_ = rest_.subspan(size);
  }

  std::span<const std::byte> bytes_of(const TorchStorage& storage) const {
    const auto found = storages_.find(storage.key);
    if (found == storages_.end())
      refuse(file_, fmt::format("the storage {} is missing; the file is damaged", printable_name(storage.key)));
    if (!storage.view)
      return found->second;
    // (key of the view, first value, count): a storage that is a part of another.
    const auto& parts = storage.view->items;
    if (!storage.view->is(PickleValue::Kind::tuple) || parts.size() != 3)
      refuse(file_, fmt::format("describes a part of the storage {} wrongly; the file is damaged",
                                printable_name(storage.key)));
    const std::uint64_t first = pickled_size(*parts[1], where_), count = pickled_size(*parts[2], where_);
    if (first > storage.count || count > storage.count - first)
      refuse(file_, fmt::format("a part of the storage {} reaches past its end; the file is damaged",
                                printable_name(storage.key)));
    const std::uint64_t width = block_size(storage.type).bytes;
    return found->second.subspan(first * width, count * width);
  }

  const MappedFile& file_;
  std::string where_;
  std::span<const std::byte> rest_;
  std::unordered_map<std::string_view, std::span<const std::byte>> storages_;
};

} // namespace

bool looks_like_torch_file(std::string_view first_bytes) {
  return first_bytes.starts_with("PK\x03\x04") || first_bytes.starts_with(legacy_magic);
}

void add_torch_file(const std::filesystem::path& path, TensorSet& set) {
  auto file = std::make_shared<const MappedFile>(path);
  const std::string_view text = as_text(file->bytes());
  if (text.starts_with("PK"))
    add_archive(*file, set);
  else if (text.starts_with(legacy_magic))
    LegacyReader(*file).add_to(set);
  else
    refuse(*file,
           "is no file that torch.save wrote: it is neither a ZIP archive nor does it begin with torch's magic number");
  set.keep(std::move(file));
}

} // namespace longview
