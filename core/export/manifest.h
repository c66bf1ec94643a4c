#pragma once

#include <string>

#include "export/export.h"
#include "store/project.h"

namespace longview {

/// Beside every export: what was written and all that is needed to write it again, as indented JSON. Its key "hash" is
/// that of the file on disk.
std::string manifest_text(const ExportRequest& request, const ExportSelection& selection, const ExportSummary& summary,
                          const Project& project);

/// What a manifest says of the file it stands beside.
struct ManifestContents {
  std::filesystem::path project;
  std::string settings; ///< of the run, canonical JSON
  Hash128 model, tokenizer;
  Hash128 hash;          ///< of the file on disk
  ExportRequest request; ///< out and manifest as they lie now
};

/// Reads a manifest. Throws Error: not_found, io, input (no manifest of this program, or one that does not say enough).
ManifestContents read_manifest(const std::filesystem::path& manifest);

/// Makes the file of a manifest again, at its place. `force` replaces a file there that is not the one the manifest
/// describes. Throws Error as export_rows(), and conflict: the project's run is not the manifest's, or the file that
/// came out has another hash (then the new file and a manifest for it are there).
ExportSummary export_again(const ManifestContents& contents, const Project& project, bool force,
                           const ExportObserver& observer, std::stop_token stop);

/// True when there is a manifest whose file is still what it says: nothing would be lost that cannot be made again.
bool is_untouched_export(const std::filesystem::path& file, const std::filesystem::path& manifest,
                         std::stop_token stop);

} // namespace longview
