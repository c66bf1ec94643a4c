#include "tiny_model.h"

#include <cmath>

#include "support/gguf_builder.h"
#include "tokenizer/byte_alphabet.h"

namespace longview::test {
namespace {

constexpr std::uint32_t hidden = 32, intermediate = 64, heads = 2, key_value_heads = 1, vocabulary = 256;

/// Values between -scale and scale that depend on `seed` alone.
std::string random_values(std::uint64_t count, float scale, std::uint64_t seed) {
  std::string bytes;
  std::uint64_t state = seed * 0x9E3779B97F4A7C15 + 1;
  for (std::uint64_t k = 0; k < count; ++k) {
    state = state * 6364136223846793005 + 1442695040888963407;
    const float unit = static_cast<float>(state >> 40) / static_cast<float>(1 << 24);
    bytes += GgufBuilder::raw(scale * (2 * unit - 1));
  }
  return bytes;
}

std::string ones(std::uint64_t count) {
  std::string bytes;
  for (std::uint64_t k = 0; k < count; ++k)
    bytes += GgufBuilder::raw(1.0f);
  return bytes;
}

void add_metadata(GgufBuilder& file) {
  file.string("general.architecture", "llama").string("general.name", "Tiny");
  file.u32("llama.block_count", 1).u32("llama.embedding_length", hidden);
  file.u32("llama.feed_forward_length", intermediate).u32("llama.context_length", 1024);
  file.u32("llama.attention.head_count", heads).u32("llama.attention.head_count_kv", key_value_heads);
  file.value("llama.attention.layer_norm_rms_epsilon", GgufType::f32, GgufBuilder::raw(1e-5f));
}

void add_tokenizer(GgufBuilder& file) {
  std::vector<std::string> spellings;
  for (unsigned byte = 0; byte < vocabulary; ++byte)
    spellings.push_back(spelled(static_cast<std::uint8_t>(byte)));
  file.string("tokenizer.ggml.model", "gpt2").string("tokenizer.ggml.pre", "gpt-2");
  file.strings("tokenizer.ggml.tokens", spellings).strings("tokenizer.ggml.merges", {});
  file.numbers("tokenizer.ggml.token_type", GgufType::i32, std::vector<std::int32_t>(vocabulary, 1));
}

void add_weights(GgufBuilder& file) {
  constexpr std::uint32_t f32 = 0;
  std::uint64_t seed = 0;
  const auto matrix = [&](const char* name, std::uint64_t columns, std::uint64_t rows) {
    const float scale = 1.5f / std::sqrt(static_cast<float>(hidden));
    file.tensor(name, f32, {columns, rows}, random_values(columns * rows, scale, ++seed));
  };
  const auto norm = [&](const char* name) { file.tensor(name, f32, {hidden}, ones(hidden)); };
  const std::uint64_t key_values = hidden / heads * key_value_heads;
  matrix("token_embd.weight", hidden, vocabulary);
  norm("output_norm.weight");
  norm("blk.0.attn_norm.weight");
  matrix("blk.0.attn_q.weight", hidden, hidden);
  matrix("blk.0.attn_k.weight", hidden, key_values);
  matrix("blk.0.attn_v.weight", hidden, key_values);
  matrix("blk.0.attn_output.weight", hidden, hidden);
  norm("blk.0.ffn_norm.weight");
  matrix("blk.0.ffn_gate.weight", hidden, intermediate);
  matrix("blk.0.ffn_up.weight", hidden, intermediate);
  matrix("blk.0.ffn_down.weight", intermediate, hidden);
}

} // namespace

void write_tiny_model(const std::filesystem::path& path) {
  GgufBuilder file;
  add_metadata(file);
  add_tokenizer(file);
  add_weights(file);
  file.write(path);
}

} // namespace longview::test
