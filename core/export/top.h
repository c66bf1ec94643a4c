#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longview {

/// How much of what the filter keeps is exported, best first.
struct Top {
  enum class Kind {
    all,
    share, ///< percent of the documents, rounded up
    count, ///< documents
    tokens ///< as many of the best documents as fit into so many tokens; ends before the first that does not fit
  };
  Kind kind = Kind::all;
  double percent = 100;     ///< share: over 0, at most 100
  std::uint64_t amount = 0; ///< count or tokens
  std::string text;         ///< as it was written, for the manifest
};

/// "50%", "200", "4k", "2Mtokens", "1.5M tokens"; empty: all. Throws Error(usage) saying what is allowed.
Top parse_top(std::string_view text);

/// What is ranked: one entry a document, in source order.
struct Ranked {
  double score = 0; ///< NaN ranks behind every number
  std::uint64_t tokens = 0;
};

/// Places of the documents to keep, ascending. Equal scores: the earlier document is better.
std::vector<std::size_t> take_top(std::span<const Ranked> documents, const Top& top);

} // namespace longview
