#include <algorithm>
#include <string>
#include <thread>

#include <ATen/Parallel.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/InferenceMode.h>
#include <malloc.h>
#include <torch/headeronly/version.h>

#include <fmt/format.h>

#include "base/error.h"
#include "model/decoder.h"
#include "model/device.h"
#include "model/families.h"
#include "model/model_memory.h"
#include "model/page_allocator.h"
#include "model/torch_errors.h"
#include "model/weights.h"
#include "scoring/perplexity_scorer.h"
#include "scoring/scorer.h"

namespace longview {
namespace {

constexpr std::uint64_t megabyte = 1u << 20;

/// Batches queued beside the one that a device works on: the one that it takes up next, and one that is being made.
constexpr std::size_t batches_ahead = 2;

/// A quarter of what is free, but on the CPU not more than a block of prefixes needs: whatever a document's length they
/// are all there is to keep, and larger blocks only save the padding of their last batch (1 % of a SmolLM2 in 64
/// segments). A card runs dry for a moment at the end of each block, so its blocks are larger.
std::uint64_t default_budget(c10::Device device) {
  return std::min((device.is_cpu() ? 384 : 8192) * megabyte, free_memory(device) / 4);
}

/// Prefixes the budget holds, a whole number of batches of them.
std::uint32_t block_segments(const Decoder& decoder, std::uint64_t budget, std::uint32_t batch) {
  const std::uint64_t slots = budget / std::max<std::uint64_t>(1, decoder.slot_bytes());
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(slots / batch * batch, batch, 4096));
}

void refuse_too_big(const ModelPlan& plan, c10::Device device, DType dtype, const std::string& path) {
  const std::uint64_t parameters = count_parameters(plan).total(), free = free_memory(device);
  const std::string problem =
      device.is_cpu() ? memory_problem(memory_by_type(plan), name(dtype), parameters, free)
                      : memory_problem(device_memory_by_type(plan), name(dtype), parameters, free, device.str());
  if (!problem.empty())
    throw Error(ErrorCode::out_of_memory, problem, path);
}

class TorchEngine final : public Engine {
 public:
  TorchEngine() {
    // Activations come and go by the batch. Left to itself glibc returns them to the system each time and pays for
    // zeroed pages again: a third of the time of a small model.
    ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
    wish_for_huge_pages_in_libtorch();
  }

  std::unique_ptr<Scorer> open(const std::string& model_path, const ScorerOptions& options,
                               std::stop_token stop) override {
    return with_our_errors([&] { return open_here(model_path, options, std::move(stop)); },
                           [&] {
                             return fmt::format(
                                 "there is not enough memory to load the model (--device {}, --dtype {}); say --dtype "
                                 "bfloat16 where it is not, another --device, or take a smaller model",
                                 options.device, name(options.dtype));
                           },
                           model_path);
  }

  DType automatic_dtype(const std::string& device) override { return automatic_dtype_of(resolve_device(device)); }
  std::vector<std::string> devices() override { return device_names(); }
  std::string version() override { return fmt::format("libtorch {}", TORCH_VERSION); }

 private:
  static std::unique_ptr<Scorer> open_here(const std::string& model_path, const ScorerOptions& options,
                                           std::stop_token stop) {
    const c10::InferenceMode inference;
    const c10::Device device = resolve_device(options.device);
    const c10::DeviceGuard on_device(device);
    const DType dtype = options.dtype == DType::automatic ? automatic_dtype_of(device) : options.dtype;
    const c10::ScalarType type = scalar_type(dtype, device);
    const ModelFiles files = open_model_files(model_path);
    const ModelPlan plan = plan_model(files);
    check_context(plan, options, model_path);
    refuse_too_big(plan, device, dtype, model_path);
    const int threads =
        options.threads > 0 ? options.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    at::set_num_threads(threads);
    const DecoderMaker maker = choose_decoder(plan.spec, type, device, options.segment_length);
    auto decoder = maker.make(load_weights(*files.tensors, plan, maker.layout, device, model_path, stop));
    ScorerInfo info = describe(plan, device, dtype, options.segment_length);
    info.block_segments =
        block_segments(*decoder, options.memory ? options.memory : default_budget(device), info.batch);
    return make_perplexity_scorer(std::move(decoder), std::move(info), options.segment_length, threads,
                                  device.is_cpu() ? 0 : batches_ahead);
  }

  static void check_context(const ModelPlan& plan, const ScorerOptions& options, const std::string& path) {
    if (options.segment_length < 2)
      throw Error(ErrorCode::usage, "a segment needs at least 2 tokens");
    const std::uint32_t longest = longest_pair(plan.spec);
    if (longest < 4)
      throw Error(ErrorCode::unsupported,
                  fmt::format("the model's context of {} tokens is too short for a pair", longest), path);
    if (std::uint64_t{2} * options.segment_length > longest)
      throw Error(
          ErrorCode::unsupported,
          fmt::format("a pair of segments takes {} tokens, but the model's context is {}; say --segment-length {} "
                      "or less",
                      std::uint64_t{2} * options.segment_length, longest, longest / 2),
          path);
  }

  static ScorerInfo describe(const ModelPlan& plan, c10::Device device, DType dtype, std::uint32_t length) {
    ScorerInfo info;
    info.architecture = plan.spec.architecture;
    info.device = device.str();
    info.dtype = dtype;
    info.parameters = count_parameters(plan).total();
    info.context = plan.spec.context;
    info.vocabulary = plan.spec.vocabulary;
    info.batch = device.is_cpu() ? cpu_batch(length) : std::clamp(8192 / length, 1u, 64u);
    return info;
  }
};

} // namespace
} // namespace longview

extern "C" __attribute__((visibility("default"))) longview::Engine* longview_engine_v1() {
  static longview::TorchEngine engine;
  return &engine;
}
