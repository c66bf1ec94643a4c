#include "model/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "model/json_events.h"

namespace longview {
namespace {

static_assert(std::endian::native == std::endian::little, "values are used as they lie in the file");

constexpr std::uint64_t longest_header = 100'000'000; // as in the format's own library
constexpr std::size_t most_dimensions = 8;
constexpr std::size_t most_tensors = 1u << 18;

/// The format's names of the types that can be listed; not all of them can be dequantized.
constexpr std::pair<std::string_view, TensorType> types[] = {
    {"F64", TensorType::F64}, {"F32", TensorType::F32},   {"F16", TensorType::F16}, {"BF16", TensorType::BF16},
    {"I64", TensorType::I64}, {"I32", TensorType::I32},   {"I16", TensorType::I16}, {"I8", TensorType::I8},
    {"U8", TensorType::U8},   {"BOOL", TensorType::BOOL},
};

/// A tensor as the header lists it.
struct Listed {
  StoredTensor tensor;
  std::uint64_t begin = 0; ///< in the bytes behind the header
  std::uint64_t end = 0;
};

/// Reads the header: {"__metadata__": {…}, NAME: {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}.
class HeaderReader final : public JsonEvents {
 public:
  using JsonEvents::JsonEvents;
  std::vector<Listed> tensors;

 private:
  enum class Field { none, dtype, shape, offsets };

  void on_open(bool object) override {
    const bool expected = depth() == 1   ? object
                          : depth() == 2 ? object
                          : depth() == 3
                              ? !object && !in_metadata_ && (field_ == Field::shape || field_ == Field::offsets)
                              : false;
    if (!expected)
      fail_value();
    if (depth() == 2 && !in_metadata_) {
      seen_dtype_ = seen_shape_ = seen_offsets_ = false;
      offsets_.clear();
      tensors.back().tensor.shape.clear();
    }
  }

  void on_key(std::string& name) override {
    if (depth() == 1) {
      in_metadata_ = name == "__metadata__";
      field_ = Field::none;
      if (in_metadata_)
        return;
      if (tensors.size() == most_tensors)
        fail(fmt::format("its header lists more than {} tensors; the file is damaged", most_tensors));
      tensors.emplace_back().tensor.name = std::move(name);
      return;
    }
    if (in_metadata_)
      return;
    field_ = name == "dtype"          ? Field::dtype
             : name == "shape"        ? Field::shape
             : name == "data_offsets" ? Field::offsets
                                      : Field::none;
    if (field_ == Field::none)
      fail(fmt::format("the tensor {} has the field \"{}\", which the format does not have; the file is damaged",
                       current(), printable_name(name)));
    bool& seen = field_ == Field::dtype ? seen_dtype_ : field_ == Field::shape ? seen_shape_ : seen_offsets_;
    if (std::exchange(seen, true))
      fail(fmt::format("the tensor {} has its {} twice; the file is damaged", current(), name));
  }

  void on_string(std::string& value) override {
    if (depth() == 2 && in_metadata_)
      return; // free text
    if (depth() != 2 || field_ != Field::dtype)
      fail_value();
    const auto* type =
        std::find_if(std::begin(types), std::end(types), [&](const auto& row) { return row.first == value; });
    if (type == std::end(types))
      throw Error(ErrorCode::unsupported,
                  fmt::format("the tensor {} has the type {}, which is not read; convert it to F32, F16 or BF16",
                              current(), printable_name(value)),
                  where());
    tensors.back().tensor.type = type->second;
  }

  void on_number(std::uint64_t value) override {
    if (depth() != 3)
      fail_value();
    auto& list = field_ == Field::shape ? tensors.back().tensor.shape : offsets_;
    const std::size_t most = field_ == Field::shape ? most_dimensions : 2;
    if (list.size() == most)
      fail(fmt::format("the tensor {} has more than {} {}; the file is damaged", current(), most,
                       field_ == Field::shape ? "dimensions" : "offsets"));
    if (field_ == Field::shape && value == 0)
      fail(fmt::format("the tensor {} has a dimension of 0 and holds nothing; the checkpoint was not saved completely",
                       current()));
    list.push_back(value);
  }

  void on_other() override { fail_value(); }

  void on_close(bool) override {
    if (depth() != 2 || in_metadata_)
      return;
    if (!seen_dtype_ || !seen_shape_ || !seen_offsets_ || offsets_.size() != 2)
      fail(fmt::format("the tensor {} lacks its dtype, shape or data_offsets; the file is damaged", current()));
    tensors.back().begin = offsets_[0];
    tensors.back().end = offsets_[1];
  }

  std::string current() const { return printable_name(tensors.back().tensor.name); }
  [[noreturn]] void fail_value() const {
    fail(tensors.empty() || in_metadata_
             ? "its header is no list of tensors as the format has it; the file is damaged"
             : fmt::format("the header's entry of the tensor {} has a value of the wrong kind; the file is damaged",
                           current()));
  }

  bool in_metadata_ = false;
  bool seen_dtype_ = false, seen_shape_ = false, seen_offsets_ = false;
  Field field_ = Field::none;
  std::vector<std::uint64_t> offsets_;
};

[[noreturn]] void refuse(const MappedFile& file, const std::string& why) {
  throw Error(ErrorCode::input, why, file.path().string());
}

std::string_view read_header(const MappedFile& file) {
  const auto bytes = file.bytes();
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length)
    refuse(file, fmt::format("is no safetensors file: it has {} bytes", bytes.size()));
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > longest_header)
    refuse(file, fmt::format("is no safetensors file, or damaged: its header would have {} bytes, {} are allowed",
                             length, longest_header));
  if (length > bytes.size() - sizeof length)
    refuse(file, fmt::format("the file ends within its header of {} bytes; it is cut short or damaged", length));
  const std::string_view header(reinterpret_cast<const char*>(bytes.data()) + sizeof length, length);
  if (header.empty() || header.front() != '{')
    refuse(file, "is no safetensors file: its header does not begin with {");
  return header;
}

void check_size(const MappedFile& file, const Listed& listed, std::uint64_t data_size) {
  const StoredTensor& tensor = listed.tensor;
  if (listed.begin > listed.end || listed.end > data_size)
    refuse(file, fmt::format("the tensor {} lies at the bytes {} to {} of {}; the file is cut short or damaged",
                             printable_name(tensor.name), listed.begin, listed.end, data_size));
  std::vector<std::uint64_t> factors = tensor.shape;
  factors.push_back(block_size(tensor.type).bytes);
  const auto size = element_count(factors);
  if (!size || *size != listed.end - listed.begin)
    refuse(file, fmt::format("the tensor {} has {} bytes, which is not what its shape takes; the file is damaged",
                             printable_name(tensor.name), listed.end - listed.begin));
}

/// Every byte behind the header belongs to one tensor.
void check_tiling(const MappedFile& file, const std::vector<Listed>& sorted, std::uint64_t data_size) {
  std::uint64_t end = 0;
  for (const Listed& listed : sorted) {
    if (listed.begin < end)
      refuse(file,
             fmt::format("the tensor {} overlaps another; the file is damaged", printable_name(listed.tensor.name)));
    if (listed.begin > end)
      refuse(file, fmt::format("{} bytes before the tensor {} belong to no tensor; the file is damaged",
                               listed.begin - end, printable_name(listed.tensor.name)));
    end = listed.end;
  }
  if (end != data_size)
    refuse(file, fmt::format("{} bytes at its end belong to no tensor; the file is damaged", data_size - end));
}

} // namespace

void add_safetensors(const std::filesystem::path& path, TensorSet& set) {
  auto file = std::make_shared<const MappedFile>(path);
  const std::string_view header = read_header(*file);
  HeaderReader reader(path.string());
  reader.walk(header);
  const auto data = file->bytes().subspan(sizeof(std::uint64_t) + header.size());
  for (const Listed& listed : reader.tensors)
    check_size(*file, listed, data.size());
  std::sort(reader.tensors.begin(), reader.tensors.end(),
            [](const Listed& a, const Listed& b) { return a.begin < b.begin; });
  check_tiling(*file, reader.tensors, data.size());
  for (Listed& listed : reader.tensors) {
    listed.tensor.data = data.subspan(listed.begin, listed.end - listed.begin);
    set.add(std::move(listed.tensor));
  }
  set.keep(std::move(file));
}

} // namespace longview
