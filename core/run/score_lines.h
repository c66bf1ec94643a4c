#pragma once

#include <stop_token>

#include "run/import_scores.h"

namespace longview {

/// import_scores() for scores without texts (ImportRequest::score_of). Lines are {"id", "score"} objects, matched by
/// the name of the document, or numbers alone, as many as the dataset has documents and in their order; not both in one
/// file. Documents without a score stay out of the run. Throws Error: as import_scores(); input also for a line that is
/// neither, a wrong number of lines, an id that several documents have or that comes twice (FILE:LINE).
ImportSummary import_scores_alone(const ImportRequest& request, const std::stop_token& stop);

/// A run of imported scores: the field's name, or the file's where they stood alone, is part of what it is.
RunIdentity imported_identity(const ImportRequest& request, DatasetId dataset, const std::string& imported);

} // namespace longview
