#include "model/page_allocator.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include "base/pages.h"

namespace longview {
namespace {

constexpr std::size_t large = 2u << 20;

class PageAllocator final : public c10::Allocator {
 public:
  explicit PageAllocator(c10::Allocator& inner) : inner_(inner) {}

  c10::DataPtr allocate(std::size_t size) override {
    c10::DataPtr memory = inner_.allocate(size);
    if (size >= large)
      wish_for_huge_pages(memory.get(), size);
    return memory;
  }
  c10::DeleterFnPtr raw_deleter() const override { return inner_.raw_deleter(); }
  void copy_data(void* to, const void* from, std::size_t size) const override { inner_.copy_data(to, from, size); }

 private:
  c10::Allocator& inner_;
};

} // namespace

void wish_for_huge_pages_in_libtorch() {
  static PageAllocator allocator(*c10::GetCPUAllocator());
  c10::SetCPUAllocator(&allocator);
}

} // namespace longview
