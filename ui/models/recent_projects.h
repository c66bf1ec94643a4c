#pragma once

#include <filesystem>
#include <vector>

class QSettings;

namespace longview {

/// Projects opened lately, newest first, at most ten; kept in the settings. No look at the disk: one that is gone says
/// so when it is opened.
std::vector<std::filesystem::path> recent_projects(const QSettings& settings);
void remember_project(QSettings& settings, const std::filesystem::path& project);
void forget_project(QSettings& settings, const std::filesystem::path& project);

} // namespace longview
