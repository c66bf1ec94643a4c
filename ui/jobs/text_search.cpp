#define PCRE2_CODE_UNIT_WIDTH 8
#include "jobs/text_search.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <pcre2.h>

#include "base/cancel.h"

namespace longview {
namespace {

constexpr std::size_t longest_query = 10'000;    // bytes
constexpr std::uint32_t most_steps = 10'000'000; // from one place on
constexpr std::uint32_t most_heap_kib = 100'000;
constexpr std::size_t stretch = 1 << 20; // bytes between two looks at the stop token

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Owned<pcre2_code> compiled(const SearchQuery& query) {
  if (query.words.size() > longest_query)
    throw Error(ErrorCode::usage, "what is looked for is longer than 10,000 bytes");
  std::uint32_t options = PCRE2_UTF | PCRE2_USE_OFFSET_LIMIT;
  options |= query.expression ? PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C : PCRE2_LITERAL;
  if (!query.case_sensitive)
    options |= PCRE2_CASELESS;
  int code = 0;
  PCRE2_SIZE offset = 0;
  Owned<pcre2_code> made(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(query.words.data()), query.words.size(), options,
                                       &code, &offset, nullptr));
  if (!made) {
    PCRE2_UCHAR message[256] = {};
    pcre2_get_error_message(code, message, sizeof message);
    throw Error(ErrorCode::usage,
                fmt::format("no regular expression: {} at character {}", reinterpret_cast<const char*>(message),
                            map_text(std::string_view(query.words).substr(0, offset)).text.size() + 1));
  }
  pcre2_jit_compile(made.get(), PCRE2_JIT_COMPLETE); // without it the same, only slower
  return made;
}

/// Whether byte `at` begins a character; the end does.
bool begins_character(std::string_view text, std::size_t at) {
  return at >= text.size() || !continues_character(text[at]);
}

} // namespace

SearchHits find_in_text(std::string_view text, const SearchQuery& query, std::stop_token stop) {
  SearchHits hits;
  if (query.words.empty())
    return hits;
  const Owned<pcre2_code> code = compiled(query);
  const Owned<pcre2_match_data> match(pcre2_match_data_create(1, nullptr));
  const Owned<pcre2_match_context> limits(pcre2_match_context_create(nullptr));
  if (!match || !limits)
    throw std::bad_alloc();
  pcre2_set_match_limit(limits.get(), most_steps);
  pcre2_set_heap_limit(limits.get(), most_heap_kib);
  std::uint32_t checked = 0; // documents are valid UTF-8, so looked at once, not for each hit
  for (std::size_t at = 0; at <= text.size();) {
    throw_if_cancelled(stop);
    const std::size_t until = std::min(text.size(), at + stretch); // matches that begin behind it are for the next look
    pcre2_set_offset_limit(limits.get(), until);
    const int found = pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), at, checked,
                                  match.get(), limits.get());
    checked = PCRE2_NO_UTF_CHECK;
    if (found == PCRE2_ERROR_NOMATCH) {
      at = until + 1;
    } else if (found < 0) {
      throw Error(ErrorCode::usage, "the expression takes too many steps on this text; write one that repeats less");
    } else {
      const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(match.get());
      if (ends[0] < ends[1] && ends[0] >= at) // \K and empty matches are no hits
        hits.ranges.push_back({ends[0], ends[1]});
      at = std::max<std::size_t>(ends[1], at + (ends[1] > at ? 0 : 1));
      if (hits.ranges.size() > most_hits) {
        hits.ranges.pop_back();
        hits.all = false;
        return hits;
      }
    }
    while (!begins_character(text, at))
      ++at;
  }
  return hits;
}

} // namespace longview
