#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include "store/connection.h"
#include "store/project.h"

namespace longview {

/// Counts the connections of this process to a file, so that what lies beside it is known to be in use. Any thread.
class OpenHere {
 public:
  /// Without effect on a path where nothing is yet.
  explicit OpenHere(const std::filesystem::path& path);
  ~OpenHere();
  OpenHere(OpenHere&& other) noexcept;
  OpenHere(const OpenHere&) = delete;
  OpenHere& operator=(const OpenHere&) = delete;
  OpenHere& operator=(OpenHere&&) = delete;

  bool alone() const { return alone_; } ///< nothing else of this process had it open

 private:
  using File = std::pair<std::uint64_t, std::uint64_t>; ///< device, inode: a path has many spellings
  std::optional<File> file_;
  bool alone_ = true;
};

struct OpenedProject {
  OpenHere here; // outlives the connection
  Connection connection;
};

/// Opens a project file as Project::open promises: checked, migrated where the mode allows, in WAL mode.
OpenedProject open_project(const std::filesystem::path& path, Project::Mode mode);

} // namespace longview
