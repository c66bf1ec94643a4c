#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

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

/// One document as the window shows it: immutable, made in a worker, shared by all views.
struct DocumentData {
  StoredDocument document;
  ResultRow row; ///< its derived numbers are those of `parameters`
  ResultData data;
  DocumentScores scores; ///< derived with `parameters`
  SamplingSettings sampling;
  LiveParameters parameters;
  std::shared_ptr<const std::string> text; ///< null while it is not read, or cannot be
  std::string text_problem;                ///< why there is no text

  std::uint32_t segments() const { return data.pairs.segments(); }
  /// Real place of (kept) segment k.
  std::uint32_t place(std::uint32_t k) const { return data.pairs.kept.empty() ? k : data.pairs.kept[k]; }
  /// Index into data.pairs.pairs, or nothing where the pair was not sampled. Built once by index_pairs().
  std::optional<std::uint32_t> pair_at(Cell cell) const;
  void index_pairs();

  /// The same document with all that is derived computed anew. Any thread.
  DocumentData with(const LiveParameters& other) const;

 private:
  std::shared_ptr<const std::unordered_map<std::uint64_t, std::uint32_t>> pair_index_;
};
using DocumentPointer = std::shared_ptr<const DocumentData>;

} // namespace longview
