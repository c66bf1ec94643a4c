#include "tokenizer/added_tokens.h"

#include <algorithm>
#include <utility>

#include "tokenizer/characters.h"

namespace longview {
namespace {

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  return (begin == 0 || !is_word_character(last_character(text.substr(0, begin)))) &&
         (end == text.size() || !is_word_character(first_character(text.substr(end))));
}

std::size_t before_spaces(std::string_view text, std::size_t end, std::size_t from) {
  while (end > from) {
    const Character last = last_character(text.substr(from, end - from));
    if (!is_white_space(last))
      break;
    end -= last.length;
  }
  return end;
}

std::size_t after_spaces(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const Character next = first_character(text.substr(at));
    if (!is_white_space(next))
      break;
    at += next.length;
  }
  return at;
}

} // namespace

void AddedTokens::add(AddedToken token) {
  if (token.content.empty())
    return;
  trie_.insert(token.content, static_cast<std::int32_t>(tokens_.size()));
  tokens_.push_back(std::move(token));
}

std::optional<AddedTokens::Hit> AddedTokens::next(std::string_view text, SpecialTokens special, Cursor& cursor) const {
  if (empty())
    return std::nullopt;
  while (cursor.at < text.size()) {
    const std::size_t begin = cursor.at;
    const ByteTrie::Match match = trie_.longest(text.substr(begin));
    if (match.length == 0) {
      ++cursor.at;
      continue;
    }
    const AddedToken& token = tokens_[static_cast<std::size_t>(match.value)];
    const std::size_t end = begin + match.length;
    cursor.at = end;
    if ((token.special && special == SpecialTokens::plain) || (token.single_word && !stands_alone(text, begin, end)))
      continue;
    Hit hit{std::max(begin, cursor.done), end, token.id};
    if (token.lstrip)
      hit.begin = before_spaces(text, hit.begin, cursor.done);
    if (token.rstrip)
      hit.end = after_spaces(text, end);
    hit.end = std::max(hit.end, cursor.done); // its spelling may be white space that the last hit took
    cursor.done = hit.end;
    return hit;
  }
  return std::nullopt;
}

} // namespace longview
