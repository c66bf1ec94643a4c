#include "base/error.h"

namespace longview {

Error::Error(ErrorCode code, std::string message, std::string context)
    : std::runtime_error(context.empty() ? message : context + ": " + message), code_(code),
      message_(std::move(message)), context_(std::move(context)) {}

int exit_status(ErrorCode code) noexcept {
  switch (code) {
  case ErrorCode::usage:
  case ErrorCode::not_found:
  case ErrorCode::conflict:
    return 2;
  case ErrorCode::input:
  case ErrorCode::unsupported:
    return 3;
  case ErrorCode::cancelled:
    return 130;
  case ErrorCode::internal:
  case ErrorCode::io:
  case ErrorCode::busy:
  case ErrorCode::out_of_memory:
    break;
  }
  return 1;
}

} // namespace longview
