#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "run/run_view.h"
#include "scoring/pair_columns.h"
#include "store/row_filter.h"

namespace longview {

/// The pairs of a run's documents in memory, so that all of their numbers follow live parameters at once. Filled from
/// the project on several threads when first asked for; what does not fit is read from the project each time.
class RunPairs {
 public:
  /// `most_bytes` of pairs are kept, and no more than a third of the memory that is free; `threads` 0: as many as there
  /// are processors. They are read in parts of `part` documents, the least that stays when reading is stopped.
  RunPairs(std::filesystem::path project, RunId run, const SamplingSettings& sampling,
           std::size_t most_bytes = std::size_t{2} << 30, unsigned threads = 0, std::size_t part = 1024);

  /// Reads what scored rows are missing. What was read stays when it is stopped. `observer` is called on any thread,
  /// one at a time. Throws Error(cancelled).
  void read(const SharedRows& rows, const RowObserver& observer, const std::stop_token& stop);
  /// Numbers of every row, after read(rows): of these parameters, or the row's own where the project has no pairs of
  /// it.
  std::vector<DocumentNumbers> numbers(const SharedRows& rows, const LiveParameters& parameters,
                                       const std::stop_token& stop) const;
  std::size_t bytes() const { return bytes_; }

 private:
  enum class State : std::uint8_t { missing, kept, no_pairs, too_many };
  struct Slot {
    SharedRows::Ref row; ///< of which this was read; a document that comes again has another
    State state = State::missing;
    std::uint32_t chunk = 0, place = 0;
  };

  bool has(const SharedRows& rows, std::size_t place) const;
  std::vector<std::size_t> missing(const SharedRows& rows) const;
  void read_part(std::span<const std::size_t> places, const SharedRows& rows, const std::stop_token& stop);

  std::filesystem::path project_;
  RunId run_;
  SamplingSettings sampling_;
  std::size_t most_bytes_;
  unsigned threads_;
  std::size_t part_;
  std::vector<Slot> slots_; ///< by place in rows
  std::vector<std::shared_ptr<const PairColumns>> chunks_;
  std::size_t bytes_ = 0;
  std::mutex mutex_; ///< of slots_, chunks_ and bytes_ while parts are read
};

} // namespace longview
