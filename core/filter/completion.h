#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace longview {

/// What a filter box may offer where the cursor stands.
struct Completion {
  enum class Kind { column, keyword, sign, value };
  std::string text; ///< what is put in
  std::string help; ///< one line, may be empty
  Kind kind = Kind::keyword;
  bool operator==(const Completion&) const = default;
};

/// What completion knows of the project at hand. Values are offered quoted.
struct CompletionSource {
  std::vector<std::string> fields;   ///< of the source, without "source."
  std::vector<std::string> labels;   ///< given to any document
  std::vector<std::string> datasets; ///< names
};

struct Completions {
  std::size_t begin = 0, end = 0; ///< bytes of the filter that a candidate replaces: the word at the cursor
  std::vector<Completion> candidates;
};

/// Candidates that begin with the word at `cursor` (a byte offset; letter case does not count) and may stand there by
/// the grammar, in the order they are best shown. Nothing inside an open quote, behind a fault, and where anything may
/// be typed (a number). Pure; never throws for any bytes.
Completions complete(std::string_view filter, std::size_t cursor, const CompletionSource& source);

} // namespace longview
