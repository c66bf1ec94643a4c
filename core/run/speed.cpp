#include "run/speed.h"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/machine.h"
#include "run/user_cache.h"
#include "scoring/random.h"

namespace longview {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* cache_name = "speeds.json";

double seconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::string text(const SpeedKey& key) {
  return fmt::format("{} {} {} {} threads, {} tokens, {}, {}", key.model.hex(), key.device, name(key.dtype),
                     key.threads, key.segment_length, machine_name(), program_commit());
}

} // namespace

Speed measure_speed(Scorer& scorer, std::uint32_t segment_length, std::uint64_t pairs, std::stop_token stop) {
  const std::uint32_t batch = scorer.info().batch;
  const std::uint64_t timed = (std::max<std::uint64_t>(pairs, 1) + batch - 1) / batch * batch;
  const std::uint64_t segments =
      std::min<std::uint64_t>(timed, std::max(batch, scorer.info().block_segments - batch)) + batch;
  std::vector<TokenId> tokens(segments * segment_length);
  Stream stream(1);
  for (TokenId& token : tokens)
    token = static_cast<TokenId>(stream.below(scorer.info().vocabulary));
  ScoreBlock block;
  for (std::uint64_t k = 0; k < segments; ++k)
    block.segments.push_back(std::span(tokens).subspan(k * segment_length, segment_length));
  for (std::uint64_t k = 0; k < timed + batch; ++k)
    block.pairs.push_back({static_cast<std::uint32_t>(k % segments), block.segments[(k + 1) % segments]});

  Clock::time_point warm_alone, all_alone, warm_pairs, end;
  scorer.score(
      block, segment_length,
      [&](const BlockResult& done) {
        const Clock::time_point now = Clock::now();
        if (done.segments_done == batch)
          warm_alone = now;
        if (done.pairs_done == 0)
          all_alone = now;
        if (done.pairs_done == batch)
          warm_pairs = now;
        end = now;
      },
      stop);
  return {static_cast<double>(timed) / seconds(warm_pairs, end),
          static_cast<double>(segments - batch) / seconds(warm_alone, all_alone), 0};
}

Speed probe_speed(Scorer& scorer, std::uint32_t segment_length, std::stop_token stop) {
  constexpr double seconds = 0.5;
  const std::uint32_t batch = scorer.info().batch;
  const Speed first = measure_speed(scorer, segment_length, batch, stop);
  const auto pairs = static_cast<std::uint64_t>(std::min(first.pairs_per_second * seconds, 1e6));
  return pairs <= batch ? first : measure_speed(scorer, segment_length, pairs, stop);
}

std::optional<Speed> what_a_run_tells(const ScorerTimes& spent, double load_seconds) {
  constexpr double enough = 2; // seconds of each kind
  if (spent.alone < enough || spent.after < enough)
    return std::nullopt;
  return Speed{static_cast<double>(spent.pairs) / spent.after, static_cast<double>(spent.segments) / spent.alone,
               load_seconds};
}

std::optional<Speed> remembered_speed(const SpeedKey& key) {
  const nlohmann::json found = read_user_cache(cache_name).value(text(key), nlohmann::json::object());
  const Speed speed{found.value("pairs", 0.0), found.value("solo", 0.0), found.value("load", 0.0)};
  if (speed.pairs_per_second > 0 && speed.solo_per_second > 0)
    return speed;
  return std::nullopt;
}

void remember_speed(const SpeedKey& key, const Speed& speed) {
  nlohmann::json cache = read_user_cache(cache_name);
  cache[text(key)] = {{"pairs", speed.pairs_per_second}, {"solo", speed.solo_per_second}, {"load", speed.load_seconds}};
  write_user_cache(cache_name, cache);
}

} // namespace longview
