#include "tokenizer/protobuf_reader.h"

#include <bit>
#include <cstring>

#include "base/error.h"

namespace longview {
namespace {

[[noreturn]] void damaged(std::size_t at) {
  throw Error(ErrorCode::input, fmt::format("is damaged or cut short near byte {} of a message inside", at));
}

} // namespace

std::uint64_t ProtobufReader::varint() {
  std::uint64_t out = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ == bytes_.size())
      damaged(at_);
    const auto byte = static_cast<std::uint64_t>(bytes_[at_++]);
    out |= (byte & 0x7f) << shift;
    if (byte < 0x80)
      return out;
  }
  damaged(at_);
}

std::span<const std::byte> ProtobufReader::take(std::uint64_t length) {
  if (length > bytes_.size() - at_)
    damaged(at_);
  const auto out = bytes_.subspan(at_, static_cast<std::size_t>(length));
  at_ += out.size();
  return out;
}

bool ProtobufReader::next() {
  if (at_ == bytes_.size())
    return false;
  const std::uint64_t key = varint();
  field_ = static_cast<std::uint32_t>(key >> 3);
  if (key >> 3 == 0 || key >> 3 >= 1u << 29)
    damaged(at_);
  wire_ = static_cast<Wire>(key & 7);
  switch (wire_) {
  case Wire::varint:
    integer_ = varint();
    return true;
  case Wire::eight_bytes:
    value_ = take(8);
    return true;
  case Wire::length:
    value_ = take(varint());
    return true;
  case Wire::four_bytes:
    value_ = take(4);
    return true;
  }
  damaged(at_);
}

void ProtobufReader::expect(Wire wire) const {
  if (wire_ != wire)
    damaged(at_);
}

std::uint64_t ProtobufReader::integer() const {
  expect(Wire::varint);
  return integer_;
}

float ProtobufReader::number() const {
  expect(Wire::four_bytes);
  std::uint32_t bits = 0;
  for (unsigned k = 0; k < 4; ++k)
    bits |= static_cast<std::uint32_t>(value_[k]) << 8 * k;
  return std::bit_cast<float>(bits);
}

std::span<const std::byte> ProtobufReader::bytes() const {
  expect(Wire::length);
  return value_;
}

std::string_view ProtobufReader::text() const {
  const auto value = bytes();
  return {reinterpret_cast<const char*>(value.data()), value.size()};
}

} // namespace longview
