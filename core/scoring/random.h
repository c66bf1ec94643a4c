#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace longview {

/// `random.Random(seed)` of CPython for an int seed: MT19937 seeded by init_by_array, and what `sample` draws from it.
/// The same stream of numbers as the released ProLong program sees.
class CPythonRandom {
 public:
  explicit CPythonRandom(std::uint64_t seed);

  /// getrandbits(bits), 1 … 64.
  std::uint64_t bits(unsigned count);
  /// _randbelow_with_getrandbits: 0 … n - 1, n >= 1.
  std::uint64_t below(std::uint64_t n);
  /// sample(range(population), count), count <= population, in the order drawn. Never holds the population when it is
  /// much larger than the sample (as CPython).
  std::vector<std::uint64_t> sample(std::uint64_t population, std::uint64_t count);

 private:
  static constexpr std::size_t length = 624;
  std::uint32_t next();
  void refill();
  void seed_by(std::uint32_t value);

  std::array<std::uint32_t, length> state_{};
  std::size_t used_ = length;
};

/// SplitMix64 (Steele, Lea, Flood 2014): the longview preset's numbers, the same on every machine.
class Stream {
 public:
  explicit Stream(std::uint64_t state) : state_(state) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }

  /// 0 … n - 1, n >= 1, each equally likely: numbers past the last whole multiple of n are drawn again.
  std::uint64_t below(std::uint64_t n) {
    const std::uint64_t over = (0 - n) % n; // 2^64 mod n
    for (;;)
      if (const std::uint64_t x = next(); over == 0 || x < 0 - over)
        return x % n;
  }

 private:
  std::uint64_t state_;
};

/// The first few of 0 … n-1 in random order: Fisher-Yates that remembers only the places it has moved. At most `Most`
/// numbers are drawn; no memory is taken.
template <std::size_t Most>
class ShortShuffle {
 public:
  explicit ShortShuffle(std::uint32_t n) : n_(n) {}

  std::uint32_t next(Stream& stream) {
    const auto r = drawn_ + static_cast<std::uint32_t>(stream.below(n_ - drawn_));
    const std::uint32_t value = at(r);
    moved_[drawn_] = {r, at(drawn_)};
    ++drawn_;
    return value;
  }

 private:
  struct Move {
    std::uint32_t place, value;
  };

  std::uint32_t at(std::uint32_t place) const {
    for (std::uint32_t k = drawn_; k-- > 0;)
      if (moved_[k].place == place)
        return moved_[k].value;
    return place;
  }

  std::uint32_t n_, drawn_ = 0;
  std::array<Move, Most> moved_{};
};

} // namespace longview
