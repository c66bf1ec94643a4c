#include "model/weight_converter.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "model/convert.h"

namespace longview {
namespace {

/// Bytes of a file that are converted in one piece: long enough for one system call each way, short enough to share
/// out.
constexpr std::uint64_t piece_bytes = 2u << 20;
/// Pieces after which the files' pages are given back altogether: what lay beside the pieces has come in with them.
constexpr std::size_t pieces_between_sweeps = 16;
/// Stored rows that are turned into columns at once: a line of the cache for each row of the matrix.
constexpr std::uint64_t most_turned_rows = 64;

std::uint64_t stored_rows(const TensorSource& source) {
  return source.transposed ? source.columns : source.rows;
}
std::uint64_t stored_columns(const TensorSource& source) {
  return source.transposed ? source.rows : source.columns;
}

/// Value (r, c) of `in` becomes value (c, first + r) of a matrix with rows of `out_columns`.
template <typename T>
void turn(const std::byte* in, std::uint64_t rows, std::uint64_t columns, std::byte* out, std::uint64_t first,
          std::uint64_t out_columns) {
  for (std::uint64_t c = 0; c < columns; ++c) {
    std::byte* to = out + (c * out_columns + first) * sizeof(T);
    for (std::uint64_t r = 0; r < rows; ++r)
      std::memcpy(to + r * sizeof(T), in + (r * columns + c) * sizeof(T), sizeof(T));
  }
}

} // namespace

std::uint64_t decoder_row(const TensorSource& source, std::uint64_t row) {
  switch (source.order) {
  case RowOrder::plain:
    break;
  case RowOrder::rotary_interleaved: { // the file has (0, d/2, 1, d/2 + 1, …), the decoder rotates halves
    const std::uint64_t head_dim = source.rows / source.heads;
    const std::uint64_t head = row / head_dim, within = row % head_dim;
    return head * head_dim + (within % 2) * (head_dim / 2) + within / 2;
  }
  case RowOrder::qkv_by_head: {
    const std::uint64_t head_dim = source.rows / (3 * std::uint64_t{source.heads});
    const std::uint64_t head = row / (3 * head_dim), part = row / head_dim % 3, within = row % head_dim;
    return (part * source.heads + head) * head_dim + within;
  }
  }
  return row;
}

void own_threads(std::size_t count, const std::function<void()>& work) {
  std::vector<std::jthread> helpers; // join at the end
  for (std::size_t k = 1; k < count; ++k)
    helpers.emplace_back(work);
  work();
}

WeightConverter::WeightConverter(const TensorSet& tensors, int threads, std::string path, std::stop_token stop,
                                 Crew crew)
    : tensors_(tensors), threads_(static_cast<std::size_t>(std::max(1, threads))), path_(std::move(path)),
      stop_(std::move(stop)), crew_(std::move(crew)) {}

WeightConverter::~WeightConverter() {
  tensors_.release_files();
}

void WeightConverter::add(const SlotSources& slot, TensorType type, std::byte* out) {
  for (const TensorSource& source : slot) {
    add(source, type, out);
    out += source.rows * source.columns * block_size(type).bytes;
  }
}

void WeightConverter::add(const TensorSource& source, TensorType type, std::byte* out) {
  const StoredTensor* tensor = tensors_.find(source.name);
  if (!tensor)
    throw Error(ErrorCode::input, fmt::format("the tensor {} is missing", printable_name(source.name)), path_);
  const std::uint64_t rows = stored_rows(source), columns = stored_columns(source);
  std::uint64_t at_once =
      std::clamp<std::uint64_t>(piece_bytes / std::max<std::uint64_t>(1, tensor->data.size() / rows), 1, rows);
  if (columns % block_size(tensor->type).values != 0)
    at_once = rows; // a quantized vector seen as a column: its blocks go across rows
  else if (source.transposed)
    at_once = std::min(at_once, most_turned_rows);
  for (std::uint64_t row = 0; row < rows; row += at_once)
    pieces_.push_back({&source, tensor, type, out, row, std::min(at_once, rows - row)});
}

void WeightConverter::convert(const Piece& piece, std::vector<std::byte>& scratch) const {
  const TensorSource& source = *piece.source;
  const StoredTensor& tensor = *piece.tensor;
  const std::uint64_t columns = stored_columns(source), rows = stored_rows(source),
                      width = block_size(piece.type).bytes;
  // Multiplied before it is divided: a row of a quantized vector is no whole number of bytes.
  const std::uint64_t first = piece.first_row * tensor.data.size() / rows;
  const std::uint64_t last = (piece.first_row + piece.rows) * tensor.data.size() / rows;
  const auto stored = tensor.data.subspan(first, last - first);
  tensors_.prepare(stored);
  const bool in_place = source.order == RowOrder::plain && !source.transposed;
  if (!in_place)
    scratch.resize(piece.rows * columns * width);
  std::byte* values = in_place ? piece.out + piece.first_row * columns * width : scratch.data();
  const Converted result = longview::convert(tensor.type, stored, source.added, piece.type, values);
  tensors_.release(stored);
  if (result == Converted::not_finite)
    throw Error(
        ErrorCode::input,
        fmt::format("the tensor {} holds a value that is infinite or not a number", printable_name(source.name)),
        path_);
  if (result == Converted::too_large)
    throw Error(ErrorCode::unsupported,
                fmt::format("the tensor {} holds a value that is too large for {}; say --dtype float32",
                            printable_name(source.name), piece.type == TensorType::F16 ? "float16" : "bfloat16"),
                path_);
  if (in_place)
    return;
  if (source.transposed)
    return (width == 4 ? turn<float> : turn<std::uint16_t>)(values, piece.rows, columns, piece.out, piece.first_row,
                                                            rows);
  for (std::uint64_t k = 0; k < piece.rows; ++k)
    std::memcpy(piece.out + decoder_row(source, piece.first_row + k) * columns * width, values + k * columns * width,
                columns * width);
}

void WeightConverter::run() {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr first_error;
  std::mutex mutex;
  const auto work = [&] {
    try {
      std::vector<std::byte> scratch;
      for (std::size_t k = next++; k < pieces_.size(); k = next++) {
        throw_if_cancelled(stop_);
        convert(pieces_[k], scratch);
        if (++converted_ % pieces_between_sweeps == 0)
          tensors_.release_files();
      }
    } catch (...) {
      next = pieces_.size(); // the others need not go on
      const std::lock_guard lock(mutex);
      if (!first_error)
        first_error = std::current_exception();
    }
  };
  crew_(std::min(threads_, pieces_.size()), work);
  pieces_.clear();
  if (first_error)
    std::rethrow_exception(first_error);
}

} // namespace longview
