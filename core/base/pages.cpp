#include "base/pages.h"

#include <cstdint>

#include <sys/mman.h>

#include "base/error.h"

namespace longview {
namespace {
constexpr std::size_t huge = 2u << 20; // on x86-64
}

std::shared_ptr<std::byte> allocate_pages(std::size_t size) {
  const std::size_t reserved = size + huge; // so that a multiple of `huge` lies in it
  void* mapped = ::mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED)
    throw Error(ErrorCode::out_of_memory, fmt::format("{} MB of memory are not to be had", size >> 20));
  auto* base = static_cast<std::byte*>(mapped);
  std::byte* first = base + (huge - reinterpret_cast<std::uintptr_t>(base) % huge) % huge;
  // The rest behind the last whole one stays in small pages: a huge page there would be memory for nothing.
  if (size >= huge)
    ::madvise(first, size / huge * huge, MADV_HUGEPAGE); // a wish: small pages do as well
  return {first, [base, reserved](std::byte*) { ::munmap(base, reserved); }};
}

void wish_for_huge_pages(void* memory, std::size_t size) {
  // Whole small pages outward: where neighbours wish as well, the huge page that they share becomes one too.
  constexpr std::uintptr_t small = 4096;
  const auto first = reinterpret_cast<std::uintptr_t>(memory) / small * small;
  const auto last = (reinterpret_cast<std::uintptr_t>(memory) + size + small - 1) / small * small;
  ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

} // namespace longview
