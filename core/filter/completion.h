#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "filter/filter.h"

namespace longview {

/// What a filter box may offer where the cursor stands.
struct Completion {
  enum class Kind { column, keyword, sign, value };
  std::string text; ///< what is put in
  std::string help; ///< one line, may be empty
  Kind kind = Kind::keyword;
  bool operator==(const Completion&) const = default;
};

/// What completion knows of the project at hand. Texts are offered quoted.
struct CompletionSource {
  std::vector<std::string> fields;   ///< of the source, without "source."
  std::vector<std::string> labels;   ///< given to any document
  std::vector<std::string> datasets; ///< names
  /// Numbers and texts that are worth offering, the best first, by column: "source.topic".
  std::map<std::string, std::vector<FilterValue>, std::less<>> values;
  bool sampled = false; ///< not every document was looked at: there may be more fields

  /// Whether a field of the source ("source.year") is in no document, as far as can be told.
  bool lacks(std::string_view column) const;
};

struct Completions {
  std::size_t begin = 0, end = 0; ///< bytes of the filter that a candidate replaces: the word at the cursor
  std::vector<Completion> candidates;
};

/// Candidates that begin with the word at `cursor` (a byte offset; letter case does not count) and may stand there by
/// the grammar, in the order they are best shown; fields of the source also by their name alone, values without their
/// quote too. Nothing behind a fault, and where anything may be typed (a number). Pure; never throws for any bytes.
Completions complete(std::string_view filter, std::size_t cursor, const CompletionSource& source);

struct Completed {
  std::string filter;
  std::size_t cursor = 0; ///< in bytes: where typing goes on
};

/// The filter with a candidate put in, and the spaces around it that a person would have typed.
Completed completed(std::string_view filter, const Completions& at, const Completion& taken);

} // namespace longview
