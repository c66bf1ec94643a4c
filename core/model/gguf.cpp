#include "model/gguf.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>
#include <variant>

namespace longview {
namespace {

static_assert(std::endian::native == std::endian::little, "GGUF values are read as they lie in the file");

// A header is a few MB at most; these bounds keep a broken count from turning into memory before it is noticed.
constexpr std::uint64_t most_keys = 1u << 17;
constexpr std::uint64_t most_tensors = 1u << 18;
constexpr std::uint64_t longest_name = 65'535;
constexpr std::uint64_t longest_number_array = 1u << 23;
constexpr std::uint32_t most_dimensions = 4;
constexpr int deepest_array = 4;
constexpr std::uint64_t default_alignment = 32;

/// Bytes of a value of fixed size; 0 for strings and arrays.
constexpr std::uint64_t width(GgufType type) {
  switch (type) {
  case GgufType::u8:
  case GgufType::i8:
  case GgufType::boolean:
    return 1;
  case GgufType::u16:
  case GgufType::i16:
    return 2;
  case GgufType::u32:
  case GgufType::i32:
  case GgufType::f32:
    return 4;
  case GgufType::u64:
  case GgufType::i64:
  case GgufType::f64:
    return 8;
  case GgufType::string:
  case GgufType::array:
    break;
  }
  return 0;
}

template <typename T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

Error error_at(ErrorCode code, const std::filesystem::path& path, std::uint64_t byte, std::string message) {
  return {code, std::move(message), fmt::format("{}, byte {}", path.string(), byte)};
}

/// Walks through the header; nothing is taken that is not there.
class Reader {
 public:
  explicit Reader(const MappedFile& file) : bytes_(file.bytes()), path_(file.path()) {}

  std::uint64_t position() const { return at_; }
  std::uint64_t left() const { return bytes_.size() - at_; }

  template <typename T>
  T take(std::string_view what) {
    return load<T>(take_bytes(sizeof(T), what).data());
  }

  std::span<const std::byte> take_bytes(std::uint64_t count, std::string_view what) {
    if (count > left())
      fail(fmt::format("the file ends within {}: {} bytes are needed, {} are left; it may be cut short or damaged",
                       what, count, left()));
    const auto out = bytes_.subspan(at_, count);
    at_ += count;
    return out;
  }

  std::string_view take_string(std::string_view what, std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    const auto length = take<std::uint64_t>(what);
    if (length > most)
      fail(fmt::format("{} claims {} bytes; the file is damaged", what, length));
    const auto bytes = take_bytes(length, what);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  /// How many of something that takes at least `smallest` bytes each.
  std::uint64_t take_count(std::string_view what, std::uint64_t smallest, std::uint64_t most) {
    const auto count = take<std::uint64_t>(what);
    if (count > most || count > bytes_.size() / smallest)
      fail(fmt::format("{} is {}, more than a file of {} bytes can hold; it is damaged", what, count, bytes_.size()));
    return count;
  }

  GgufType take_type(std::string_view key) {
    const auto number = take<std::uint32_t>("a value's type");
    if (number > static_cast<std::uint32_t>(GgufType::f64))
      fail(fmt::format("the value of {} has the unknown type {}; the file is damaged", printable_name(key), number));
    return static_cast<GgufType>(number);
  }

  [[noreturn]] void fail(std::string message, ErrorCode code = ErrorCode::input) const {
    throw error_at(code, path_, at_, std::move(message));
  }

 private:
  std::span<const std::byte> bytes_;
  const std::filesystem::path& path_;
  std::uint64_t at_ = 0;
};

std::uint32_t read_version(Reader& reader) {
  if (reader.left() < 8 || std::memcmp(reader.take_bytes(4, "the magic number").data(), "GGUF", 4) != 0)
    reader.fail("is not a GGUF file: it does not start with \"GGUF\"");
  const auto version = reader.take<std::uint32_t>("the version");
  if (version != 0 && (version & 0xffff) == 0)
    reader.fail("is a big-endian GGUF; convert it to little-endian", ErrorCode::unsupported);
  if (version < 2 || version > 3)
    reader.fail(fmt::format("is a GGUF of version {}; versions 2 and 3 are supported", version),
                ErrorCode::unsupported);
  return version;
}

void skip_values(Reader& reader, GgufType type, std::uint64_t count, std::string_view key, int depth);

/// Reads an array's head and skips its values.
void read_array(Reader& reader, GgufEntry& entry, int depth) {
  if (depth > deepest_array)
    reader.fail(
        fmt::format("the value of {} nests arrays more than {} deep", printable_name(entry.key), deepest_array));
  entry.element = reader.take_type(entry.key);
  entry.count = reader.take<std::uint64_t>("an array's length");
  skip_values(reader, entry.element, entry.count, entry.key, depth);
}

void skip_values(Reader& reader, GgufType type, std::uint64_t count, std::string_view key, int depth) {
  if (const std::uint64_t size = width(type)) {
    if (count > reader.left() / size)
      reader.fail(fmt::format("the value of {} claims {} elements, which is past the end of the file; it is damaged",
                              printable_name(key), count));
    reader.take_bytes(count * size, "a value");
    return;
  }
  for (std::uint64_t k = 0; k < count; ++k) {
    if (type == GgufType::string) {
      reader.take_string("a string");
      continue;
    }
    GgufEntry inner;
    inner.key = key;
    read_array(reader, inner, depth + 1);
  }
}

GgufEntry read_entry(Reader& reader, std::span<const std::byte> bytes) {
  GgufEntry entry;
  entry.key = reader.take_string("a metadata key", longest_name);
  entry.type = entry.element = reader.take_type(entry.key);
  std::uint64_t first = reader.position();
  if (entry.type == GgufType::array) {
    first += sizeof(std::uint32_t) + sizeof(std::uint64_t);
    read_array(reader, entry, 1);
  } else {
    skip_values(reader, entry.type, 1, entry.key, 0);
  }
  entry.data = bytes.subspan(first, reader.position() - first);
  return entry;
}

std::vector<GgufEntry> read_metadata(Reader& reader, std::uint64_t count, std::span<const std::byte> bytes) {
  std::vector<GgufEntry> entries;
  entries.reserve(count);
  for (std::uint64_t k = 0; k < count; ++k)
    entries.push_back(read_entry(reader, bytes));
  const auto less = [](const GgufEntry& a, const GgufEntry& b) { return a.key < b.key; };
  std::sort(entries.begin(), entries.end(), less);
  const auto twice = std::adjacent_find(entries.begin(), entries.end(),
                                        [](const GgufEntry& a, const GgufEntry& b) { return a.key == b.key; });
  if (twice != entries.end())
    reader.fail(fmt::format("the metadata key {} is there twice", printable_name(twice->key)));
  return entries;
}

/// Bytes of a tensor; refuses shapes that are no whole blocks or do not fit 64 bits.
std::uint64_t tensor_bytes(const Reader& reader, const StoredTensor& tensor) {
  const BlockSize block = block_size(tensor.type);
  const std::uint64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
  if (row % block.values != 0)
    reader.fail(fmt::format("the tensor {} has rows of {} values, no whole number of {} blocks",
                            printable_name(tensor.name), row, type_name(tensor.type)));
  std::vector<std::uint64_t> factors = tensor.shape;
  factors.insert(factors.begin(), block.bytes);
  if (!tensor.shape.empty())
    factors.back() = row / block.values;
  const auto bytes = element_count(factors);
  if (!bytes)
    reader.fail(
        fmt::format("the shape of the tensor {} is larger than any file; it is damaged", printable_name(tensor.name)));
  return *bytes;
}

/// A tensor as the header lists it, before it is known where the data begins.
struct TensorHead {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

TensorHead read_tensor_head(Reader& reader, StoredTensor& tensor) {
  tensor.name = reader.take_string("a tensor's name", longest_name);
  const auto dimensions = reader.take<std::uint32_t>("a tensor's dimensions");
  if (dimensions > most_dimensions)
    reader.fail(fmt::format("the tensor {} has {} dimensions, more than {}; the file is damaged",
                            printable_name(tensor.name), dimensions, most_dimensions));
  tensor.shape.resize(dimensions);
  for (std::uint64_t& extent : tensor.shape) {
    extent = reader.take<std::uint64_t>("a tensor's shape");
    if (extent == 0)
      reader.fail(fmt::format("the tensor {} has a dimension of 0", printable_name(tensor.name)));
  }
  std::reverse(tensor.shape.begin(), tensor.shape.end()); // the file names the innermost first
  const auto number = reader.take<std::uint32_t>("a tensor's type");
  const auto type = tensor_type(number);
  if (!type)
    reader.fail(fmt::format("the tensor {} has the type number {}, which is not known here",
                            printable_name(tensor.name), number),
                ErrorCode::unsupported);
  tensor.type = *type;
  const std::uint64_t bytes = tensor_bytes(reader, tensor);
  return {reader.take<std::uint64_t>("a tensor's offset"), bytes};
}

std::vector<StoredTensor> read_tensors(Reader& reader, std::uint64_t count, std::uint64_t alignment,
                                       std::span<const std::byte> bytes) {
  std::vector<StoredTensor> tensors(count);
  std::vector<TensorHead> heads(count);
  for (std::uint64_t k = 0; k < count; ++k)
    heads[k] = read_tensor_head(reader, tensors[k]);
  if (count == 0)
    return tensors;
  const std::uint64_t padding = (alignment - reader.position() % alignment) % alignment;
  reader.take_bytes(padding, "the padding before the tensors");
  const auto data = bytes.subspan(reader.position());
  for (std::uint64_t k = 0; k < count; ++k) {
    const auto [offset, size] = heads[k];
    if (offset % alignment != 0)
      reader.fail(fmt::format("the tensor {} starts at offset {}, no multiple of the alignment {}; the file is damaged",
                              printable_name(tensors[k].name), offset, alignment));
    if (offset > data.size() || size > data.size() - offset)
      reader.fail(
          fmt::format("the tensor {} ({} bytes from offset {}) reaches past the end of the file; it may be cut short",
                      printable_name(tensors[k].name), size, offset));
    tensors[k].data = data.subspan(offset, size);
  }
  return tensors;
}

using Number = std::variant<std::monostate, std::uint64_t, std::int64_t, double>;

/// The number at `at`; nothing for values that are none.
Number load_number(GgufType type, const std::byte* at) {
  switch (type) {
  case GgufType::u8:
    return std::uint64_t{load<std::uint8_t>(at)};
  case GgufType::i8:
    return std::int64_t{load<std::int8_t>(at)};
  case GgufType::u16:
    return std::uint64_t{load<std::uint16_t>(at)};
  case GgufType::i16:
    return std::int64_t{load<std::int16_t>(at)};
  case GgufType::u32:
    return std::uint64_t{load<std::uint32_t>(at)};
  case GgufType::i32:
    return std::int64_t{load<std::int32_t>(at)};
  case GgufType::u64:
    return load<std::uint64_t>(at);
  case GgufType::i64:
    return load<std::int64_t>(at);
  case GgufType::f32:
    return double{load<float>(at)};
  case GgufType::f64:
    return load<double>(at);
  case GgufType::boolean:
  case GgufType::string:
  case GgufType::array:
    break;
  }
  return {};
}

template <typename Integer>
std::optional<Integer> as_integer(const Number& number) {
  if (const auto* value = std::get_if<std::uint64_t>(&number); value && std::in_range<Integer>(*value))
    return static_cast<Integer>(*value);
  if (const auto* value = std::get_if<std::int64_t>(&number); value && std::in_range<Integer>(*value))
    return static_cast<Integer>(*value);
  return std::nullopt;
}

std::optional<double> as_double(const Number& number) {
  return std::visit(
      [](auto value) -> std::optional<double> {
        if constexpr (std::is_same_v<decltype(value), std::monostate>)
          return std::nullopt;
        else
          return static_cast<double>(value);
      },
      number);
}

} // namespace

GgufFile::GgufFile(const std::filesystem::path& path) : file_(std::make_shared<const MappedFile>(path)) {
  Reader reader(*file_);
  version_ = read_version(reader);
  // The least a tensor takes: name length, dimensions, type, offset; a key: its length, a type, a byte.
  const std::uint64_t tensor_count = reader.take_count("the number of tensors", 8 + 4 + 4 + 8, most_tensors);
  const std::uint64_t key_count = reader.take_count("the number of metadata keys", 8 + 4 + 1, most_keys);
  metadata_ = read_metadata(reader, key_count, file_->bytes());
  const std::uint64_t alignment = integer("general.alignment").value_or(default_alignment);
  if (!std::has_single_bit(alignment))
    refuse(*find("general.alignment"), fmt::format("is {}, no power of two", alignment));
  tensors_.keep(file_);
  for (StoredTensor& tensor : read_tensors(reader, tensor_count, alignment, file_->bytes()))
    tensors_.add(std::move(tensor));
  try {
    tensors_.index();
  } catch (const Error& error) {
    reader.fail(error.message());
  }
}

const GgufEntry* GgufFile::find(std::string_view key) const {
  const auto found =
      std::lower_bound(metadata_.begin(), metadata_.end(), key,
                       [](const GgufEntry& entry, std::string_view wanted) { return entry.key < wanted; });
  return found != metadata_.end() && found->key == key ? &*found : nullptr;
}

void GgufFile::refuse(const GgufEntry& entry, std::string_view why) const {
  throw error_at(ErrorCode::input, path(), static_cast<std::uint64_t>(entry.data.data() - file_->bytes().data()),
                 fmt::format("the metadata value {} {}", printable_name(entry.key), why));
}

const GgufEntry* GgufFile::find(std::string_view key, GgufType type, std::string_view expected) const {
  const GgufEntry* entry = find(key);
  if (entry && entry->type != type)
    refuse(*entry, fmt::format("is no {}", expected));
  return entry;
}

const GgufEntry* GgufFile::find_numbers(std::string_view key) const {
  const GgufEntry* entry = find(key, GgufType::array, "array of numbers");
  if (!entry)
    return nullptr;
  if (entry->element == GgufType::boolean || width(entry->element) == 0)
    refuse(*entry, "is no array of numbers");
  if (entry->count > longest_number_array)
    refuse(*entry, fmt::format("has {} elements, more than {} are not believable", entry->count, longest_number_array));
  return entry;
}

std::optional<std::uint64_t> GgufFile::integer(std::string_view key) const {
  const GgufEntry* entry = find(key);
  if (!entry)
    return std::nullopt;
  const auto value = as_integer<std::uint64_t>(load_number(entry->type, entry->data.data()));
  if (!value)
    refuse(*entry, "is no whole number, or negative");
  return value;
}

std::optional<double> GgufFile::number(std::string_view key) const {
  const GgufEntry* entry = find(key);
  if (!entry)
    return std::nullopt;
  const auto value = as_double(load_number(entry->type, entry->data.data()));
  if (!value)
    refuse(*entry, "is no number");
  return value;
}

std::optional<bool> GgufFile::boolean(std::string_view key) const {
  const GgufEntry* entry = find(key, GgufType::boolean, "truth value");
  if (!entry)
    return std::nullopt;
  const auto value = load<std::uint8_t>(entry->data.data());
  if (value > 1)
    refuse(*entry, "is no truth value");
  return value == 1;
}

std::optional<std::string_view> GgufFile::string(std::string_view key) const {
  const GgufEntry* entry = find(key, GgufType::string, "string");
  if (!entry)
    return std::nullopt;
  const auto text = entry->data.subspan(sizeof(std::uint64_t));
  return std::string_view(reinterpret_cast<const char*>(text.data()), text.size());
}

std::optional<std::vector<std::string_view>> GgufFile::strings(std::string_view key) const {
  const GgufEntry* entry = find(key, GgufType::array, "array of strings");
  if (!entry)
    return std::nullopt;
  if (entry->element != GgufType::string)
    refuse(*entry, "is no array of strings");
  std::vector<std::string_view> out;
  out.reserve(entry->count);
  const std::byte* at = entry->data.data();
  for (std::uint64_t k = 0; k < entry->count; ++k) {
    const auto length = load<std::uint64_t>(at);
    at += sizeof length;
    out.emplace_back(reinterpret_cast<const char*>(at), length);
    at += length;
  }
  return out;
}

std::optional<std::vector<std::int64_t>> GgufFile::integers(std::string_view key) const {
  const GgufEntry* entry = find_numbers(key);
  if (!entry)
    return std::nullopt;
  std::vector<std::int64_t> out(entry->count);
  for (std::uint64_t k = 0; k < entry->count; ++k) {
    const auto value =
        as_integer<std::int64_t>(load_number(entry->element, entry->data.data() + k * width(entry->element)));
    if (!value)
      refuse(*entry, fmt::format("has an element that is no whole number, number {}", k));
    out[k] = *value;
  }
  return out;
}

std::optional<std::vector<double>> GgufFile::numbers(std::string_view key) const {
  const GgufEntry* entry = find_numbers(key);
  if (!entry)
    return std::nullopt;
  std::vector<double> out(entry->count);
  for (std::uint64_t k = 0; k < entry->count; ++k)
    out[k] = *as_double(load_number(entry->element, entry->data.data() + k * width(entry->element)));
  return out;
}

} // namespace longview
