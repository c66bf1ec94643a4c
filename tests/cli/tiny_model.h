#pragma once

#include <filesystem>

namespace longview::test {

/// Writes a GGUF of some 100 KB that the real engine runs: a Llama of one layer with fixed random weights, whose tokens
/// are the 256 bytes. Its perplexities mean nothing, but are the same each time, and it scores thousands of pairs a
/// second.
void write_tiny_model(const std::filesystem::path& path);

} // namespace longview::test
