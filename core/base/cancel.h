#pragma once

#include <stop_token>

#include "base/error.h"

namespace longview {

/// Throws Error(cancelled) once a stop was requested. Called at least once a batch in every long job.
inline void throw_if_cancelled(const std::stop_token& stop) {
  if (stop.stop_requested())
    throw Error(ErrorCode::cancelled, "stopped; what was finished is kept, and the same command goes on from there");
}

} // namespace longview
