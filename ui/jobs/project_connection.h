#pragma once

#include <filesystem>
#include <optional>

#include "store/project.h"

namespace longview {

/// The project a background thread reads, kept open from one request to the next. Belongs to that thread alone.
class ProjectConnection {
 public:
  const Project& to(const std::filesystem::path& path) {
    if (!project_ || path != path_) {
      project_.reset();
      project_.emplace(Project::open(path, Project::Mode::read_only));
      path_ = path;
    }
    return *project_;
  }

  /// The file may have been replaced: look again.
  void close() { project_.reset(); }

 private:
  std::filesystem::path path_;
  std::optional<Project> project_;
};

} // namespace longview
