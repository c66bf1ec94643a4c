#pragma once

#include <stop_token>

#include "run/run_model.h"
#include "run/run_session.h"
#include "store/project.h"

namespace longview {

/// A project and a run in it. Those that are there already are used as they are; new ones are made only once the model
/// is open, so that a start which fails (a type or device that is not there) leaves nothing behind.
struct OpenRun {
  /// Settles the type of `prepared`, where it is "auto". Throws Error.
  OpenRun(PreparedRun& prepared, RunModel& model, const std::stop_token& stop);

  Project project;
  RunId id;
};

} // namespace longview
