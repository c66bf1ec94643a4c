#include "model/dequantize.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

#include "base/error.h"

// Built with -ffp-contract=off: a fused multiply-add rounds once where the definition rounds twice.
namespace longview {
namespace {

struct TypeRow {
  TensorType type;
  std::string_view name;
  BlockSize block;
};

constexpr TypeRow types[] = {
    {TensorType::F32, "F32", {1, 4}},
    {TensorType::F16, "F16", {1, 2}},
    {TensorType::Q4_0, "Q4_0", {32, 18}},
    {TensorType::Q4_1, "Q4_1", {32, 20}},
    {TensorType::Q5_0, "Q5_0", {32, 22}},
    {TensorType::Q5_1, "Q5_1", {32, 24}},
    {TensorType::Q8_0, "Q8_0", {32, 34}},
    {TensorType::Q2_K, "Q2_K", {256, 84}},
    {TensorType::Q3_K, "Q3_K", {256, 110}},
    {TensorType::Q4_K, "Q4_K", {256, 144}},
    {TensorType::Q5_K, "Q5_K", {256, 176}},
    {TensorType::Q6_K, "Q6_K", {256, 210}},
    {TensorType::IQ2_XXS, "IQ2_XXS", {256, 66}},
    {TensorType::IQ2_XS, "IQ2_XS", {256, 74}},
    {TensorType::IQ3_XXS, "IQ3_XXS", {256, 98}},
    {TensorType::IQ1_S, "IQ1_S", {256, 50}},
    {TensorType::IQ4_NL, "IQ4_NL", {32, 18}},
    {TensorType::IQ3_S, "IQ3_S", {256, 110}},
    {TensorType::IQ2_S, "IQ2_S", {256, 82}},
    {TensorType::IQ4_XS, "IQ4_XS", {256, 136}},
    {TensorType::I8, "I8", {1, 1}},
    {TensorType::I16, "I16", {1, 2}},
    {TensorType::I32, "I32", {1, 4}},
    {TensorType::I64, "I64", {1, 8}},
    {TensorType::F64, "F64", {1, 8}},
    {TensorType::IQ1_M, "IQ1_M", {256, 56}},
    {TensorType::BF16, "BF16", {1, 2}},
    {TensorType::TQ1_0, "TQ1_0", {256, 54}},
    {TensorType::TQ2_0, "TQ2_0", {256, 66}},
    {TensorType::MXFP4, "MXFP4", {32, 17}},
    {TensorType::U8, "U8", {1, 1}},
    {TensorType::BOOL, "BOOL", {1, 1}},
};
constexpr std::uint32_t first_beyond_gguf = static_cast<std::uint32_t>(TensorType::U8);

const TypeRow* find_type(TensorType type) {
  const auto* row = std::find_if(std::begin(types), std::end(types), [&](const TypeRow& r) { return r.type == type; });
  return row == std::end(types) ? nullptr : row;
}

using Bytes = const std::uint8_t*;

/// float16 to float32, exactly. Both branches are computed, so that a loop over it vectorises.
inline float half(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  const std::uint32_t magnitude = bits & 0x7fffu;
  const std::uint32_t rebiased = (magnitude << 13) + (112u << 23);
  const std::uint32_t special = magnitude >= 0x7c00u ? 112u << 23 : 0u; // infinity and NaN keep an exponent of all ones
  const auto subnormal =
      std::bit_cast<std::uint32_t>(static_cast<float>(static_cast<std::int32_t>(magnitude)) * 0x1p-24f);
  return std::bit_cast<float>(sign | (magnitude < 0x400u ? subnormal : rebiased + special));
}

inline std::uint16_t word(Bytes at) {
  return static_cast<std::uint16_t>(at[0] | at[1] << 8);
}

inline float half_at(Bytes at) {
  return half(word(at));
}

inline float integer(int value) {
  return static_cast<float>(value);
}

void f32(Bytes in, float* out, std::size_t count) {
  std::memcpy(out, in, count * sizeof(float));
}

void f64(Bytes in, float* out, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) {
    double value;
    std::memcpy(&value, in + k * sizeof value, sizeof value);
    out[k] = static_cast<float>(value);
  }
}

void f16(Bytes in, float* out, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k)
    out[k] = half_at(in + 2 * k);
}

void bf16(Bytes in, float* out, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k)
    out[k] = std::bit_cast<float>(static_cast<std::uint32_t>(word(in + 2 * k)) << 16);
}

// Blocks of 32. Values 0 … 15 lie in the low nibbles, 16 … 31 in the high ones.

void q8_0(Bytes in, float* out) {
  const float scale = half_at(in);
  for (int k = 0; k < 32; ++k)
    out[k] = scale * integer(static_cast<std::int8_t>(in[2 + k]));
}

void q4_0(Bytes in, float* out) {
  const float scale = half_at(in);
  for (int k = 0; k < 16; ++k) {
    out[k] = scale * integer((in[2 + k] & 15) - 8);
    out[k + 16] = scale * integer((in[2 + k] >> 4) - 8);
  }
}

void q4_1(Bytes in, float* out) {
  const float scale = half_at(in), least = half_at(in + 2);
  for (int k = 0; k < 16; ++k) {
    out[k] = scale * integer(in[4 + k] & 15) + least;
    out[k + 16] = scale * integer(in[4 + k] >> 4) + least;
  }
}

/// The fifth bits of 32 values, one a bit.
inline std::uint32_t fifth_bits(Bytes at) {
  return static_cast<std::uint32_t>(word(at)) | static_cast<std::uint32_t>(word(at + 2)) << 16;
}

void q5_0(Bytes in, float* out) {
  const float scale = half_at(in);
  const std::uint32_t high = fifth_bits(in + 2);
  for (int k = 0; k < 16; ++k) {
    out[k] = scale * integer(static_cast<int>((in[6 + k] & 15u) | (high >> k & 1u) << 4) - 16);
    out[k + 16] = scale * integer(static_cast<int>(in[6 + k] >> 4 | (high >> (k + 16) & 1u) << 4) - 16);
  }
}

void q5_1(Bytes in, float* out) {
  const float scale = half_at(in), least = half_at(in + 2);
  const std::uint32_t high = fifth_bits(in + 4);
  for (int k = 0; k < 16; ++k) {
    out[k] = scale * integer(static_cast<int>((in[8 + k] & 15u) | (high >> k & 1u) << 4)) + least;
    out[k + 16] = scale * integer(static_cast<int>(in[8 + k] >> 4 | (high >> (k + 16) & 1u) << 4)) + least;
  }
}

// K-quants: blocks of 256, in groups of 16 or 32 with their own quantized scales.

void q2_k(Bytes in, float* out) {
  const Bytes scales = in, values = in + 16;
  const float scale = half_at(in + 80), least = half_at(in + 82);
  for (int group = 0; group < 16; ++group) {
    const float group_scale = scale * integer(scales[group] & 15);
    const float group_least = least * integer(scales[group] >> 4);
    const Bytes from = values + group / 8 * 32 + group % 2 * 16;
    const int shift = group % 8 / 2 * 2;
    for (int k = 0; k < 16; ++k)
      out[group * 16 + k] = group_scale * integer(from[k] >> shift & 3) - group_least;
  }
}

void q3_k(Bytes in, float* out) {
  const Bytes high = in, values = in + 32, scales = in + 96;
  const float scale = half_at(in + 108);
  for (int group = 0; group < 16; ++group) {
    const int low_bits = group < 8 ? scales[group] & 15 : scales[group - 8] >> 4;
    const int high_bits = scales[8 + group % 4] >> (group / 4 * 2) & 3;
    const float group_scale = scale * integer((low_bits | high_bits << 4) - 32);
    const Bytes from = values + group / 8 * 32 + group % 2 * 16;
    const Bytes from_high = high + group % 2 * 16;
    const int shift = group % 8 / 2 * 2, high_shift = group / 2;
    for (int k = 0; k < 16; ++k)
      out[group * 16 + k] = group_scale * integer((from[k] >> shift & 3) + (from_high[k] >> high_shift & 1) * 4 - 4);
  }
}

struct ScaleAndLeast {
  int scale;
  int least;
};

/// The 6-bit scale and minimum of a group of 32 in Q4_K and Q5_K, out of 12 packed bytes.
ScaleAndLeast packed_scale(Bytes packed, int group) {
  if (group < 4)
    return {packed[group] & 63, packed[group + 4] & 63};
  return {(packed[group + 4] & 15) | packed[group - 4] >> 6 << 4, packed[group + 4] >> 4 | packed[group] >> 6 << 4};
}

void q4_k(Bytes in, float* out) {
  const float scale = half_at(in), least = half_at(in + 2);
  for (int group = 0; group < 8; ++group) {
    const auto packed = packed_scale(in + 4, group);
    const float group_scale = scale * integer(packed.scale), group_least = least * integer(packed.least);
    const Bytes from = in + 16 + group / 2 * 32;
    const int shift = group % 2 * 4;
    for (int k = 0; k < 32; ++k)
      out[group * 32 + k] = group_scale * integer(from[k] >> shift & 15) - group_least;
  }
}

void q5_k(Bytes in, float* out) {
  const float scale = half_at(in), least = half_at(in + 2);
  const Bytes high = in + 16;
  for (int group = 0; group < 8; ++group) {
    const auto packed = packed_scale(in + 4, group);
    const float group_scale = scale * integer(packed.scale), group_least = least * integer(packed.least);
    const Bytes from = in + 48 + group / 2 * 32;
    const int shift = group % 2 * 4;
    for (int k = 0; k < 32; ++k)
      out[group * 32 + k] = group_scale * integer((from[k] >> shift & 15) | (high[k] >> group & 1) << 4) - group_least;
  }
}

void q6_k(Bytes in, float* out) {
  const Bytes low = in, high = in + 128, scales = in + 192;
  const float scale = half_at(in + 208);
  for (int group = 0; group < 16; ++group) {
    const float group_scale = scale * integer(static_cast<std::int8_t>(scales[group]));
    const int part = group % 8 / 2; // which 32 of the 128 values
    const Bytes from = low + group / 8 * 64 + part % 2 * 32 + group % 2 * 16;
    const Bytes from_high = high + group / 8 * 32 + group % 2 * 16;
    const int shift = part / 2 * 4, high_shift = part * 2;
    for (int k = 0; k < 16; ++k)
      out[group * 16 + k] =
          group_scale * integer(((from[k] >> shift & 15) | (from_high[k] >> high_shift & 3) << 4) - 32);
  }
}

template <void (*block)(Bytes, float*), std::size_t values, std::size_t bytes>
void blocks_of(Bytes in, float* out, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k)
    block(in + k * bytes, out + k * values);
}

using Converter = void (*)(Bytes, float*, std::size_t blocks);

Converter converter(TensorType type) {
  switch (type) {
  case TensorType::F32:
    return f32;
  case TensorType::F64:
    return f64;
  case TensorType::F16:
    return f16;
  case TensorType::BF16:
    return bf16;
  case TensorType::Q8_0:
    return blocks_of<q8_0, 32, 34>;
  case TensorType::Q4_0:
    return blocks_of<q4_0, 32, 18>;
  case TensorType::Q4_1:
    return blocks_of<q4_1, 32, 20>;
  case TensorType::Q5_0:
    return blocks_of<q5_0, 32, 22>;
  case TensorType::Q5_1:
    return blocks_of<q5_1, 32, 24>;
  case TensorType::Q2_K:
    return blocks_of<q2_k, 256, 84>;
  case TensorType::Q3_K:
    return blocks_of<q3_k, 256, 110>;
  case TensorType::Q4_K:
    return blocks_of<q4_k, 256, 144>;
  case TensorType::Q5_K:
    return blocks_of<q5_k, 256, 176>;
  case TensorType::Q6_K:
    return blocks_of<q6_k, 256, 210>;
  default:
    return nullptr;
  }
}

} // namespace

std::optional<TensorType> tensor_type(std::uint32_t number) noexcept {
  const TypeRow* row = number < first_beyond_gguf ? find_type(static_cast<TensorType>(number)) : nullptr;
  return row ? std::optional(row->type) : std::nullopt;
}

std::string_view type_name(TensorType type) noexcept {
  const TypeRow* row = find_type(type);
  return row ? row->name : "unknown";
}

BlockSize block_size(TensorType type) noexcept {
  const TypeRow* row = find_type(type);
  return row ? row->block : BlockSize{};
}

bool can_dequantize(TensorType type) noexcept {
  return converter(type) != nullptr;
}

void dequantize(TensorType type, std::span<const std::byte> blocks, std::span<float> values) {
  const Converter convert = converter(type);
  if (!convert)
    throw Error(ErrorCode::unsupported, fmt::format("weights of the type {} are not supported", type_name(type)));
  const BlockSize block = block_size(type);
  const std::size_t count = blocks.size() / block.bytes;
  if (blocks.size() % block.bytes != 0 || values.size() % block.values != 0 || values.size() / block.values != count)
    throw Error(ErrorCode::usage,
                fmt::format("{} bytes of {} are not {} values", blocks.size(), type_name(type), values.size()));
  convert(reinterpret_cast<Bytes>(blocks.data()), values.data(), count);
}

} // namespace longview
