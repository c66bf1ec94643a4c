#pragma once

namespace longview {

/// Puts the calling thread, and those it starts from now on, behind programs and threads that people wait for. Nothing
/// where the system does not let it.
void lower_thread_priority() noexcept;

} // namespace longview
