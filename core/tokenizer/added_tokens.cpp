#include "tokenizer/added_tokens.h"

#include <algorithm>
#include <functional>

namespace longview {

void AddedTokens::add(std::string_view spelling, TokenId id) {
  if (spelling.empty())
    return;
  ids_.insert_or_assign(std::string(spelling), id);
  auto& lengths = lengths_[static_cast<unsigned char>(spelling.front())];
  const auto length = static_cast<std::uint32_t>(spelling.size());
  const auto place = std::lower_bound(lengths.begin(), lengths.end(), length, std::greater<>());
  if (place == lengths.end() || *place != length)
    lengths.insert(place, length);
}

std::optional<AddedTokens::Hit> AddedTokens::find(std::string_view text, std::size_t from) const {
  if (empty())
    return std::nullopt;
  for (std::size_t at = from; at < text.size(); ++at)
    for (const std::uint32_t length : lengths_[static_cast<unsigned char>(text[at])]) {
      if (length > text.size() - at)
        continue;
      const auto found = ids_.find(text.substr(at, length));
      if (found != ids_.end())
        return Hit{at, at + length, found->second};
    }
  return std::nullopt;
}

} // namespace longview
