#include "model/torch_errors.h"

#include <string_view>

#include <fmt/format.h>

namespace longview {

bool is_out_of_memory(const c10::Error& error) {
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error))
    return true;
  constexpr int cuda_out_of_memory = 2; // cudaErrorMemoryAllocation: of pinned memory, a context, a kernel
  if (const auto* device = dynamic_cast<const c10::AcceleratorError*>(&error))
    return device->get_error_code() == cuda_out_of_memory;
  const std::string_view text = error.what_without_backtrace();
  return text.find("can't allocate memory") != std::string_view::npos || // the CPU's allocator
         text.find("_ALLOC_FAILED") != std::string_view::npos;           // CUBLAS_STATUS_…, CUDNN_STATUS_…
}

Error our_error(const c10::Error& error, const std::string& if_out_of_memory, const std::string& where) {
  if (is_out_of_memory(error))
    return Error(ErrorCode::out_of_memory, if_out_of_memory, where);
  const std::string_view text = error.what_without_backtrace();
  const std::string_view first_line = text.substr(0, text.find('\n')); // advice for those who debug kernels follows
  if (dynamic_cast<const c10::AcceleratorError*>(&error))              // it gives nothing but this error from now on
    return Error(ErrorCode::internal,
                 fmt::format("the GPU failed: {}; what is scored is kept: start the program again, and the same run "
                             "goes on",
                             first_line),
                 where);
  return Error(ErrorCode::internal,
               fmt::format("libtorch failed: {}; try --device cpu, or another --dtype, and report it", first_line),
               where);
}

} // namespace longview
