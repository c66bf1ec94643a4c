#pragma once

namespace longview::gui {

/// Names a folder for sockets and locks (XDG_RUNTIME_DIR) where the environment names none, as after su, in a container
/// or under cron. Qt would otherwise tell on stderr which one it takes in its place, each time it asks, and a person
/// who wanted a figure would wonder what went wrong. The session's own, /run/user/UID, where there is one; else the one
/// that Qt would take, below the folder for temporary files. Nothing is done where neither is this user's alone: that
/// is worth Qt's warning. Call it before the application is made, while there is one thread.
void provide_runtime_folder();

} // namespace longview::gui
