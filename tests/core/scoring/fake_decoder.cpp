#include "fake_decoder.h"

#include <new>

#include <ATen/ATen.h>

#include "model/decoder.h"
#include "scoring/perplexity_scorer.h"

namespace longview {
namespace {

class FakeDecoder final : public Decoder {
 public:
  FakeDecoder(FakeDecoding& decoding, std::uint32_t length) : decoding_(decoding), length_(length) {}

  const DecoderSpec& spec() const override { return spec_; }
  at::Device device() const override { return at::kCPU; }
  PrefixCache make_cache(std::int64_t slots) const override {
    decoding_.caches.push_back(slots);
    return {{at::zeros({slots}, at::kDouble)}, {}};
  }
  std::uint64_t slot_bytes() const override { return sizeof(double); }

  at::Tensor run_alone(const at::Tensor& ids, PrefixCache& cache, std::int64_t first_slot) const override {
    begin();
    const at::Tensor first = ids.select(1, 0).to(at::kDouble);
    cache.keys[0].slice(0, first_slot, first_slot + ids.size(0)).copy_(first);
    return first;
  }
  at::Tensor run_after(const at::Tensor& ids, const PrefixCache& cache, const at::Tensor& slots) const override {
    begin();
    return ids.select(1, 0).to(at::kDouble) + 1000 * cache.keys[0].index_select(0, slots);
  }
  at::Tensor next_token_nll(const at::Tensor& states, const at::Tensor& ids) const override {
    return (states + 0.001 * ids.select(1, 1))
        .log1p()
        .to(at::kFloat)
        .unsqueeze(1)
        .expand({-1, length_ - 1})
        .contiguous();
  }
  double bare_product_seconds(std::int64_t, double) const override { return 1; }

 private:
  void begin() const {
    if (++decoding_.begun == decoding_.fails_at)
      fail();
  }
  [[noreturn]] void fail() const {
    const c10::SourceLocation here{__func__, __FILE__, static_cast<std::uint32_t>(__LINE__)};
    switch (decoding_.failure) {
    case FakeDecoding::Failure::card_full:
      throw c10::OutOfMemoryError(here, "CUDA out of memory. Tried to allocate 2.00 GiB.");
    case FakeDecoding::Failure::no_pinned_memory:
      throw c10::AcceleratorError(here, 2, "CUDA error: out of memory\nSearch for `cudaErrorMemoryAllocation'");
    case FakeDecoding::Failure::no_cublas_memory:
      throw c10::Error(here, "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`");
    case FakeDecoding::Failure::no_cudnn_memory:
      throw c10::Error(here, "cuDNN error: CUDNN_STATUS_ALLOC_FAILED");
    case FakeDecoding::Failure::no_memory_for_a_tensor:
      throw c10::Error(here,
                       "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: "
                       "you tried to allocate 1000000000000 bytes. Error code 12 (Cannot allocate memory)");
    case FakeDecoding::Failure::no_host_memory:
      throw std::bad_alloc();
    case FakeDecoding::Failure::illegal_access:
      throw c10::AcceleratorError(here, 700,
                                  "CUDA error: an illegal memory access was encountered\nSearch for "
                                  "`cudaErrorIllegalAddress'\nCompile with `TORCH_USE_CUDA_DSA`");
    case FakeDecoding::Failure::wrong_shape:
      break;
    }
    throw c10::Error(here, "mat1 and mat2 shapes cannot be multiplied\nmore of it");
  }

  FakeDecoding& decoding_;
  std::int64_t length_;
  DecoderSpec spec_;
};

} // namespace

std::unique_ptr<Scorer> scorer_on_fake_decoder(FakeDecoding& decoding, std::uint32_t length, std::uint32_t batch,
                                               std::uint32_t block_segments, std::size_t ahead) {
  ScorerInfo info;
  info.device = "fake";
  info.vocabulary = 1000;
  info.batch = batch;
  info.block_segments = block_segments;
  return make_perplexity_scorer(std::make_unique<FakeDecoder>(decoding, length), info, length, 1, ahead);
}

} // namespace longview
