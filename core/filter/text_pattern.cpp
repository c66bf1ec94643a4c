#define PCRE2_CODE_UNIT_WIDTH 8
#include "filter/text_pattern.h"

#include <pcre2.h>

#include "base/error.h"

namespace longview {
namespace {

constexpr std::size_t longest_expression = 10'000;
constexpr std::uint32_t most_steps = 1'000'000; // a tenth of a second at worst
constexpr std::uint32_t most_heap_kib = 20'000;

/// One for all expressions; nothing writes to it after it was made.
pcre2_match_context* limits() {
  static pcre2_match_context* const context = [] {
    pcre2_match_context* made = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(made, most_steps);
    pcre2_set_depth_limit(made, most_steps);
    pcre2_set_heap_limit(made, most_heap_kib);
    return made;
  }();
  return context;
}

} // namespace

TextPattern::TextPattern(std::string_view expression) : expression_(expression) {
  if (expression.size() > longest_expression)
    throw PatternFault{"it is longer than 10,000 bytes", 0};
  int code = 0;
  PCRE2_SIZE offset = 0;
  const auto options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
  pcre2_code* const made = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression_.data()), expression_.size(), options,
                                         &code, &offset, nullptr);
  if (!made) {
    PCRE2_UCHAR message[256] = {};
    pcre2_get_error_message(code, message, sizeof message);
    throw PatternFault{reinterpret_cast<const char*>(message), offset};
  }
  code_.reset(made, [](pcre2_code* one) { pcre2_code_free(one); });
}

bool TextPattern::matches(std::string_view text) const {
  struct Free {
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  };
  const std::unique_ptr<pcre2_match_data, Free> match(pcre2_match_data_create(1, nullptr));
  const int found =
      pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, match.get(), limits());
  if (found >= 0)
    return true;
  if (found == PCRE2_ERROR_NOMATCH)
    return false;
  throw Error(ErrorCode::usage,
              fmt::format("the regular expression \"{}\" takes too many steps on a text of {} bytes; write one that "
                          "repeats less",
                          expression_, text.size()),
              "filter");
}

} // namespace longview
