#pragma once

#include <string>

#include "store/project.h"

namespace longview {

/// Reads a document's text back from where it came from, checked by its hash; from the project where it was embedded.
/// Throws Error: not_found, conflict (changed), input, io.
std::string document_text(const Project& project, RunId run, DocumentId document);

} // namespace longview
