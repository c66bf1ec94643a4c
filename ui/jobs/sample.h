#pragma once

#include "run/runner.h"

namespace longview {

/// The run of the sample documents that come with the program: into a project of the user's own data folder.
RunRequest sample_request();
/// Writes the sample documents where sample_request() looks for them, unless they are there. Not for the GUI thread.
void write_sample();

} // namespace longview
