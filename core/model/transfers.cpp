#include "model/transfers.h"

#include <ATen/ATen.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/core/CachingHostAllocator.h>

namespace longview {

// libtorch keeps pinned memory that is let go of until the copies that use it are through, and gives it out again
// after that: there is no buffer to look after here.

at::Tensor Transfers::host(at::IntArrayRef sizes, at::ScalarType type) const {
  return at::empty(sizes, at::TensorOptions(type).pinned_memory(!device_.is_cpu()));
}

at::Tensor Transfers::to_device(const at::Tensor& filled) const {
  return device_.is_cpu() ? filled : filled.to(device_, filled.scalar_type(), /*non_blocking=*/true);
}

Transfers::Arriving Transfers::to_host(const at::Tensor& values) const {
  if (device_.is_cpu())
    return {values, std::nullopt};
  at::Tensor copy = host(values.sizes(), values.scalar_type());
  copy.copy_(values, /*non_blocking=*/true);
  c10::Event arrived(device_.type());
  arrived.record(at::accelerator::getCurrentStream(device_.index()));
  return {std::move(copy), std::move(arrived)};
}

void Transfers::give_back_host_memory() const {
  if (!device_.is_cpu())
    at::getHostAllocator(device_.type())->empty_cache();
}

const at::Tensor& Transfers::Arriving::wait() const {
  if (arrived_)
    arrived_->synchronize();
  return host_;
}

} // namespace longview
