#pragma once

#include <cstdint>
#include <optional>

#include <QString>

#include "widgets/document_data.h"

namespace longview {

/// Text of segment k (kept segments count), widened to whole characters. Nothing where the text is not there or the
/// bounds do not lie in it.
std::optional<QString> segment_text(const DocumentData& document, std::uint32_t k);

} // namespace longview
