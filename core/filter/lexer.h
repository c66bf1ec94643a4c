#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace longview {

enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };

struct Token {
  enum class Kind {
    end,
    open,
    close,
    comma,
    range, ///< ..
    comparison,
    pattern,     ///< ~
    not_pattern, ///< !~
    word,
    number,
    text,
    invalid
  };
  Kind kind = Kind::end;
  std::size_t position = 1; ///< of its first character, counted from 1 in characters (code points), not bytes
  std::size_t begin = 0;    ///< of its first character, in bytes from 0
  std::string_view source;  ///< as it stands in the filter
  Comparison comparison = Comparison::equal;
  double number = 0;
  std::string text; ///< content of a text without its quotes; a word; what is wrong with an invalid token
};

/// Whether a word token is this keyword (lower case), in any letter case.
bool is_keyword(const Token& token, std::string_view keyword);
/// Words that are no column: and, or, not, in, is, contains, null, true, false.
bool is_reserved(const Token& token);

/// Cuts a filter into tokens, the last one of kind `end`. Never throws for any bytes: what cannot be read is an invalid
/// token, so that the parser reports the first fault from the left. `source` points into `filter`.
std::vector<Token> tokens_of(std::string_view filter);

} // namespace longview
