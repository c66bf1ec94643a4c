#include "base/hash.h"

#include <new>

#include <fmt/format.h>
#include <xxhash.h>

namespace longview {
namespace {

Hash128 from_xxh(XXH128_hash_t h) {
  return {h.high64, h.low64};
}

} // namespace

std::string Hash128::hex() const {
  return fmt::format("{:016x}{:016x}", high, low);
}

std::optional<Hash128> Hash128::from_hex(std::string_view text) {
  if (text.size() != 32)
    return std::nullopt;
  std::uint64_t halves[2] = {0, 0};
  for (std::size_t k = 0; k < 32; ++k) {
    const char c = text[k];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0)
      return std::nullopt;
    halves[k / 16] = halves[k / 16] << 4 | static_cast<std::uint64_t>(digit);
  }
  return Hash128{halves[0], halves[1]};
}

Hash128 hash128(std::span<const std::byte> bytes, std::uint64_t seed) {
  return from_xxh(XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed));
}

Hash128 hash128(std::string_view bytes, std::uint64_t seed) {
  return from_xxh(XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed));
}

struct Hasher128::State {
  XXH3_state_t* xxh = XXH3_createState();
  State() {
    if (!xxh)
      throw std::bad_alloc();
  }
  ~State() { XXH3_freeState(xxh); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Hasher128::Hasher128(std::uint64_t seed) : state_(std::make_unique<State>()) {
  XXH3_128bits_reset_withSeed(state_->xxh, seed);
}
Hasher128::~Hasher128() = default;

void Hasher128::update(std::span<const std::byte> bytes) {
  XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
}
void Hasher128::update(std::string_view bytes) {
  XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
}
Hash128 Hasher128::digest() const {
  return from_xxh(XXH3_128bits_digest(state_->xxh));
}

} // namespace longview
