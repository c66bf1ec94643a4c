#include "tokenizer/unigram.h"

#include <algorithm>
#include <limits>

#include "base/cancel.h"
#include "base/error.h"
#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/characters.h"

namespace longview {
namespace {

constexpr float unknown_penalty = 10; ///< below the worst piece
constexpr std::size_t characters_between_checks = 1u << 16;

using Type = SentencePieceModel::Type;

/// Above all others, so that a user-defined piece is taken always: as in sentencepiece 0.2.3 (before, -0.1 for all).
float user_defined_score(std::size_t bytes) {
  return static_cast<float>(0.1 * static_cast<double>(bytes - 1));
}

} // namespace

Unigram::Unigram(const SentencePieceModel& model) : byte_fallback_(model.byte_fallback) {
  float worst = std::numeric_limits<float>::max();
  for (std::size_t k = 0; k < model.pieces.size(); ++k) {
    const auto& piece = model.pieces[k];
    const auto id = static_cast<TokenId>(k);
    scores_.push_back(piece.score);
    user_defined_.push_back(piece.type == Type::user_defined);
    if (piece.type == Type::normal || piece.type == Type::user_defined)
      trie_.insert(piece.text, id);
    if (piece.type == Type::unknown)
      unknown_ = id;
    if (const auto byte = piece.type == Type::byte ? byte_of_piece(piece.text) : std::nullopt)
      byte_tokens_[*byte] = id;
    if (piece.type == Type::normal)
      worst = std::min(worst, piece.score);
  }
  unknown_score_ = worst - unknown_penalty;
}

void Unigram::append(SourceView text, Tokens& out, const std::stop_token& stop) const {
  if (text.text.size() >= 1u << 30)
    throw Error(ErrorCode::unsupported,
                fmt::format("a text of {} bytes is too long to be tokenized", text.text.size()));
  std::vector<Node> best(text.text.size() + 1);
  std::size_t steps = 0;
  for (std::size_t begin = 0; begin < text.text.size();) {
    if (++steps % characters_between_checks == 0)
      throw_if_cancelled(stop);
    const float here = best[begin].score;
    // Many ways to write a run of one letter differ in rounding only, so that has to be sentencepiece's.
    const auto offer = [&](std::size_t end, float score, TokenId id) {
      const float total = score + here;
      if (Node& node = best[end]; !node.reached || total > node.score)
        node = {total, id, static_cast<std::uint32_t>(begin), true};
    };
    const std::size_t length = first_character(text.text.substr(begin)).length;
    bool single = false;
    ByteTrie::Node node = ByteTrie::root;
    for (std::size_t at = begin; at < text.text.size();) {
      node = trie_.child(node, static_cast<std::uint8_t>(text.text[at++]));
      if (node == ByteTrie::nowhere)
        break;
      const TokenId id = trie_.value(node);
      if (id == ByteTrie::none)
        continue;
      offer(at,
            user_defined_[static_cast<std::size_t>(id)] ? user_defined_score(at - begin)
                                                        : scores_[static_cast<std::size_t>(id)],
            id);
      single = single || at - begin == length;
    }
    if (!single)
      offer(begin + length, unknown_score_, unknown_);
    begin += length;
  }
  std::vector<std::uint32_t> ends;
  for (std::size_t end = text.text.size(); end > 0; end = best[end].begin)
    ends.push_back(static_cast<std::uint32_t>(end));
  bool after_unknown = false;
  for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
    const Node& node = best[*end];
    const SourceView part = text.part(node.begin, *end);
    if (node.id == unknown_) {
      put_unknown(part, out, after_unknown);
    } else {
      out.ids.push_back(node.id);
      out.ends.push_back(part.end_of(part.text.size()));
    }
    after_unknown = node.id == unknown_;
  }
}

/// Spelled in bytes, of which the last holds the character; or one token for a run of them.
void Unigram::put_unknown(SourceView part, Tokens& out, bool after_unknown) const {
  const std::uint64_t end = part.end_of(part.text.size());
  if (byte_fallback_) {
    for (const char byte : part.text) {
      out.ids.push_back(byte_tokens_[static_cast<unsigned char>(byte)]);
      out.ends.push_back(part.begin);
    }
    out.ends.back() = end;
  } else if (after_unknown) {
    out.ends.back() = end;
  } else {
    out.ids.push_back(unknown_);
    out.ends.push_back(end);
  }
}

} // namespace longview
