#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "run/longer_sample.h"
#include "scoring/dependency.h"
#include "scoring/settings.h"
#include "store/project.h"

namespace longview {

/// One cell of the heatmap: target row i, prefix column j < i.
struct Cell {
  std::uint32_t i = 0;
  std::uint32_t j = 0;
  bool operator==(const Cell&) const = default;
};

/// One document as the window shows it, but for the numbers of its pairs.
struct DocumentFacts {
  StoredDocument document;
  ResultRow row; ///< its derived numbers are those of `parameters`
  ResultData data;
  SamplingSettings sampling;
  LiveParameters parameters;
  std::shared_ptr<const std::string> text; ///< null while it is not read, or cannot be
  std::string text_problem;                ///< why there is no text
};

/// One document as the window shows it: immutable, made in a worker, shared by all views.
struct DocumentData : DocumentFacts {
  DocumentScores scores; ///< derived with `parameters`

  std::uint32_t segments() const { return data.pairs.segments(); }
  /// Real place of (kept) segment k.
  std::uint32_t place(std::uint32_t k) const { return data.pairs.kept.empty() ? k : data.pairs.kept[k]; }
  /// Pairs beyond the run's, and what they tell: in none of the numbers above.
  std::optional<ExtraPairs> extra;
  std::optional<LongerSample> sample;       ///< where it was lengthened
  std::optional<DocumentNumbers> all_pairs; ///< where the extra pairs make the run's all there are

  // All pairs that are shown, one numbering: those of the run in drawing order, behind them the extra ones.
  std::size_t pair_count() const;
  std::size_t extra_count() const { return extra_pairs_.size(); }
  bool is_extra(std::size_t k) const { return k >= data.pairs.pairs.size(); }
  const Pair& pair(std::size_t k) const;
  /// Of an extra pair its specificity is that of all pairs of the row that are known; it contributes nothing.
  const PairParts& parts(std::size_t k) const;
  /// PPL(c_k), also where only an extra pair needs it.
  double alone(std::uint32_t k) const;
  /// Number of a pair, or nothing where it was not scored. Built once by index_pairs().
  std::optional<std::uint32_t> pair_at(Cell cell) const;
  void index_pairs();
  /// Takes in extra pairs, once everything else is there; before index_pairs().
  void add_extra(ExtraPairs pairs);

  /// The same document with all that is derived computed anew. Any thread.
  DocumentData with(const LiveParameters& other) const;

 private:
  void derive_extra();

  std::vector<Pair> extra_pairs_;
  std::vector<PairParts> extra_parts_;
  std::vector<double> extra_alone_; ///< one a segment, the run's among them
  std::shared_ptr<const std::unordered_map<std::uint64_t, std::uint32_t>> pair_index_;
};
using DocumentPointer = std::shared_ptr<const DocumentData>;

} // namespace longview
