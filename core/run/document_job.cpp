#include "run/document_job.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace longview {
namespace {

std::vector<std::uint64_t> segment_bounds(const Tokens& tokens, std::uint64_t segments, std::uint32_t length) {
  std::vector<std::uint64_t> bounds(segments + 1, 0);
  for (std::uint64_t k = 1; k <= segments; ++k)
    bounds[k] = tokens.ends[k * length - 1];
  return bounds;
}

std::string too_short_reason(std::uint64_t tokens, std::uint64_t segments, const SamplingSettings& settings) {
  return fmt::format("{} tokens make {} whole segment{} of {}; a document needs 3", tokens, segments,
                     segments == 1 ? "" : "s", settings.segment_length);
}

std::string too_few_pairs_reason(std::uint64_t segments, const SamplingSettings& settings) {
  return fmt::format("{} segments make {} pairs, fewer than the {} asked for", segments, segments * (segments - 1) / 2,
                     settings.pairs_per_document);
}

} // namespace

DocumentJob plan_document(Tokens tokens, Hash128 sampling_key, const SamplingSettings& settings, Sampler& sampler) {
  DocumentJob job;
  const std::uint64_t count = tokens.ids.size();
  job.segment_length = settings.segment_length;
  job.row.tokens = count;
  job.row.segments = count / settings.segment_length;
  job.row.tail_tokens = count % settings.segment_length;
  job.bounds = segment_bounds(tokens, job.row.segments, settings.segment_length);
  Draw draw = sampler.draw(count, sampling_key);
  switch (draw.status) {
  case Draw::Status::drawn:
    job.row.status = Status::scored;
    break;
  case Draw::Status::too_short:
    job.row.status = Status::too_short;
    job.row.reason = too_short_reason(count, job.row.segments, settings);
    break;
  case Draw::Status::too_few_pairs:
    job.row.status = Status::too_few_pairs;
    job.row.reason = too_few_pairs_reason(draw.segments, settings);
    break;
  }
  job.row.pair_count = draw.pairs.size();
  job.needed = segments_needed(draw, settings.preset);
  job.pairs.perplexity_alone.assign(draw.segments, no_value);
  job.pairs.kept = std::move(draw.kept);
  job.pairs.pairs = std::move(draw.pairs);
  job.tokens = std::move(tokens.ids);
  return job;
}

DocumentJob::Link DocumentJob::link(std::uint32_t index) {
  if (index < pairs.pairs.size()) {
    Pair& pair = pairs.pairs[index];
    return {pair.j, pair.i, pair.perplexity_after};
  }
  Control& control = pairs.controls[index - pairs.pairs.size()];
  return {pairs.segments() + control.k, control.i, control.perplexity_after};
}

void resume_from(DocumentJob& job, const DocumentPairs& partial) {
  if (partial.segments() != job.pairs.segments() || partial.pairs.size() != job.pairs.pairs.size() ||
      partial.kept != job.pairs.kept)
    return;
  for (std::size_t k = 0; k < partial.pairs.size(); ++k)
    if (partial.pairs[k].i != job.pairs.pairs[k].i || partial.pairs[k].j != job.pairs.pairs[k].j)
      return;
  std::vector<std::uint8_t> overlap = std::move(job.pairs.overlap);
  std::vector<Control> controls = std::move(job.pairs.controls);
  job.pairs = partial;
  job.pairs.overlap = std::move(overlap);
  const auto same = [](const Control& a, const Control& b) { return a.i == b.i && a.k == b.k; };
  if (!std::equal(controls.begin(), controls.end(), partial.controls.begin(), partial.controls.end(), same))
    job.pairs.controls = std::move(controls);
}

WorkLeft work_left(DocumentJob& job) {
  WorkLeft left;
  std::vector<bool> runs(job.prefixes(), false);
  for (const std::uint32_t k : job.needed)
    runs[k] = std::isnan(job.pairs.perplexity_alone[k]);
  for (std::uint32_t index = 0; index < job.links(); ++index) {
    const DocumentJob::Link link = job.link(index);
    if (!std::isnan(link.perplexity_after))
      continue;
    ++left.pairs;
    runs[link.prefix] = true;
  }
  for (const bool run : runs)
    left.segments += run;
  return left;
}

} // namespace longview
