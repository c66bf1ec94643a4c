#include "widgets/document_data.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "run/extra_pairs.h"

namespace longview {
namespace {

std::uint64_t key(std::uint32_t i, std::uint32_t j) {
  return std::uint64_t{i} << 32 | j;
}

} // namespace

void DocumentData::index_pairs() {
  auto index = std::make_shared<std::unordered_map<std::uint64_t, std::uint32_t>>();
  const std::size_t count = data.pairs.pairs.size() + extra_pairs_.size();
  index->reserve(count);
  for (std::uint32_t k = 0; k < count; ++k) {
    const Pair& one = pair(k);
    if (!std::isnan(one.perplexity_after))
      index->emplace(key(one.i, one.j), k);
  }
  pair_index_ = std::move(index);
}

std::size_t DocumentData::pair_count() const {
  return std::min(data.pairs.pairs.size(), scores.parts.size()) + extra_pairs_.size();
}

const Pair& DocumentData::pair(std::size_t k) const {
  return is_extra(k) ? extra_pairs_[k - data.pairs.pairs.size()] : data.pairs.pairs[k];
}

const PairParts& DocumentData::parts(std::size_t k) const {
  return is_extra(k) ? extra_parts_[k - data.pairs.pairs.size()] : scores.parts[k];
}

double DocumentData::alone(std::uint32_t k) const {
  return extra_alone_.empty() ? data.pairs.perplexity_alone[k] : extra_alone_[k];
}

void DocumentData::add_extra(ExtraPairs pairs) {
  extra = std::move(pairs);
  derive_extra();
}

void DocumentData::derive_extra() {
  if (!extra)
    return;
  DocumentPairs all = with_all_extra(data.pairs, *extra);
  const DocumentScores of_all = derive(all, sampling, parameters);
  const auto first = static_cast<std::ptrdiff_t>(data.pairs.pairs.size());
  extra_pairs_.assign(all.pairs.begin() + first, all.pairs.end());
  extra_parts_.assign(of_all.parts.begin() + first, of_all.parts.end());
  for (PairParts& one : extra_parts_)
    one.contribution = 0; // to the run's score
  sample = longer_sample(data.pairs, *extra, sampling, parameters);
  all_pairs = is_complete(all) ? std::optional<DocumentNumbers>(of_all) : std::nullopt;
  extra_alone_ = std::move(all.perplexity_alone);
}

std::optional<std::uint32_t> DocumentData::pair_at(Cell cell) const {
  if (!pair_index_)
    return std::nullopt;
  const auto found = pair_index_->find(key(cell.i, cell.j));
  return found == pair_index_->end() ? std::nullopt : std::optional(found->second);
}

DocumentData DocumentData::with(const LiveParameters& other) const {
  DocumentData changed; // the numbers of millions of pairs are not copied to be overwritten
  static_cast<DocumentFacts&>(changed) = *this;
  changed.extra = extra;
  changed.pair_index_ = pair_index_;
  changed.parameters = other;
  changed.scores = derive(changed.data.pairs, changed.sampling, other);
  if (changed.row.status == Status::scored)
    changed.row.take(changed.scores);
  changed.derive_extra();
  return changed;
}

} // namespace longview
