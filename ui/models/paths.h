#pragma once

#include <filesystem>

#include <QString>

namespace longview {

// Paths between the window, which has them as text, and the rest.

QString to_qt(const std::filesystem::path& path);
/// Without white space around it; "~" is the user's folder.
std::filesystem::path to_path(const QString& text);
/// Absolute and without dots, so that two paths of one file are equal. Not every file is there.
std::filesystem::path plain_path(const std::filesystem::path& path);

} // namespace longview
