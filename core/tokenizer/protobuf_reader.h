#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace longview {

/// Walks over the fields of one message in the wire format of Protocol Buffers. Every length is checked.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// The next field; false at the end. Throws Error(input) where the bytes are no message.
  bool next();
  std::uint32_t field() const { return field_; }
  /// The value of the field. Throws Error(input) where it is of another wire type.
  std::uint64_t integer() const;
  bool boolean() const { return integer() != 0; }
  float number() const;
  std::span<const std::byte> bytes() const;
  std::string_view text() const;

 private:
  enum class Wire { varint = 0, eight_bytes = 1, length = 2, four_bytes = 5 };

  std::uint64_t varint();
  std::span<const std::byte> take(std::uint64_t length);
  void expect(Wire wire) const;

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  std::uint32_t field_ = 0;
  Wire wire_ = Wire::varint;
  std::uint64_t integer_ = 0;
  std::span<const std::byte> value_;
};

} // namespace longview
