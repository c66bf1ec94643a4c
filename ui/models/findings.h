#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <QString>

#include "store/project.h"
#include "widgets/segment_text.h"

namespace longview {

/// In the order in which they are shown.
enum class FoundKind { command, document, label, note, text, help, other_text };

/// One place that holds what was looked for. All words are text as it was found, on one line.
struct Finding {
  FoundKind kind = FoundKind::command;
  QString words;
  int hit = 0, hit_length = 0; ///< what of `words` was looked for; 0 long where it is elsewhere
  QString where;               ///< what it belongs to
  DocumentId document{};       ///< of documents, notes and texts
  ByteRange range;             ///< of texts, in the document's
  QString target;              ///< the label, or the help page by its file name without ending
  std::size_t command = 0;     ///< place in SearchScope::commands
};

struct FoundGroup {
  FoundKind kind = FoundKind::command;
  std::vector<Finding> findings; ///< the first of them
  std::uint64_t count = 0;       ///< of all that were found
};

} // namespace longview
