#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace longview {

/// How a file stores a tensor's values. The numbers are GGUF's own; types that it does not have come after all of them.
enum class TensorType : std::uint32_t {
  F32 = 0,
  F16 = 1,
  Q4_0 = 2,
  Q4_1 = 3,
  Q5_0 = 6,
  Q5_1 = 7,
  Q8_0 = 8,
  Q2_K = 10,
  Q3_K = 11,
  Q4_K = 12,
  Q5_K = 13,
  Q6_K = 14,
  IQ2_XXS = 16,
  IQ2_XS = 17,
  IQ3_XXS = 18,
  IQ1_S = 19,
  IQ4_NL = 20,
  IQ3_S = 21,
  IQ2_S = 22,
  IQ4_XS = 23,
  I8 = 24,
  I16 = 25,
  I32 = 26,
  I64 = 27,
  F64 = 28,
  IQ1_M = 29,
  BF16 = 30,
  TQ1_0 = 34,
  TQ2_0 = 35,
  MXFP4 = 39,
  U8 = 0x10000,
  BOOL = 0x10001, ///< a byte, 0 or 1
};

/// What a block of a type holds: `values` numbers in `bytes` bytes. Plain types have blocks of one value.
struct BlockSize {
  std::uint32_t values = 1;
  std::uint32_t bytes = 1;
};

/// The type of that number in a GGUF; nothing for one that it does not have or that we do not know the size of.
std::optional<TensorType> tensor_type(std::uint32_t number) noexcept;
/// "Q4_1", as the file formats spell it.
std::string_view type_name(TensorType type) noexcept;
BlockSize block_size(TensorType type) noexcept;
/// Whether dequantize() reads it: F64, F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K.
bool can_dequantize(TensorType type) noexcept;

/// Turns whole blocks into the float32 values they stand for, rounded exactly as the format's definition does
/// (F64 to the nearest float32; one too large becomes infinite).
/// Neither side needs an alignment beyond its element's. Throws Error: unsupported (not can_dequantize), usage
/// (`blocks` is no whole number of blocks, or `values` is not as long as they are).
void dequantize(TensorType type, std::span<const std::byte> blocks, std::span<float> values);

} // namespace longview
