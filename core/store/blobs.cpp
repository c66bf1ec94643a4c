#include "store/blobs.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>
#include <zstd.h>

#include "base/error.h"

namespace longview {
namespace {

template <typename T>
void put(Blob& blob, T value) {
  for (std::size_t k = 0; k < sizeof(T); ++k)
    blob.push_back(static_cast<std::byte>(value >> (8 * k) & 0xff));
}

template <typename T>
T get(std::span<const std::byte> blob, std::size_t offset) {
  T value = 0;
  for (std::size_t k = 0; k < sizeof(T); ++k)
    value |= static_cast<T>(std::to_integer<T>(blob[offset + k]) << (8 * k));
  return value;
}

void put_float(Blob& blob, double value) {
  put(blob, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
}

double get_float(std::span<const std::byte> blob, std::size_t offset) {
  return std::bit_cast<float>(get<std::uint32_t>(blob, offset));
}

/// How many items of `size` bytes a blob holds.
std::size_t item_count(std::span<const std::byte> blob, std::size_t size) {
  if (blob.size() % size != 0)
    throw Error(ErrorCode::input, fmt::format("{} bytes are no whole number of items of {}", blob.size(), size));
  return blob.size() / size;
}

template <typename T>
Blob encode(std::span<const T> values) {
  Blob blob;
  blob.reserve(values.size() * sizeof(T));
  for (const T value : values)
    put(blob, value);
  return blob;
}

template <typename T>
std::vector<T> decode(std::span<const std::byte> blob) {
  std::vector<T> values(item_count(blob, sizeof(T)));
  for (std::size_t k = 0; k < values.size(); ++k)
    values[k] = get<T>(blob, k * sizeof(T));
  return values;
}

constexpr std::size_t pair_bytes = 12;
constexpr std::uint32_t drawn_mark = 0x8000'0000; ///< in i; a document of 2^31 segments there cannot be

std::pair<std::uint32_t, std::uint32_t> place(const Pair& pair) {
  return {pair.i, pair.j};
}

/// Rows of k pairs each, no row twice.
bool are_whole_rows(const std::vector<Pair>& pairs) {
  std::vector<std::uint32_t> rows;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    if (k % row_pairs == 0)
      rows.push_back(pairs[k].i);
    if (pairs[k].i != rows.back())
      return false;
  }
  std::sort(rows.begin(), rows.end());
  return pairs.size() % row_pairs == 0 && std::adjacent_find(rows.begin(), rows.end()) == rows.end();
}

} // namespace

Blob encode_u32(std::span<const std::uint32_t> values) {
  return encode(values);
}
Blob encode_u64(std::span<const std::uint64_t> values) {
  return encode(values);
}
std::vector<std::uint32_t> decode_u32(std::span<const std::byte> blob) {
  return decode<std::uint32_t>(blob);
}
std::vector<std::uint64_t> decode_u64(std::span<const std::byte> blob) {
  return decode<std::uint64_t>(blob);
}

Blob encode_perplexities(std::span<const double> values) {
  Blob blob;
  blob.reserve(values.size() * sizeof(float));
  for (const double value : values)
    put_float(blob, value);
  return blob;
}

std::vector<double> decode_perplexities(std::span<const std::byte> blob) {
  std::vector<double> values(item_count(blob, sizeof(float)));
  for (std::size_t k = 0; k < values.size(); ++k)
    values[k] = get_float(blob, k * sizeof(float));
  return values;
}

Blob encode_pairs(std::span<const Pair> pairs) {
  Blob blob;
  blob.reserve(pairs.size() * pair_bytes);
  for (const Pair& pair : pairs) {
    put(blob, pair.i);
    put(blob, pair.j);
    put_float(blob, pair.perplexity_after);
  }
  return blob;
}

std::vector<Pair> decode_pairs(std::span<const std::byte> blob) {
  std::vector<Pair> pairs(item_count(blob, pair_bytes));
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const std::size_t offset = k * pair_bytes;
    pairs[k] = {get<std::uint32_t>(blob, offset), get<std::uint32_t>(blob, offset + 4), get_float(blob, offset + 8)};
  }
  return pairs;
}

Blob encode_controls(std::span<const Control> controls) {
  Blob blob;
  blob.reserve(controls.size() * pair_bytes);
  for (const Control& control : controls) {
    put(blob, control.i);
    put(blob, control.k);
    put_float(blob, control.perplexity_after);
  }
  return blob;
}

std::vector<Control> decode_controls(std::span<const std::byte> blob) {
  std::vector<Control> controls(item_count(blob, pair_bytes));
  for (std::size_t k = 0; k < controls.size(); ++k) {
    const std::size_t offset = k * pair_bytes;
    controls[k] = {get<std::uint32_t>(blob, offset), get<std::uint32_t>(blob, offset + 4), get_float(blob, offset + 8)};
  }
  return controls;
}

Blob encode_extra(const ExtraPairs& extra) {
  std::vector<Pair> all = extra.drawn;
  for (Pair& pair : all)
    pair.i |= drawn_mark;
  all.insert(all.end(), extra.asked.begin(), extra.asked.end());
  return encode_pairs(all);
}

ExtraPairs decode_extra(std::span<const std::byte> pairs, std::vector<double> perplexity_alone) {
  ExtraPairs extra;
  extra.perplexity_alone = std::move(perplexity_alone);
  for (Pair pair : decode_pairs(pairs)) {
    const bool drawn = (pair.i & drawn_mark) != 0;
    if (drawn && !extra.asked.empty())
      throw Error(ErrorCode::input, "pairs of its lengthened sample stand behind others");
    pair.i &= ~drawn_mark;
    (drawn ? extra.drawn : extra.asked).push_back(pair);
  }
  return extra;
}

Blob encode_token_gain(const TokenGain& gain) {
  const std::size_t scored = gain.ends.size() - 1;
  if (gain.ends.empty() || gain.alone.size() != scored || gain.after.size() != scored)
    throw Error(ErrorCode::internal, "token gains of different lengths");
  Blob blob = encode_u32(gain.ends);
  for (const auto* values : {&gain.alone, &gain.after})
    for (const float value : *values)
      put(blob, std::bit_cast<std::uint32_t>(value));
  return blob;
}

TokenGain decode_token_gain(std::span<const std::byte> blob) {
  const std::size_t words = item_count(blob, sizeof(std::uint32_t));
  if (words < 4 || (words + 2) % 3 != 0) // 3 L - 2, L >= 2
    throw Error(ErrorCode::input, fmt::format("{} numbers are no token gains", words));
  const std::size_t length = (words + 2) / 3;
  const std::vector<std::uint32_t> all = decode_u32(blob);
  TokenGain gain;
  gain.ends.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(length));
  if (!std::is_sorted(gain.ends.begin(), gain.ends.end()))
    throw Error(ErrorCode::input, "the tokens of its gains do not ascend");
  for (std::size_t k = length; k < words; ++k)
    (k < 2 * length - 1 ? gain.alone : gain.after).push_back(std::bit_cast<float>(all[k]));
  return gain;
}

std::string fault(const DocumentPairs& pairs) {
  const std::size_t segments = pairs.perplexity_alone.size();
  for (const Pair& pair : pairs.pairs) {
    if (pair.j >= pair.i || pair.i >= segments)
      return fmt::format("pair ({}, {}) does not fit {} segments", pair.i, pair.j, segments);
  }
  for (std::size_t k = 0; k < pairs.controls.size(); ++k) {
    if (pairs.controls[k].i >= segments || (k > 0 && pairs.controls[k].i < pairs.controls[k - 1].i))
      return fmt::format("control {} of row {} does not fit {} segments in order", k, pairs.controls[k].i, segments);
  }
  if (!pairs.overlap.empty() && pairs.overlap.size() != pairs.pairs.size())
    return fmt::format("{} overlaps for {} pairs", pairs.overlap.size(), pairs.pairs.size());
  if (!pairs.kept.empty() && pairs.kept.size() != segments)
    return fmt::format("{} kept places for {} segments", pairs.kept.size(), segments);
  for (std::size_t k = 1; k < pairs.kept.size(); ++k) {
    if (pairs.kept[k] <= pairs.kept[k - 1])
      return fmt::format("kept place {} does not ascend", k);
  }
  return {};
}

std::string fault(const DocumentPairs& pairs, std::span<const std::uint64_t> bounds) {
  std::string found = fault(pairs);
  if (!found.empty() || bounds.empty())
    return found;
  for (std::size_t k = 1; k < bounds.size(); ++k) {
    if (bounds[k] < bounds[k - 1])
      return fmt::format("segment {} ends before it begins", k - 1);
  }
  const std::size_t segments = bounds.size() - 1;
  if (!pairs.kept.empty() && pairs.kept.back() >= segments)
    return fmt::format("kept place {} lies behind {} segments", pairs.kept.back(), segments);
  if (pairs.kept.empty() && !pairs.perplexity_alone.empty() && pairs.perplexity_alone.size() != segments)
    return fmt::format("{} perplexities for {} segments", pairs.perplexity_alone.size(), segments);
  return {};
}

std::string fault(const ExtraPairs& extra) {
  const std::size_t segments = extra.perplexity_alone.size();
  if (segments >= drawn_mark)
    return fmt::format("{} segments are too many", segments);
  std::vector<Pair> all = extra.drawn;
  all.insert(all.end(), extra.asked.begin(), extra.asked.end());
  for (const Pair& pair : all)
    if (pair.j >= pair.i || pair.i >= segments)
      return fmt::format("extra pair ({}, {}) does not fit {} segments", pair.i, pair.j, segments);
  if (!are_whole_rows(extra.drawn))
    return "a lengthened sample is not made of whole rows";
  const auto before = [](const Pair& a, const Pair& b) { return place(a) < place(b); };
  if (!std::is_sorted(extra.asked.begin(), extra.asked.end(), before))
    return "the extra pairs do not ascend";
  std::sort(all.begin(), all.end(), before);
  const auto same = [](const Pair& a, const Pair& b) { return place(a) == place(b); };
  if (std::adjacent_find(all.begin(), all.end(), same) != all.end())
    return "an extra pair is there twice";
  return {};
}

Blob compress(std::string_view text) {
  Blob blob(ZSTD_compressBound(text.size()));
  const std::size_t size = ZSTD_compress(blob.data(), blob.size(), text.data(), text.size(), ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(size))
    throw Error(ErrorCode::internal, fmt::format("compressing a text failed ({})", ZSTD_getErrorName(size)));
  blob.resize(size);
  return blob;
}

std::string decompress(std::span<const std::byte> blob, std::uint64_t length) {
  // The frame says its own length; it must agree before that much memory is taken.
  const unsigned long long told = ZSTD_getFrameContentSize(blob.data(), blob.size());
  // A block of zstd takes three bytes at least and gives 128 KiB at most.
  if (told != length || length / (128 << 10) > blob.size())
    throw Error(ErrorCode::input, "an embedded text has another length than its record says");
  std::string text(length, '\0');
  const std::size_t size = ZSTD_decompress(text.data(), text.size(), blob.data(), blob.size());
  if (ZSTD_isError(size) || size != length)
    throw Error(ErrorCode::input, "an embedded text cannot be decompressed");
  return text;
}

} // namespace longview
