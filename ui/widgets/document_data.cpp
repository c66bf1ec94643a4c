#include "widgets/document_data.h"

#include <cmath>

namespace longview {
namespace {

std::uint64_t key(std::uint32_t i, std::uint32_t j) {
  return std::uint64_t{i} << 32 | j;
}

} // namespace

void DocumentData::index_pairs() {
  auto index = std::make_shared<std::unordered_map<std::uint64_t, std::uint32_t>>();
  index->reserve(data.pairs.pairs.size());
  for (std::uint32_t k = 0; k < data.pairs.pairs.size(); ++k) {
    const Pair& pair = data.pairs.pairs[k];
    if (!std::isnan(pair.perplexity_after))
      index->emplace(key(pair.i, pair.j), k);
  }
  pair_index_ = std::move(index);
}

std::optional<std::uint32_t> DocumentData::pair_at(Cell cell) const {
  if (!pair_index_)
    return std::nullopt;
  const auto found = pair_index_->find(key(cell.i, cell.j));
  return found == pair_index_->end() ? std::nullopt : std::optional(found->second);
}

DocumentData DocumentData::with(const LiveParameters& other) const {
  DocumentData changed = *this;
  changed.parameters = other;
  changed.scores = derive(changed.data.pairs, changed.sampling, other);
  if (changed.row.status == Status::scored)
    changed.row.take(changed.scores);
  return changed;
}

} // namespace longview
