#include "scoring/perplexity_scorer.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/InferenceMode.h>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "base/time_spent.h"
#include "model/flops.h"
#include "model/torch_errors.h"
#include "model/transfers.h"

namespace longview {
namespace {

double perplexity(const float* nll, std::int64_t count) {
  double sum = 0;
  for (std::int64_t k = 0; k < count; ++k)
    sum += nll[k];
  return std::exp(sum / static_cast<double>(count));
}

class PerplexityScorer final : public Scorer {
  /// libtorch's settings are per thread, and its exceptions are not ours.
  template <typename Work>
  auto translated(const Work& work) -> decltype(work()) {
    return with_our_errors(
        [&] {
          const c10::InferenceMode inference;
          const c10::DeviceGuard on_device(decoder_->device());
          if (at::get_num_threads() != threads_)
            at::set_num_threads(threads_);
          return work();
        },
        [this] {
          return fmt::format("{} has not enough memory for a batch of {} segments; say a smaller --memory, or use "
                             "--device cpu",
                             info_.device, info_.batch);
        },
        info_.device);
  }

 public:
  PerplexityScorer(std::unique_ptr<Decoder> decoder, ScorerInfo info, std::uint32_t segment_length, int threads,
                   std::size_t ahead)
      : decoder_(std::move(decoder)), transfers_(decoder_->device()), info_(std::move(info)), length_(segment_length),
        threads_(threads), ahead_(ahead) {}

  const ScorerInfo& info() const override { return info_; }

  ScorerTimes times() const override {
    return {alone_.seconds(),         after_.seconds(), decoder_->product_seconds(),
            cross_entropy_.seconds(), segments_,        pairs_};
  }

  bool use_less_memory() override {
    cache_ = {};
    slots_ = 0;
    if (info_.batch < 2)
      return false;
    info_.batch /= 2;
    info_.block_segments = std::max(info_.batch, info_.block_segments / 2 / info_.batch * info_.batch);
    return true;
  }

  double product_rate(double seconds) override {
    const std::int64_t rows = batch() * static_cast<std::int64_t>(length_);
    const double work = layer_flops(decoder_->spec()) * static_cast<double>(rows);
    return translated([&] { return work / decoder_->bare_product_seconds(rows, seconds); });
  }

  BlockResult score(const ScoreBlock& block, std::uint32_t segment_length, const BatchObserver& observer,
                    std::stop_token stop) override {
    check(block, segment_length);
    return translated([&] {
      BlockResult result;
      result.perplexity_alone.assign(block.segments.size(), 0);
      result.perplexity_after.assign(block.pairs.size(), 0);
      // At once for a whole block: memory that nobody touches costs nothing on the CPU, and one cache after the other
      // leaves holes.
      grow_cache(std::max<std::int64_t>(static_cast<std::int64_t>(block.segments.size()), info_.block_segments));
      run_batches(block, result, observer, stop);
      return result;
    });
  }

  std::vector<float> token_nll(std::span<const TokenId> prefix, std::span<const TokenId> target) override {
    check_segment(target);
    if (!prefix.empty())
      check_segment(prefix);
    return translated([&] {
      grow_cache(batch());
      const at::Tensor ids = batch_ids([&](std::int64_t) { return prefix.empty() ? target : prefix; });
      at::Tensor states = decoder_->run_alone(ids, cache_, 0);
      at::Tensor targets = ids;
      if (!prefix.empty()) {
        targets = batch_ids([&](std::int64_t) { return target; });
        states = decoder_->run_after(targets, cache_, at::zeros({batch()}, ids.options()));
      }
      const at::Tensor nll = decoder_->next_token_nll(states, targets)[0].cpu();
      const float* values = nll.const_data_ptr<float>();
      return std::vector<float>(values, values + nll.numel());
    });
  }

 private:
  std::int64_t batch() const { return info_.batch; }

  void check_segment(std::span<const TokenId> segment) const {
    if (segment.size() != length_)
      throw Error(ErrorCode::internal,
                  fmt::format("a segment of {} tokens where {} are expected", segment.size(), length_));
    for (const TokenId id : segment)
      if (id < 0 || static_cast<std::uint32_t>(id) >= info_.vocabulary)
        throw Error(ErrorCode::input,
                    fmt::format("token {} is outside the model's vocabulary of {}", id, info_.vocabulary));
  }

  void check(const ScoreBlock& block, std::uint32_t segment_length) const {
    if (segment_length != length_)
      throw Error(ErrorCode::internal,
                  fmt::format("this scorer is set up for segments of {} tokens, not {}", length_, segment_length));
    for (const auto& segment : block.segments)
      check_segment(segment);
    for (const auto& pair : block.pairs) {
      check_segment(pair.target);
      if (pair.prefix >= block.segments.size())
        throw Error(ErrorCode::internal, "a pair names a prefix outside its block");
    }
  }

  /// Slots for whole batches, so that the padding of the last one has some to write to.
  void grow_cache(std::int64_t segments) {
    const std::int64_t slots = (segments + batch() - 1) / batch() * batch();
    if (slots <= slots_)
      return;
    cache_ = {}; // first let go of the old one
    cache_ = decoder_->make_cache(slots);
    slots_ = slots;
  }

  template <typename SegmentOf>
  at::Tensor batch_ids(const SegmentOf& segment_of) const {
    at::Tensor ids = transfers_.host({batch(), static_cast<std::int64_t>(length_)}, at::kLong);
    auto* out = ids.mutable_data_ptr<std::int64_t>();
    for (std::int64_t k = 0; k < batch(); ++k)
      out = std::copy_n(segment_of(k).data(), length_, out);
    return transfers_.to_device(ids);
  }

  /// One that the device works on, or has done.
  struct Batch {
    bool of_pairs;
    std::size_t first; ///< of the block's segments or pairs
    Transfers::Arriving nll;
  };

  /// A device is given the next batches while it works on one; it does them in order, so that a pair's prefix is there.
  void run_batches(const ScoreBlock& block, BlockResult& result, const BatchObserver& observer,
                   const std::stop_token& stop) {
    std::deque<Batch> under_way;
    const auto finish_all_but = [&](std::size_t count) {
      for (; under_way.size() > count; under_way.pop_front()) {
        finish(under_way.front(), result);
        if (observer)
          observer(result);
      }
    };
    const auto run = [&](std::size_t count, const auto& begin) {
      for (std::size_t first = 0; first < count; first += static_cast<std::size_t>(batch())) {
        throw_if_cancelled(stop);
        under_way.push_back(begin(first));
        finish_all_but(ahead_);
      }
    };
    run(block.segments.size(), [&](std::size_t first) { return begin_segments(block, first); });
    run(block.pairs.size(), [&](std::size_t first) { return begin_pairs(block, first); });
    finish_all_but(0);
  }

  Batch begin_segments(const ScoreBlock& block, std::size_t first) {
    const Timed timed(alone_);
    // the last batch is padded with its own last segment
    const std::size_t last = block.segments.size() - 1;
    const auto index = [&](std::int64_t k) { return std::min(first + static_cast<std::size_t>(k), last); };
    const at::Tensor ids = batch_ids([&](std::int64_t k) { return block.segments[index(k)]; });
    const at::Tensor states = decoder_->run_alone(ids, cache_, static_cast<std::int64_t>(first));
    return {false, first, likelihoods(states, ids)};
  }

  Batch begin_pairs(const ScoreBlock& block, std::size_t first) {
    const Timed timed(after_);
    const std::size_t last = block.pairs.size() - 1;
    const auto index = [&](std::int64_t k) { return std::min(first + static_cast<std::size_t>(k), last); };
    const at::Tensor ids = batch_ids([&](std::int64_t k) { return block.pairs[index(k)].target; });
    const at::Tensor slots = transfers_.host({batch()}, at::kLong);
    for (std::int64_t k = 0; k < batch(); ++k)
      slots.mutable_data_ptr<std::int64_t>()[k] = block.pairs[index(k)].prefix;
    const at::Tensor states = decoder_->run_after(ids, cache_, transfers_.to_device(slots));
    return {true, first, likelihoods(states, ids)};
  }

  Transfers::Arriving likelihoods(const at::Tensor& states, const at::Tensor& ids) {
    if (!decoder_->device().is_cpu())
      return transfers_.to_host(decoder_->next_token_nll(states, ids));
    const Timed timed(cross_entropy_);
    return transfers_.to_host(decoder_->next_token_nll(states, ids));
  }

  /// Waits for the batch and puts its perplexities where they belong.
  void finish(Batch& batch_done, BlockResult& result) {
    const Timed timed(batch_done.of_pairs ? after_ : alone_);
    std::vector<double>& into = batch_done.of_pairs ? result.perplexity_after : result.perplexity_alone;
    const at::Tensor& nll = batch_done.nll.wait();
    const std::int64_t scored = nll.size(1);
    const std::size_t last = std::min(into.size(), batch_done.first + static_cast<std::size_t>(nll.size(0)));
    for (std::size_t k = batch_done.first; k < last; ++k)
      into[k] =
          perplexity(nll.const_data_ptr<float>() + static_cast<std::int64_t>(k - batch_done.first) * scored, scored);
    (batch_done.of_pairs ? result.pairs_done : result.segments_done) = last;
    (batch_done.of_pairs ? pairs_ : segments_) += last - batch_done.first;
  }

  std::unique_ptr<Decoder> decoder_;
  Transfers transfers_;
  ScorerInfo info_;
  std::uint32_t length_;
  int threads_;
  std::size_t ahead_; ///< batches begun before the oldest is waited for
  PrefixCache cache_;
  std::int64_t slots_ = 0;
  TimeSpent alone_, after_, cross_entropy_;
  std::uint64_t segments_ = 0, pairs_ = 0;
};

} // namespace

std::unique_ptr<Scorer> make_perplexity_scorer(std::unique_ptr<Decoder> decoder, ScorerInfo info,
                                               std::uint32_t segment_length, int threads, std::size_t ahead) {
  return std::make_unique<PerplexityScorer>(std::move(decoder), std::move(info), segment_length, threads, ahead);
}

} // namespace longview
