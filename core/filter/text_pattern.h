#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;

namespace longview {

/// A regular expression of a filter (PCRE2 syntax, UTF-8; it may match anywhere in a text). It comes from a person and
/// meets text from documents, so its steps, depth and memory are bounded. Immutable; any thread.
class TextPattern {
 public:
  /// Throws PatternFault when it is no regular expression.
  explicit TextPattern(std::string_view expression);

  /// Bytes that are no UTF-8 match nothing. Throws Error(usage) where the expression takes more steps than a filter
  /// may: no answer would be a wrong one.
  bool matches(std::string_view text) const;

 private:
  std::string expression_;
  std::shared_ptr<pcre2_real_code_8> code_;
};

/// Why an expression cannot be compiled, and where: bytes from its start.
struct PatternFault {
  std::string what;
  std::size_t offset = 0;
};

} // namespace longview
