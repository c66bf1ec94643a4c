#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "widgets/segment_text.h"

namespace longview {

/// What to look for in a text.
struct SearchQuery {
  std::string words; ///< UTF-8, without ends of lines unless they are written in a regular expression
  bool case_sensitive = false;
  bool expression = false; ///< a regular expression (PCRE2); ^ and $ are ends of lines
  bool operator==(const SearchQuery&) const = default;
};

struct SearchHits {
  std::vector<ByteRange> ranges; ///< ascending, none empty, none in another
  bool all = true;               ///< false: there are more than most_hits
};

constexpr std::size_t most_hits = 2'000'000;

/// All places of a text, valid UTF-8, in which it is found; upper and lower case are those of Unicode. Throws
/// Error(usage) for what is no regular expression, telling where, or takes more steps than a search may; cancelled. Any
/// thread.
SearchHits find_in_text(std::string_view text, const SearchQuery& query, std::stop_token stop = {});

} // namespace longview
