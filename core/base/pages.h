#pragma once

#include <cstddef>
#include <memory>

namespace longview {

/// Zeroed memory for something large, in huge pages where the system gives them on request: filling it then costs a
/// fraction of the page faults, and walking over it fewer misses of the address translation. Unused pages take no
/// memory. Throws Error(out_of_memory).
std::shared_ptr<std::byte> allocate_pages(std::size_t size);

/// Asks for huge pages in memory that something else has allocated.
void wish_for_huge_pages(void* memory, std::size_t size);

} // namespace longview
