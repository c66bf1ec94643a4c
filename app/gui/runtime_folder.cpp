#include "runtime_folder.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace longview::gui {
namespace {

/// A folder, no link to one, that nobody else can look into.
bool is_private(const std::string& folder) {
  struct stat status {};
  return ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() &&
         (status.st_mode & 07777) == 0700;
}

std::string temporary_folder() {
  std::error_code none;
  const std::filesystem::path place = std::filesystem::temp_directory_path(none);
  if (place.empty())
    return {}; // TMPDIR names no folder
  const passwd* const user = ::getpwuid(::geteuid());
  return place / ("runtime-" + (user ? std::string(user->pw_name) : std::to_string(::geteuid())));
}

} // namespace

void provide_runtime_folder() {
  if (const char* const given = std::getenv("XDG_RUNTIME_DIR"); given && *given)
    return;
  std::string folder = "/run/user/" + std::to_string(::geteuid());
  if (!is_private(folder)) {
    folder = temporary_folder();
    if (!folder.empty())
      ::mkdir(folder.c_str(), 0700); // it may be there
  }
  if (is_private(folder))
    ::setenv("XDG_RUNTIME_DIR", folder.c_str(), 1);
}

} // namespace longview::gui
