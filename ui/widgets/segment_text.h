#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <QString>

#include "widgets/document_data.h"

namespace longview {

/// Text of segment k (kept segments count), widened to whole characters. Nothing where the text is not there or the
/// bounds do not lie in it.
std::optional<QString> segment_text(const DocumentData& document, std::uint32_t k);

/// Where tokens end in segment_text(): `ends` are bytes from the segment's first one on, ascending. A token that ends
/// inside a character ends behind it. In a text view, where a line end of two characters counts as one, with
/// `view_positions`. Empty where there is no text.
std::vector<int> token_ends_in_text(const DocumentData& document, std::uint32_t k, std::span<const std::uint32_t> ends,
                                    bool view_positions);

} // namespace longview
