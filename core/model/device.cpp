#include "model/device.h"

#include <charconv>
#include <mutex>

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "base/machine.h"
#include "model/kernels/kernels.h"

namespace longview {
namespace {

/// libtorch_cuda.so registers itself when it is loaded. It lies beside libtorch_cpu.so, and needs the CUDA libraries
/// that are installed only where a GPU is: a machine without them simply has no CUDA device. libtorch asks once for
/// good whether CUDA is there, so nothing may ask (hasCUDA(), is_pinned(), …) before this.
bool cuda_loaded() {
  static const bool loaded = [] {
    if (::access("/dev/nvidiactl", F_OK) != 0 && ::access("/dev/dxg", F_OK) != 0)
      return false;
    if (::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL))
      return true;
    log::warning("a GPU is there but CUDA does not load ({}); run packaging/run.sh once to install the CUDA libraries",
                 ::dlerror());
    return false;
  }();
  return loaded;
}

int cuda_devices() {
  if (!cuda_loaded() || !at::hasCUDA())
    return 0;
  return at::detail::getCUDAHooks().deviceCount();
}

/// Asked of the CUDA runtime that libtorch_cpu.so has loaded already; 0 where it does not say.
int compute_capability_major(int index) {
  using GetAttribute = int (*)(int*, int, int);
  constexpr int capability_major = 75; // cudaDevAttrComputeCapabilityMajor
  void* runtime = ::dlopen("libcudart.so.13", RTLD_NOW | RTLD_NOLOAD);
  const auto get = runtime ? reinterpret_cast<GetAttribute>(::dlsym(runtime, "cudaDeviceGetAttribute")) : nullptr;
  int major = 0;
  return get && get(&major, capability_major, index) == 0 ? major : 0;
}

c10::Device cuda_device(const std::string& name) {
  int index = 0;
  if (name.size() > 4) {
    const char* first = name.data() + 5;
    const char* last = name.data() + name.size();
    const auto [end, error] = std::from_chars(first, last, index);
    if (name[4] != ':' || error != std::errc() || end != last || index < 0)
      throw Error(ErrorCode::usage, fmt::format("\"{}\" is no device; say auto, cpu, cuda or cuda:0", name));
  }
  const int there = cuda_devices();
  if (there == 0)
    throw Error(ErrorCode::unsupported, "this machine has no usable CUDA device; say --device cpu");
  if (index >= there)
    throw Error(ErrorCode::unsupported, fmt::format("there is no device {}; the last one is cuda:{}", name, there - 1));
  return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

} // namespace

c10::Device resolve_device(const std::string& name) {
  if (name == "cpu" || (name == "auto" && cuda_devices() == 0))
    return c10::Device(c10::kCPU);
  if (name == "auto")
    return c10::Device(c10::kCUDA, 0);
  if (name.rfind("cuda", 0) == 0)
    return cuda_device(name);
  throw Error(ErrorCode::usage, fmt::format("\"{}\" is no device; say auto, cpu, cuda or cuda:0", name));
}

std::vector<std::string> device_names() {
  std::vector<std::string> names = {"cpu"};
  for (int k = 0; k < cuda_devices(); ++k)
    names.push_back(fmt::format("cuda:{}", k));
  return names;
}

DType automatic_dtype_of(c10::Device device) {
  if (device.is_cuda())
    return compute_capability_major(device.index()) >= 8 ? DType::bfloat16 : DType::float32;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bf16"))
    return DType::bfloat16;
#endif
  return DType::float32;
}

std::uint64_t free_memory(c10::Device device) {
  if (device.is_cpu())
    return available_memory();
  at::accelerator::emptyCache();
  return at::accelerator::getMemoryInfo(device.index()).first;
}

c10::ScalarType scalar_type(DType dtype, c10::Device device) {
  switch (dtype) {
  case DType::automatic:
    return scalar_type(automatic_dtype_of(device), device);
  case DType::float32:
    return c10::kFloat;
  case DType::bfloat16:
    return c10::kBFloat16;
  case DType::float16:
    if (device.is_cpu())
      throw Error(ErrorCode::unsupported, "float16 needs a CUDA device; say --dtype float32 or bfloat16");
    return c10::kHalf;
  case DType::int8:
    break;
  }
  if (!device.is_cpu())
    throw Error(ErrorCode::unsupported, "int8 runs on the processor only; say --device cpu, or --dtype bfloat16");
  if (!kernels::has_int8_products() || !at::globalContext().hasMKLDNN())
    throw Error(
        ErrorCode::unsupported,
        "int8 needs a processor with VNNI (AVX512-VNNI or AVX-VNNI), which this one lacks; say --dtype float32 or "
        "bfloat16");
  return c10::kChar;
}

} // namespace longview
