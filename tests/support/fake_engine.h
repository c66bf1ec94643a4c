#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/error.h"
#include "base/hash.h"
#include "scoring/scorer.h"

namespace longview::test {

/// Stands in for libtorch: perplexities are hashes of the tokens, so they are the same in every run and differ for
/// every pair. `after_batch` is called after each batch on the scoring thread: tests block there, cancel, or kill
/// themselves.
class FakeEngine final : public Engine {
 public:
  std::function<void()> after_batch;
  std::atomic<std::uint64_t> segments_run{0}, pairs_run{0}, opened{0}, token_nlls_run{0};
  double fixed_perplexity = 0; ///< where not 0: what every pair gets (NaN for a model that fails)
  std::string refusal;         ///< where not empty: why no model opens
  std::uint32_t block_segments = 6;
  std::uint32_t batch = 2;
  std::uint32_t largest_batch = 1u << 20; ///< a larger one runs out of memory, in the middle of its block
  std::atomic<std::uint64_t> out_of_memory{0};
  std::vector<std::string> device_names = {"cpu"};

  std::unique_ptr<Scorer> open(const std::string&, const ScorerOptions& options, std::stop_token) override {
    if (!refusal.empty())
      throw Error(ErrorCode::unsupported, refusal);
    ++opened;
    return std::make_unique<FakeScorer>(*this, options);
  }
  DType automatic_dtype(const std::string&) override { return DType::float32; }
  std::vector<std::string> devices() override { return device_names; }
  std::string version() override { return "fake"; }

  static double alone(std::span<const TokenId> segment) { return 20.0 + part(hash(segment, 1)) * 30.0; }
  static double after(std::span<const TokenId> prefix, std::span<const TokenId> target) {
    return alone(target) * (0.55 + 0.5 * part(hash(prefix, hash(target, 2).low)));
  }

 private:
  static Hash128 hash(std::span<const TokenId> tokens, std::uint64_t seed) {
    return hash128(std::as_bytes(tokens), seed);
  }
  static double part(Hash128 h) { return static_cast<double>(h.low >> 40) / static_cast<double>(1 << 24); }

  class FakeScorer final : public Scorer {
   public:
    FakeScorer(FakeEngine& engine, const ScorerOptions& options) : engine_(engine) {
      info_.architecture = "fake";
      info_.device = options.device == "auto" ? "cpu" : options.device;
      info_.dtype = options.dtype == DType::automatic ? DType::float32 : options.dtype;
      info_.context = 8192;
      info_.vocabulary = 1u << 20;
      info_.batch = engine.batch;
      info_.block_segments = engine.block_segments;
    }
    const ScorerInfo& info() const override { return info_; }
    bool use_less_memory() override {
      if (info_.batch < 2)
        return false;
      info_.batch /= 2;
      info_.block_segments = std::max(info_.batch, info_.block_segments / 2);
      return true;
    }

    BlockResult score(const ScoreBlock& block, std::uint32_t, const BatchObserver& observer,
                      std::stop_token stop) override {
      BlockResult result;
      result.perplexity_alone.resize(block.segments.size());
      result.perplexity_after.resize(block.pairs.size());
      for (std::size_t k = 0; k < block.segments.size(); ++k)
        result.perplexity_alone[k] = alone(block.segments[k]);
      batches(block.segments.size(), result.segments_done, engine_.segments_run, result, observer, stop);
      for (std::size_t k = 0; k < block.pairs.size(); ++k)
        result.perplexity_after[k] = engine_.fixed_perplexity != 0
                                         ? engine_.fixed_perplexity
                                         : after(block.segments[block.pairs[k].prefix], block.pairs[k].target);
      batches(block.pairs.size(), result.pairs_done, engine_.pairs_run, result, observer, stop);
      return result;
    }

    /// Means are the logarithms of alone() and after(); around them the values go up and down.
    std::vector<float> token_nll(std::span<const TokenId> prefix, std::span<const TokenId> target) override {
      const std::size_t scored = target.size() - 1;
      const double mean = std::log(prefix.empty() ? alone(target) : after(prefix, target));
      const double wave = prefix.empty() ? 1.0 : 0.5;
      std::vector<float> nll(scored, static_cast<float>(mean));
      for (std::size_t t = 0; t + 1 < scored; t += 2) {
        nll[t] = static_cast<float>(mean + wave);
        nll[t + 1] = static_cast<float>(mean - wave);
      }
      ++engine_.token_nlls_run;
      return nll;
    }

   private:
    void batches(std::size_t count, std::size_t& done, std::atomic<std::uint64_t>& run, const BlockResult& result,
                 const BatchObserver& observer, const std::stop_token& stop) {
      while (done < count) {
        throw_if_cancelled(stop);
        const std::size_t next = std::min<std::size_t>(count, done + info_.batch);
        run += next - done;
        done = next;
        if (observer)
          observer(result);
        if (engine_.after_batch)
          engine_.after_batch();
        if (info_.batch > engine_.largest_batch) {
          ++engine_.out_of_memory;
          throw Error(ErrorCode::out_of_memory, "the fake device is full");
        }
      }
    }

    FakeEngine& engine_;
    ScorerInfo info_;
  };
};

/// Puts a FakeEngine in the place of the real one for as long as it lives.
class UseFakeEngine {
 public:
  UseFakeEngine() { set_engine(&engine); }
  ~UseFakeEngine() { set_engine(nullptr); }
  UseFakeEngine(const UseFakeEngine&) = delete;
  UseFakeEngine& operator=(const UseFakeEngine&) = delete;

  FakeEngine engine;
};

} // namespace longview::test
