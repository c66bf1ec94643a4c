#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// A block of work for one device. Segments may come from several documents: batches are filled across them.
struct ScoreBlock {
  /// Segments of segment_length tokens each. For every one the perplexity alone is computed, and, where a pair has it
  /// as its prefix, its keys and values in the same pass.
  std::vector<std::span<const TokenId>> segments;
  struct PairRef {
    std::uint32_t prefix = 0;        ///< index into `segments`
    std::span<const TokenId> target; ///< segment_length tokens
  };
  std::vector<PairRef> pairs;
};

/// Same order as the block. NaN or infinity where the model gives that: the caller turns it into a failed document.
struct BlockResult {
  std::vector<double> perplexity_alone;
  std::vector<double> perplexity_after;
  std::size_t segments_done = 0; ///< that many of perplexity_alone are there; segments come first
  std::size_t pairs_done = 0;    ///< that many of perplexity_after are there
};

/// Told after every batch, on the thread of score(): how far it is. What is done can be stored at once.
using BatchObserver = std::function<void(const BlockResult&)>;

enum class DType { automatic, float32, bfloat16, float16, int8 };

struct ScorerInfo {
  std::string architecture;     ///< "llama"
  std::string device;           ///< "cpu", "cuda:0"
  DType dtype = DType::float32; ///< what products run in; never `automatic`
  std::uint64_t parameters = 0;
  std::uint32_t context = 0;        ///< tokens
  std::uint32_t vocabulary = 0;     ///< rows of the output matrix
  std::uint32_t batch = 0;          ///< pairs in one fixed batch
  std::uint32_t block_segments = 0; ///< segments a block should hold at most, from the memory budget
};

/// What score() has spent so far, in seconds, and on how much; read between calls. A device that works on its own time
/// (CUDA) does not tell products and cross-entropy apart: 0.
struct ScorerTimes {
  double alone = 0;         ///< segments on their own, everything
  double after = 0;         ///< pairs, everything
  double products = 0;      ///< of both: products with the layers' matrices
  double cross_entropy = 0; ///< of both: output matrix, log-sum-exp and likelihoods
  std::uint64_t segments = 0, pairs = 0;

  ScorerTimes& operator+=(const ScorerTimes& other);
  ScorerTimes& operator-=(const ScorerTimes& other);
};

/// Runs the model. One Scorer per device, used by one thread at a time. A number does not depend on what else is in its
/// block: batches have a fixed shape, the last one padded.
class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual const ScorerInfo& info() const = 0;
  /// Stops within one batch with Error(cancelled). `segment_length` tokens in every segment, ids below
  /// info().vocabulary.
  virtual BlockResult score(const ScoreBlock& block, std::uint32_t segment_length, const BatchObserver& observer,
                            std::stop_token stop) = 0;
  /// NLL in nats of target[1 …], alone (empty prefix) or after a prefix; length segment_length - 1.
  /// Exactly the values whose mean score() takes.
  virtual std::vector<float> token_nll(std::span<const TokenId> prefix, std::span<const TokenId> target) = 0;

  /// After Error(out_of_memory) from score(): takes half the batch and half the block from now on, and says so in
  /// info(). False where it cannot do with less.
  virtual bool use_less_memory() { return false; }
  virtual ScorerTimes times() const { return {}; }
  /// Floating-point operations a second of bare products of the model's own shapes and types, nothing between them: the
  /// best of what fits into `seconds`. 0 where it cannot be measured.
  virtual double product_rate(double seconds) {
    static_cast<void>(seconds);
    return 0;
  }
};

struct ScorerOptions {
  DType dtype = DType::automatic;
  std::string device = "auto"; ///< auto, cpu, cuda, cuda:K
  std::uint32_t segment_length = 128;
  int threads = 0;          ///< 0: as many as the machine has cores
  std::uint64_t memory = 0; ///< bytes for prefixes and batches; 0: a quarter of what is free, at most 384 MiB on a CPU, 8 GiB on a card
};

/// Memory a model takes on a CPU, prefixes and batches apart.
struct DTypeMemory {
  DType dtype = DType::float32;
  std::uint64_t weights = 0; ///< bytes: matrices in this type, the rest in float32
  std::uint64_t needed = 0;  ///< bytes at the highest, while the model is loaded
};

/// What `longview-cli model` and the Score dialog show without loading the weights.
struct ModelSummary {
  std::string path;
  std::string format; ///< "GGUF v3"
  std::string architecture;
  std::string name;
  std::string tokenizer;               ///< description
  std::string weight_types;            ///< "Q4_1 210, F32 61"
  std::uint64_t parameters = 0;        ///< all of them; an embedding that is the output matrix too counts once
  std::uint64_t matrix_parameters = 0; ///< of those, what is kept in the run's type; the others are float32
  std::uint64_t prefix_values = 0;     ///< that a prefix keeps for each of its tokens
  std::uint64_t file_bytes = 0;
  std::uint32_t layers = 0, hidden = 0, heads = 0, kv_heads = 0, context = 0, vocabulary = 0;
  std::vector<DTypeMemory> memory; ///< one of each type it can run in, here or on a GPU
  std::string problem;             ///< why it cannot be used; empty when it can
};

/// The torch half, loaded when first needed (a quarter of a second and 125 MB): see engine() below.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Throws Error (not_found, input, unsupported, out_of_memory).
  virtual std::unique_ptr<Scorer> open(const std::string& model_path, const ScorerOptions& options,
                                       std::stop_token stop) = 0;
  /// What --dtype auto means on a device: bfloat16 where it has products for it, else float32.
  virtual DType automatic_dtype(const std::string& device) = 0;
  /// "cpu", "cuda:0", …
  virtual std::vector<std::string> devices() = 0;
  virtual std::string version() = 0;
};

/// Loads liblongview-engine.so, found beside the program, once per process. Throws Error(unsupported) with the remedy
/// when it is missing. Any thread.
Engine& engine();
/// Tests put a fake in its place; nullptr brings the real one back.
void set_engine(Engine* fake);

std::string_view name(DType);
/// auto, float32, bfloat16, float16, int8.
std::optional<DType> parse_dtype(std::string_view);

} // namespace longview
