#include "scoring/random.h"

#include <bit>
#include <numeric>
#include <unordered_set>

namespace longview {
namespace {

/// CPython compares an n-long list with a set of `count`: 21 words are a small set, then a table of 4^ceil(log4(3
/// count)).
std::uint64_t set_size(std::uint64_t count) {
  std::uint64_t size = 1;
  if (count <= 5)
    return 21;
  while (size < count * 3)
    size *= 4;
  return 21 + size;
}

} // namespace

CPythonRandom::CPythonRandom(std::uint64_t seed) {
  // init_by_array of the reference MT19937, with the seed's 32-bit digits as its key.
  const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  const std::size_t digits = key[1] ? 2 : 1;
  seed_by(19650218u);
  std::size_t i = 1, j = 0;
  const auto step = [&] {
    if (++i == length) {
      state_[0] = state_[length - 1];
      i = 1;
    }
  };
  for (std::size_t k = 0; k < length; ++k) {
    state_[i] = (state_[i] ^ (state_[i - 1] ^ state_[i - 1] >> 30) * 1664525u) + key[j] + static_cast<std::uint32_t>(j);
    j = (j + 1) % digits;
    step();
  }
  for (std::size_t k = 0; k < length - 1; ++k) {
    state_[i] = (state_[i] ^ (state_[i - 1] ^ state_[i - 1] >> 30) * 1566083941u) - static_cast<std::uint32_t>(i);
    step();
  }
  state_[0] = 0x80000000u;
}

void CPythonRandom::seed_by(std::uint32_t value) {
  state_[0] = value;
  for (std::size_t k = 1; k < length; ++k)
    state_[k] = 1812433253u * (state_[k - 1] ^ state_[k - 1] >> 30) + static_cast<std::uint32_t>(k);
}

void CPythonRandom::refill() {
  for (std::size_t k = 0; k < length; ++k) {
    const std::uint32_t y = (state_[k] & 0x80000000u) | (state_[(k + 1) % length] & 0x7fffffffu);
    state_[k] = state_[(k + 397) % length] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0u);
  }
  used_ = 0;
}

std::uint32_t CPythonRandom::next() {
  if (used_ == length)
    refill();
  std::uint32_t y = state_[used_++];
  y ^= y >> 11;
  y ^= y << 7 & 0x9d2c5680u;
  y ^= y << 15 & 0xefc60000u;
  return y ^ y >> 18;
}

std::uint64_t CPythonRandom::bits(unsigned count) {
  if (count <= 32)
    return next() >> (32 - count);
  const std::uint64_t low = next(); // little-endian digits; the last one is cut
  return low | static_cast<std::uint64_t>(next() >> (64 - count)) << 32;
}

std::uint64_t CPythonRandom::below(std::uint64_t n) {
  const auto width = static_cast<unsigned>(std::bit_width(n));
  std::uint64_t x = bits(width);
  while (x >= n)
    x = bits(width);
  return x;
}

std::vector<std::uint64_t> CPythonRandom::sample(std::uint64_t population, std::uint64_t count) {
  std::vector<std::uint64_t> drawn;
  drawn.reserve(count);
  if (population <= set_size(count)) {
    std::vector<std::uint64_t> pool(population);
    std::iota(pool.begin(), pool.end(), 0);
    for (std::uint64_t k = 0; k < count; ++k) {
      const std::uint64_t j = below(population - k);
      drawn.push_back(pool[j]);
      pool[j] = pool[population - k - 1];
    }
    return drawn;
  }
  std::unordered_set<std::uint64_t> taken;
  taken.reserve(count);
  while (drawn.size() < count)
    if (const std::uint64_t j = below(population); taken.insert(j).second)
      drawn.push_back(j);
  return drawn;
}

} // namespace longview
