#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "jobs/document_loader.h"

namespace longview {

/// What was computed of pairs of the document that is open, so that a pair that is looked at again costs nothing.
/// Of the window's thread alone.
template <typename Answer>
class PairAnswers {
 public:
  using Pointer = std::shared_ptr<const Answer>;

  /// Of which document answers are kept from now on; those of another are forgotten.
  void begin(const DocumentKey& key) {
    if (of_ != key)
      known_.clear();
    of_ = key;
  }
  /// Null when the pair was not asked for before.
  Pointer find(Cell cell) const {
    const auto found = known_.find({cell.i, cell.j});
    return found == known_.end() ? nullptr : found->second;
  }
  /// An answer that comes after another document was begun is returned and not kept.
  Pointer keep(const DocumentKey& key, Cell cell, Answer answer) {
    auto shared = std::make_shared<const Answer>(std::move(answer));
    if (of_ == key)
      known_[{cell.i, cell.j}] = shared;
    return shared;
  }
  void clear() { known_.clear(); }

 private:
  DocumentKey of_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Pointer> known_;
};

} // namespace longview
