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
    return Arriving(values);
  at::Tensor copy = host(values.sizes(), values.scalar_type());
  Arriving arriving(copy);
  copy.copy_(values, /*non_blocking=*/true);
  arriving.record(at::accelerator::getCurrentStream(device_.index()));
  return arriving;
}

void Transfers::give_back_host_memory() const {
  if (device_.is_cpu())
    return;
  at::accelerator::synchronizeDevice(device_.index()); // what is still in use cannot be given back
  at::getHostAllocator(device_.type())->empty_cache();
}

void Transfers::Arriving::record(c10::Stream stream) {
  try {
    on_its_way_.emplace(stream.device_type());
    on_its_way_->record(stream);
  } catch (...) {
    keep_for_good();
    throw;
  }
}

const at::Tensor& Transfers::Arriving::wait() {
  if (on_its_way_) {
    on_its_way_->synchronize();
    on_its_way_.reset();
  }
  return host_;
}

Transfers::Arriving::~Arriving() {
  try {
    if (host_.defined())
      wait();
  } catch (...) {
    keep_for_good();
  }
}

/// Pinned memory that is let go of asks the device when it may be used again; one that has failed throws then, where
/// nothing may be thrown.
void Transfers::Arriving::keep_for_good() {
  if (host_.defined())
    static_cast<void>(host_.unsafeReleaseTensorImpl());
  on_its_way_.reset();
}

} // namespace longview
