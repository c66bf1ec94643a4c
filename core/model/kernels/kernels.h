#pragma once

#include <cstdint>

namespace longview::kernels {

/// The CPU's inner loops between the matrix products, each fused into one pass over its rows: libtorch runs the same
/// steps as several passes with a buffer between them, which cost more than the products once those are fast
/// (performance.md). Every function works on a range of rows or heads and is single-threaded; the caller splits the
/// work. Results do not depend on how it is split. Plain pointers, no libtorch: the same source is compiled once for
/// each instruction set.

enum class Element { float32, bfloat16, int8 };

enum class Norm { none, rms, layer };

enum class Act { silu, gelu, gelu_tanh, relu };

/// Rows of some type; `stride` elements from one row to the next. With `scales` each row's values are multiplied by its
/// own. What is read is float32 or bfloat16. Rows in int8 are only written, and get scales: a row is rotated (below),
/// its largest magnitude becomes 127, and a row that holds a NaN gets a scale that is not a number either. Their bytes
/// are 128 more than the number: processors multiply unsigned bytes by signed ones.
///
/// Rotated: a row's product with an orthogonal matrix that is the same for all rows of a width, so that the product of
/// two rotated rows is that of the rows. A single large value, of which language models have many, would leave few of
/// the 127 steps to all others; rotated it is spread over up to 512 values (Ashkboos et al., QuaRot, arXiv 2404.00456).
/// The matrix is the Kronecker product of as many Hadamard matrices of 8 as divide the width, at most three, and the
/// identity.
struct Rows {
  void* data = nullptr;
  std::int64_t stride = 0;
  Element type = Element::float32;
  float* scales = nullptr; ///< [rows] or null; written for int8
};

/// x += delta + delta_bias (where they are there), then out = norm(x) * weight + bias.
struct NormJob {
  float* x = nullptr;                ///< [rows, width], the residual stream
  Rows delta = {};                   ///< nothing is added where data is null
  const float* delta_bias = nullptr; ///< [width] or null
  std::int64_t width = 0;
  Norm norm = Norm::none; ///< none: out is x itself
  float epsilon = 0;
  const float *weight = nullptr, *bias = nullptr; ///< [width] or null
  Rows out = {};                                  ///< not written where data is null
  bool in_place = false;                          ///< x itself becomes the norm (post-norm), and `out` a copy of it
};

constexpr std::int64_t most_head_dim = 1024; ///< the largest `dim` of a SplitJob: a token's head is buffered

/// Splits a projection [batch * length, (heads + 2 kv_heads) dim] into heads, adds its bias, normalises and rotates q
/// and k.
struct SplitJob {
  Rows qkv = {};
  const float* bias = nullptr; ///< [(heads + 2 kv_heads) dim] or null
  std::int64_t length = 0, heads = 0, kv_heads = 0, dim = 0;
  const float *q_norm = nullptr, *k_norm = nullptr; ///< [dim] of each head's RMS norm, or null
  float epsilon = 0;
  std::int64_t rotated = 0;                   ///< values of a head that turn, even
  const float *cos = nullptr, *sin = nullptr; ///< [length, rotated / 2] for these positions
  float* q = nullptr;                         ///< [batch, heads, length, dim]
  float* k = nullptr;                         ///< [batch, kv_heads, dim, length]: transposed, as scores need it
  float* v = nullptr;                         ///< [batch, kv_heads, length, dim]
};

/// Softmax attention of `length` tokens that stand behind a prefix of as many, or alone.
struct AttentionJob {
  const float* q = nullptr;                             ///< [batch, heads, length, dim]
  const float* k = nullptr;                             ///< own keys [batch, kv_heads, dim, length]
  const float* v = nullptr;                             ///< own values [batch, kv_heads, length, dim]
  const float *prefix_k = nullptr, *prefix_v = nullptr; ///< [slots, …] of the same layouts, or null
  const std::int64_t* slots = nullptr;                  ///< [batch]: whose prefix is whose
  std::int64_t length = 0, heads = 0, kv_heads = 0, dim = 0;
  float scale = 1;
  float soft_cap = 0;      ///< 0: none
  std::int64_t window = 0; ///< 0: none
  Rows out = {};           ///< [batch * length, heads * dim]
};

/// Rows of q that attention() takes at a time: whole tiles, and their scores stay in the first cache.
constexpr std::int64_t attention_rows = 24;
/// Floats that attention() needs as scratch memory for each thread.
std::int64_t attention_scratch(const AttentionJob& job);

/// out = act(gate) * up of rows [gate | up], or act(x) of rows [x].
struct ActivationJob {
  Rows in = {};
  const float* bias = nullptr; ///< of the input's width, or null
  std::int64_t width = 0;      ///< of the output
  bool gated = true;
  Act act = Act::silu;
  Rows out = {};
};

/// The output matrix, packed for next_token(): panels of 64 rows of it (columns of the product), the last one padded
/// with zeros. float32: [panels, width, 64]; bfloat16: [panels, ceil(width / 2), 64, 2].
struct PackedHead {
  const void* data = nullptr;
  Element type = Element::float32;
  std::int64_t width = 0, vocabulary = 0;
};
constexpr std::int64_t panel_columns = 64;
std::int64_t panel_count(const PackedHead& shape);
std::int64_t panel_bytes(const PackedHead& shape);
/// Values of a row of the states that it is multiplied by: `width`, in bfloat16 made even.
std::int64_t state_width(const PackedHead& shape);

/// Running log-sum-exp of a token's logits.
struct LogSum {
  float highest;
  float sum;    ///< of exp(logit - highest)
  float chosen; ///< logit of the token that follows; -infinity until its panel was seen
};

/// Logits of `rows` states against panels [first_panel, last_panel) and what they add to each row's LogSum. Logits are
/// float32 and never leave the cache.
struct NextTokenJob {
  PackedHead head;
  const void* states = nullptr; ///< [rows, state_width()] in the head's type, what is padded is 0
  std::int64_t rows = 0;
  const std::int64_t* targets = nullptr; ///< [rows] ids
  float soft_cap = 0;
  LogSum* sums = nullptr; ///< [rows], set to {-infinity, 0, -infinity} at first
};

/// out = in, in out's type; float32 in.
struct CopyJob {
  Rows in = {};
  std::int64_t width = 0;
  Rows out = {};
};

/// Whether this processor multiplies int8 (AVX512-VNNI or AVX-VNNI).
bool has_int8_products();

/// One compiled instruction set.
struct Table {
  const char* name;       ///< "avx512bf16", "avx512", "avx2", "baseline"
  bool bfloat16_products; ///< next_token() can take a head in bfloat16
  /// `scratch` [width]: for rows in int8 only, here and below.
  void (*norm)(const NormJob&, std::int64_t first_row, std::int64_t last_row, float* scratch);
  /// One unit is one of (heads + 2 kv_heads) heads of one of the batch's segments.
  void (*split)(const SplitJob&, std::int64_t first_unit, std::int64_t last_unit);
  /// One unit is one head of one segment.
  void (*attention)(const AttentionJob&, std::int64_t first_unit, std::int64_t last_unit, float* scratch);
  void (*activation)(const ActivationJob&, std::int64_t first_row, std::int64_t last_row, float* scratch);
  void (*copy)(const CopyJob&, std::int64_t first_row, std::int64_t last_row, float* scratch);
  void (*next_token)(const NextTokenJob&, std::int64_t first_panel, std::int64_t last_panel);
  /// `rows`: the output matrix as it is, [vocabulary, width] in the head's type; `to`: panel_bytes().
  void (*pack_panel)(const PackedHead& shape, const void* rows, std::int64_t panel, void* to);
};

/// The best that this processor can run; LONGVIEW_KERNELS names another one (for tests and measurements).
const Table& table();
/// Null where this processor or this build has no such set.
const Table* table_named(const char* name);

} // namespace longview::kernels
