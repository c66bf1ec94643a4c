#include "widgets/document_data.h"

#include <cmath>

namespace longview {
namespace {

std::uint64_t key(std::uint32_t i, std::uint32_t j) {
  return std::uint64_t{i} << 32 | j;
}

} // namespace

void DocumentData::index_pairs() {
  pair_index_.clear();
  pair_index_.reserve(data.pairs.pairs.size());
  for (std::uint32_t k = 0; k < data.pairs.pairs.size(); ++k) {
    const Pair& pair = data.pairs.pairs[k];
    if (!std::isnan(pair.perplexity_after))
      pair_index_.emplace(key(pair.i, pair.j), k);
  }
}

std::optional<std::uint32_t> DocumentData::pair_at(Cell cell) const {
  const auto found = pair_index_.find(key(cell.i, cell.j));
  return found == pair_index_.end() ? std::nullopt : std::optional(found->second);
}

} // namespace longview
