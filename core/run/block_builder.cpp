#include "run/block_builder.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace longview {
namespace {

/// Perplexities are float32 from here on, as they are stored: a resumed run then derives the same numbers to the last
/// bit.
double as_stored(double perplexity) {
  return static_cast<float>(perplexity);
}

} // namespace

void BlockBuilder::add(std::unique_ptr<DocumentJob> job) {
  auto active = std::make_unique<Active>();
  std::vector<bool> runs(job->prefixes(), false);
  for (const std::uint32_t k : job->needed)
    runs[k] = std::isnan(job->pairs.perplexity_alone[k]);
  for (std::uint32_t k = 0; k < job->links(); ++k) {
    const DocumentJob::Link link = job->link(k);
    if (!std::isnan(link.perplexity_after))
      continue;
    active->links.push_back(k);
    runs[link.prefix] = true;
  }
  std::sort(active->links.begin(), active->links.end(), [&](std::uint32_t a, std::uint32_t b) {
    const DocumentJob::Link x = job->link(a), y = job->link(b);
    return std::tie(x.prefix, x.target) < std::tie(y.prefix, y.target);
  });
  for (std::uint32_t k = 0; k < runs.size(); ++k)
    if (runs[k])
      active->segments.push_back(k);
  active->answers_missing = active->segments.size() + active->links.size();
  active->job = std::move(job);
  active_.push_back(std::move(active));
}

std::size_t BlockBuilder::waiting() const {
  std::size_t count = 0;
  for (const auto& active : active_)
    count += active->segments.size() - active->next_segment;
  return count;
}

const ScoreBlock& BlockBuilder::next_block() {
  block_.segments.clear();
  block_.pairs.clear();
  segment_places_.clear();
  pair_places_.clear();
  segments_taken_ = pairs_taken_ = 0;
  for (const auto& active : active_)
    add_to_block(*active);
  return block_;
}

void BlockBuilder::add_to_block(Active& active) {
  DocumentJob& job = *active.job;
  while (active.next_segment < active.segments.size() && block_.segments.size() < most_segments_) {
    const std::uint32_t prefix = active.segments[active.next_segment++];
    const auto slot = static_cast<std::uint32_t>(block_.segments.size());
    block_.segments.push_back(job.segment(prefix));
    segment_places_.push_back({&active, prefix});
    for (; active.next_link < active.links.size(); ++active.next_link) {
      const std::uint32_t index = active.links[active.next_link];
      const DocumentJob::Link link = job.link(index);
      if (link.prefix != prefix)
        break;
      block_.pairs.push_back({slot, job.segment(link.target)});
      pair_places_.push_back({&active, index});
    }
  }
}

void BlockBuilder::answered(Active& active, std::vector<DocumentJob*>& complete) {
  if (--active.answers_missing == 0)
    complete.push_back(active.job.get());
}

std::vector<DocumentJob*> BlockBuilder::take(const BlockResult& result) {
  std::vector<DocumentJob*> complete;
  for (; segments_taken_ < result.segments_done; ++segments_taken_) {
    const auto [active, segment] = segment_places_[segments_taken_];
    std::vector<double>& alone = active->job->pairs.perplexity_alone;
    if (segment < alone.size()) // a control's own perplexity tells nothing of this document
      alone[segment] = as_stored(result.perplexity_alone[segments_taken_]);
    answered(*active, complete);
  }
  for (; pairs_taken_ < result.pairs_done; ++pairs_taken_) {
    const auto [active, link] = pair_places_[pairs_taken_];
    active->job->link(link).perplexity_after = as_stored(result.perplexity_after[pairs_taken_]);
    answered(*active, complete);
  }
  return complete;
}

std::vector<DocumentJob*> BlockBuilder::unfinished() const {
  std::vector<DocumentJob*> jobs;
  for (const auto& active : active_)
    if (active->answers_missing && active->answers_missing < active->segments.size() + active->links.size())
      jobs.push_back(active->job.get());
  return jobs;
}

void BlockBuilder::restart(std::uint32_t most_segments) {
  most_segments_ = most_segments;
  for (const auto& active : std::exchange(active_, {}))
    if (active->answers_missing)
      add(std::move(active->job)); // the jobs know which perplexities they lack
}

void BlockBuilder::release_finished() {
  std::erase_if(active_, [](const auto& active) { return active->answers_missing == 0; });
}

} // namespace longview
