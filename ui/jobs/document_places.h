#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "store/project.h"

namespace longview {

/// Where documents stand in a table, found by their ids: 16 bytes each.
class DocumentPlaces {
 public:
  /// Found from the next settle() on. No document is added twice.
  void add(DocumentId document, std::uint32_t place) { entries_.emplace_back(document, place); }
  void settle() {
    const auto fresh = entries_.begin() + static_cast<std::ptrdiff_t>(settled_);
    std::sort(fresh, entries_.end());
    if (fresh != entries_.begin() && fresh != entries_.end() && *fresh < *(fresh - 1))
      std::inplace_merge(entries_.begin(), fresh, entries_.end());
    settled_ = entries_.size();
  }

  std::optional<std::uint32_t> find(DocumentId document) const {
    const auto end = entries_.begin() + static_cast<std::ptrdiff_t>(settled_);
    const auto found = std::lower_bound(entries_.begin(), end, document,
                                        [](const Entry& entry, DocumentId id) { return entry.first < id; });
    return found == end || found->first != document ? std::nullopt : std::optional(found->second);
  }

 private:
  using Entry = std::pair<DocumentId, std::uint32_t>;
  std::vector<Entry> entries_;
  std::size_t settled_ = 0; ///< of them, ascending
};

} // namespace longview
