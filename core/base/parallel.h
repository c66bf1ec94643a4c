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

} // namespace longview
