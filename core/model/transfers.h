#pragma once

#include <optional>

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

namespace longview {

/// Copies between the host and one device that return at once, so that a device always has its next batch queued. For
/// the CPU there is nothing to copy. Used by one thread at a time, the one that drives the device.
class Transfers {
 public:
  explicit Transfers(at::Device device) : device_(device) {}

  /// Host memory to be filled; a device reads it by itself (pinned).
  at::Tensor host(at::IntArrayRef sizes, at::ScalarType type) const;
  /// What host() gave, on the device once that comes to it. It must not be written to any more.
  at::Tensor to_device(const at::Tensor& filled) const;

  /// Values on their way to the host. Destroyed before they are there, it waits for them.
  class Arriving {
   public:
    explicit Arriving(at::Tensor host) : host_(std::move(host)) {}
    Arriving(Arriving&&) noexcept = default;
    Arriving& operator=(Arriving&&) = delete;
    ~Arriving();

    /// To be called once the copy is queued on `stream`. Throws what the device says.
    void record(c10::Stream stream);
    /// Waits until they are there. Throws what the device says.
    const at::Tensor& wait();

   private:
    void keep_for_good();

    at::Tensor host_;
    std::optional<c10::Event> on_its_way_; ///< none: they are there
  };
  /// `values` as they will be when the device has done what it was told so far.
  Arriving to_host(const at::Tensor& values) const;

  /// After large copies: libtorch keeps the host memory they went through for the next ones.
  void give_back_host_memory() const;

 private:
  at::Device device_;
};

} // namespace longview
