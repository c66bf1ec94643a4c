#pragma once

#include <cstddef>
#include <span>

#include "model/dequantize.h"

namespace longview {

/// What came out of a conversion, the worst of all values.
enum class Converted {
  finite,
  too_large, ///< finite in the file, but not in the new type (float16 ends at 65,504)
  not_finite ///< infinite or not a number in the file
};

/// Whole blocks of `from` as values of `to` (F32, BF16 or F16), each with `added` added in float32 and rounded to the
/// nearest, ties to even. `out` has room for all of them; neither side needs an alignment. One pass over the data: what
/// is read is checked and written while it is in the innermost cache. Throws Error as dequantize() does, and usage for
/// another `to`.
Converted convert(TensorType from, std::span<const std::byte> blocks, float added, TensorType to, std::byte* out);

} // namespace longview
