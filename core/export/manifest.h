#pragma once

#include <string>

#include "export/export.h"
#include "store/project.h"

namespace longview {

/// Beside every export: what was written and all that is needed to write it again, as indented JSON. Its key "hash" is
/// that of the file on disk.
std::string manifest_text(const ExportRequest& request, const ExportSelection& selection, const ExportSummary& summary,
                          const Project& project);

/// True when there is a manifest whose file is still what it says: nothing would be lost that cannot be made again.
bool is_untouched_export(const std::filesystem::path& file, const std::filesystem::path& manifest,
                         std::stop_token stop);

} // namespace longview
