#pragma once

#include <new>
#include <string>

#include <c10/util/Exception.h>

#include "base/error.h"

namespace longview {

/// Whether the device, one of its libraries or the host had not enough memory: each says it in its own way.
bool is_out_of_memory(const c10::Error& error);
/// What libtorch threw, as one sentence of ours. `where`: the model's file, or the device.
Error our_error(const c10::Error& error, const std::string& if_out_of_memory, const std::string& where);

/// What `work` gives; what libtorch throws in it becomes an Error: out_of_memory with the text that `out_of_memory()`
/// gives, or internal with libtorch's first line.
template <typename Work, typename Text>
auto with_our_errors(const Work& work, const Text& out_of_memory, const std::string& where) -> decltype(work()) {
  try {
    return work();
  } catch (const c10::Error& error) {
    throw our_error(error, out_of_memory(), where);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory, out_of_memory(), where);
  }
}

} // namespace longview
