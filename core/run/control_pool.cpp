#include "run/control_pool.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "scoring/random.h"

namespace longview {
namespace {

constexpr std::size_t candidates = 4 * pool_segments;
constexpr std::size_t slice_bytes_per_token = 16; ///< a segment is cut from so many bytes, far more than it takes

Hash128 rank_of(Hash128 hash, Hash128 with) {
  const std::array<std::uint64_t, 4> words{hash.high, hash.low, with.high, with.low};
  return hash128(std::as_bytes(std::span(words)));
}

struct Candidate {
  std::string document;
  Hash128 text_hash;
  std::string slice;
};

/// Some bytes from the place that `rank` names: from a blank on, so that no word is cut.
std::string slice_of(std::string_view text, Hash128 rank, std::size_t size) {
  if (text.size() <= size)
    return std::string(text);
  std::size_t begin = static_cast<std::size_t>(Stream(rank.low).below(text.size() - size));
  const std::size_t blank = text.find_first_of(" \n\t", begin);
  begin = blank < begin + size / 4 ? blank : begin;
  const auto continues = [&](std::size_t k) { return k < text.size() && (text[k] & 0xc0) == 0x80; };
  while (continues(begin))
    ++begin;
  std::size_t end = std::min(text.size(), begin + size);
  while (continues(end))
    --end;
  return std::string(text.substr(begin, end - begin));
}

/// The texts of lowest rank, each once.
std::map<Hash128, Candidate> first_candidates(const std::vector<SourceFile>& sources, const RunSettings& settings,
                                              const std::stop_token& stop) {
  const std::size_t size = slice_bytes_per_token * settings.sampling.segment_length;
  std::map<Hash128, Candidate> best;
  CorpusReader reader(sources, {settings.text_field, settings.id_field, 0});
  while (auto item = reader.next(stop)) {
    throw_if_cancelled(stop);
    const auto* const document = std::get_if<Document>(&*item);
    if (!document || document->text.size() < settings.sampling.segment_length)
      continue; // a token takes a byte at least
    const Hash128 rank = rank_of(document->text_hash, {settings.sampling.seed, 0});
    if (best.size() == candidates && best.rbegin()->first < rank)
      continue;
    best.try_emplace(rank, Candidate{document->id, document->text_hash, slice_of(document->text, rank, size)});
    if (best.size() > candidates)
      best.erase(std::prev(best.end()));
  }
  return best;
}

} // namespace

std::vector<ControlSegment> draw_control_pool(const std::vector<SourceFile>& sources, const RunSettings& settings,
                                              const Tokenizer& tokenizer, const std::stop_token& stop) {
  const std::size_t length = settings.sampling.segment_length;
  std::vector<ControlSegment> pool;
  for (auto& [rank, candidate] : first_candidates(sources, settings, stop)) {
    Tokens tokens = tokenizer.encode(candidate.slice, settings.special_tokens, stop);
    if (tokens.ids.size() < length)
      continue;
    tokens.ids.resize(length);
    pool.push_back({candidate.document, candidate.text_hash, std::move(tokens.ids)});
    if (pool.size() == pool_segments)
      break;
  }
  if (pool.size() < 2)
    throw Error(
        ErrorCode::usage,
        fmt::format("control prefixes come from other documents, and fewer than two different texts here have {} "
                    "tokens; leave --controls out",
                    length));
  return pool;
}

void plan_controls(DocumentJob& job, ControlPool pool, Hash128 text_hash, std::uint32_t controls_per_row) {
  job.pool = std::move(pool);
  std::vector<std::pair<Hash128, std::uint32_t>> order;
  for (std::uint32_t k = 0; k < job.pool->size(); ++k)
    if ((*job.pool)[k].text_hash != text_hash)
      order.emplace_back(rank_of((*job.pool)[k].text_hash, text_hash), k);
  std::sort(order.begin(), order.end());
  order.resize(std::min(order.size(), document_controls));
  if (order.empty())
    return;
  std::vector<char> has_pairs(job.pairs.segments());
  for (const Pair& pair : job.pairs.pairs)
    has_pairs[pair.i] = 1;
  const auto count = std::min(static_cast<std::uint32_t>(order.size()), controls_per_row);
  for (std::uint32_t i = 0; i < job.pairs.segments(); ++i) {
    if (!has_pairs[i])
      continue;
    Stream stream(text_hash.low ^ (std::uint64_t{i} + 1) * 0x9E3779B97F4A7C15u);
    ShortShuffle<document_controls> shuffle(static_cast<std::uint32_t>(order.size()));
    for (std::uint32_t k = 0; k < count; ++k)
      job.pairs.controls.push_back({i, order[shuffle.next(stream)].second, no_value});
  }
}

} // namespace longview
