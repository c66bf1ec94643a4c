#include "tokenizer/score_merges.h"

#include <algorithm>
#include <functional>

#include "base/error.h"

namespace longview {

void add_scored_pieces(std::span<const ScoredPiece> pieces, TokenId first_free, CharacterVocabulary& out) {
  std::unordered_map<std::string_view, TokenId> ids;
  ids.reserve(pieces.size());
  std::vector<float> scores;
  for (const ScoredPiece& piece : pieces) {
    ids.emplace(piece.text, piece.id);
    out.words.emplace_back(piece.text, piece.id);
    scores.push_back(piece.score);
  }
  std::sort(scores.begin(), scores.end(), std::greater<>());
  scores.erase(std::unique(scores.begin(), scores.end()), scores.end());

  const auto id_of = [&](std::string_view part) {
    if (const auto found = ids.find(part); found != ids.end())
      return found->second;
    if (first_character(part).length != part.size())
      return CharacterVocabulary::none;
    ids.emplace(part, first_free);
    out.extra_characters.emplace_back(part, first_free);
    return first_free++;
  };
  for (const ScoredPiece& piece : pieces) {
    const auto rank = std::lower_bound(scores.begin(), scores.end(), piece.score, std::greater<>()) - scores.begin();
    for (std::size_t at = first_character(piece.text).length; at < piece.text.size();
         at += first_character(piece.text.substr(at)).length) {
      // The likelier to be missing first: an extra character is made for merges only.
      const std::string_view left = piece.text.substr(0, at), right = piece.text.substr(at);
      const bool left_is_long = first_character(left).length != left.size();
      const TokenId one = id_of(left_is_long ? left : right);
      if (one == CharacterVocabulary::none)
        continue;
      const TokenId other = id_of(left_is_long ? right : left);
      if (other == CharacterVocabulary::none)
        continue;
      const Merge merge{left_is_long ? one : other, left_is_long ? other : one, piece.id};
      out.merges.push_back(merge);
      out.ranks.push_back(static_cast<std::uint32_t>(rank));
      if (piece.unused && !out.unused.emplace(piece.id, merge).second)
        throw Error(ErrorCode::unsupported,
                    fmt::format("has the unused piece \"{}\", which more than one merge makes; that is not supported",
                                piece.text));
    }
  }
}

} // namespace longview
