#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "scoring/dependency.h"
#include "scoring/settings.h"

namespace longview {

/// What will be run for one document.
struct Draw {
  enum class Status {
    drawn,
    too_short,     ///< longview: fewer than three segments
    too_few_pairs, ///< published: fewer pairs than asked for, or none at all
  };
  Status status = Status::drawn;
  std::uint32_t segments = 0;      ///< N (kept segments when thinned)
  std::vector<std::uint32_t> kept; ///< real places; empty unless thinned
  std::vector<Pair> pairs;         ///< in drawing order, perplexity_after NaN
};

/// Draws the pairs of the documents of one input file, in file order. The published preset takes them from one CPython
/// random stream, so call draw() once for every readable document of the file, in order, also for one that is already
/// scored; the longview preset depends on the text alone (keyed by XXH3-128 of the text with the run's seed).
class Sampler {
 public:
  /// Throws Error(usage) where check() does.
  explicit Sampler(const SamplingSettings& settings);
  ~Sampler();
  Sampler(Sampler&&) noexcept;
  Sampler& operator=(Sampler&&) noexcept;

  /// `tokens`: length of the document; `key`: hash128(text, settings.seed), used by the longview preset.
  /// Throws Error(unsupported) for a document whose pairs cannot be held (more than 2^27 with T = 0); the stream has
  /// then advanced as it should, and the next document can be drawn.
  Draw draw(std::uint64_t tokens, Hash128 key);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Segments whose perplexity alone is computed: those in any pair, as prefix or target (published: all of them, also of
/// a document with too few pairs). Ascending.
std::vector<std::uint32_t> segments_needed(const Draw& draw, Preset preset);

} // namespace longview
