#pragma once

#include <string>
#include <vector>

#include "export/export.h"
#include "store/project.h"

namespace longview {

/// Beside every export: what was written and all that is needed to write it again, as indented JSON. Its key "hash" is
/// that of the file on disk.
std::string manifest_text(const ExportRequest& request, const ExportSelection& selection, const ExportSummary& summary,
                          const Project& project);

/// What a manifest says of the files it stands beside.
struct ManifestContents {
  struct File {
    std::filesystem::path path; ///< where it lies now
    Hash128 hash;               ///< of the file on disk
  };
  std::filesystem::path project;
  std::string settings; ///< of the run, canonical JSON
  Hash128 model, tokenizer;
  std::vector<File> files; ///< one, unless the export was split
  ExportRequest request;   ///< out and manifest as they lie now
};

/// Reads a manifest. Throws Error: not_found, io, input (no manifest of this program, or one that does not say enough).
ManifestContents read_manifest(const std::filesystem::path& manifest);

/// Makes the files of a manifest again, at their places. `force` replaces a file there that is not the one the manifest
/// describes. Throws Error as export_rows(), and conflict: the project's run is not the manifest's, or what came out
/// are other files or other bytes (then the new files and a manifest for them are there).
ExportSummary export_again(const ManifestContents& contents, const Project& project, bool force,
                           const ExportObserver& observer, std::stop_token stop);

/// True when there is a manifest whose file is still what it says: nothing would be lost that cannot be made again.
bool is_untouched_export(const std::filesystem::path& file, const std::filesystem::path& manifest,
                         std::stop_token stop);

} // namespace longview
