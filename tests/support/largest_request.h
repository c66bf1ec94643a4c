#pragma once

#include <algorithm>
#include <cstdlib>
#include <new>

// Replaces the program's operator new, so that a test sees the largest single request for memory. Include it in one
// file of a test program only.

namespace longview::test {

inline std::size_t largest_request = 0; ///< bytes; set it to 0 before what is measured

inline void* request(std::size_t size) {
  largest_request = std::max(largest_request, size);
  if (void* memory = std::malloc(size ? size : 1))
    return memory;
  throw std::bad_alloc();
}

} // namespace longview::test

void* operator new(std::size_t size) {
  return longview::test::request(size);
}
void* operator new[](std::size_t size) {
  return longview::test::request(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
