#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace longview {

/// Cuts 0 … count into parts of at most `part` and calls work(begin, end) for each of them, on up to `threads` threads
/// (this one among them), each taking the next part that is left. Returns when all are done. An exception ends it: no
/// further part is begun, and the first one is thrown on.
template <typename Work>
void in_parts(std::size_t count, std::size_t part, unsigned threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto take_parts = [&] {
    for (std::size_t begin = next.fetch_add(part); begin < count; begin = next.fetch_add(part)) {
      try {
        work(begin, std::min(count, begin + part));
      } catch (...) {
        const std::scoped_lock lock(mutex);
        if (!failure)
          failure = std::current_exception();
        next = count;
        return;
      }
    }
  };
  {
    std::vector<std::jthread> helpers; // joined here
    for (std::size_t k = 1; k < std::min<std::size_t>(threads, (count + part - 1) / part); ++k)
      helpers.emplace_back(take_parts);
    take_parts();
  }
  if (failure)
    std::rethrow_exception(failure);
}

/// std::sort on up to `threads` threads.
template <typename Item, typename Less>
void sort_in_parts(std::vector<Item>& items, unsigned threads, const Less& less) {
  constexpr std::size_t least = 20'000; // fewer are not worth a thread
  const std::size_t parts = std::clamp<std::size_t>(items.size() / least, 1, std::max(1u, threads));
  const auto place = [&](std::size_t k) {
    return items.begin() + static_cast<std::ptrdiff_t>(items.size() * std::min(k, parts) / parts);
  };
  in_parts(parts, 1, threads, [&](std::size_t k, std::size_t) { std::sort(place(k), place(k + 1), less); });
  for (std::size_t width = 1; width < parts; width *= 2)
    in_parts((parts + 2 * width - 1) / (2 * width), 1, threads, [&](std::size_t k, std::size_t) {
      std::inplace_merge(place(2 * k * width), place((2 * k + 1) * width), place((2 * k + 2) * width), less);
    });
}

} // namespace longview
