#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "model/model_plan.h"
#include "model/tensor_set.h"

namespace longview {

/// Runs `work` on up to `count` threads, the caller's among them, and returns when all are through. `work` shares
/// itself out, and does not throw.
using Crew = std::function<void(std::size_t count, const std::function<void()>& work)>;
/// Threads of its own for every call.
void own_threads(std::size_t count, const std::function<void()>& work);

/// Converts stored tensors into the decoder's matrices, piece by piece on several threads, and gives the files' pages
/// back as it goes: beside what it fills it takes a few MB a thread.
class WeightConverter {
 public:
  /// `path`: for messages. The set outlives the converter.
  WeightConverter(const TensorSet& tensors, int threads, std::string path, std::stop_token stop,
                  Crew crew = own_threads);
  ~WeightConverter();
  WeightConverter(const WeightConverter&) = delete;
  WeightConverter& operator=(const WeightConverter&) = delete;

  /// The sources of a slot, stacked by rows, will be written to `out`: row after row of values of `type` (F32, BF16 or
  /// F16), without gaps. The plan has been made from the same set, so that shapes are right.
  void add(const SlotSources& slot, TensorType type, std::byte* out);
  /// Converts all that was added since the last run. Throws Error: input (a value that is not finite, named with its
  /// tensor), unsupported (one too large for float16), io (a file that became shorter), cancelled.
  void run();

 private:
  /// Some rows of one tensor.
  struct Piece {
    const TensorSource* source;
    const StoredTensor* tensor;
    TensorType type;
    std::byte* out; ///< the first row of the source's own part of the matrix
    std::uint64_t first_row;
    std::uint64_t rows;
  };
  void add(const TensorSource& source, TensorType type, std::byte* out);
  void convert(const Piece& piece, std::vector<std::byte>& scratch) const;

  const TensorSet& tensors_;
  std::size_t threads_;
  std::string path_;
  std::stop_token stop_;
  Crew crew_;
  std::vector<Piece> pieces_;
  std::atomic<std::size_t> converted_ = 0; ///< pieces, over all runs
};

/// Row of the decoder's matrix for row `row` of the stored one.
std::uint64_t decoder_row(const TensorSource& source, std::uint64_t row);

} // namespace longview
