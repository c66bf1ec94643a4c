#include "tokenizer/sentencepiece_tokenizer.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/cancel.h"
#include "base/error.h"
#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/score_merges.h"
#include "tokenizer/utf8.h"

namespace longview {
namespace {

using Model = SentencePieceModel;
using Type = SentencePieceModel::Type;

Hash128 fingerprint_of(const Model& model, const SentencePieceTokenizer::Options& options) {
  FingerprintWriter out;
  out.text(model.kind == Model::Kind::unigram ? "sentencepiece 2" : "sentencepiece 1")
      .number(static_cast<std::uint64_t>(model.kind))
      .text(model.character_map);
  for (const bool flag : {model.byte_fallback, model.whitespace_is_suffix, model.add_dummy_prefix,
                          model.remove_extra_whitespaces, model.escape_whitespaces, options.prefix_every_part})
    out.number(flag);
  out.number(model.pieces.size());
  for (const Model::Piece& piece : model.pieces)
    out.text(piece.text)
        .number(std::bit_cast<std::uint32_t>(piece.score))
        .number(static_cast<std::uint64_t>(piece.type));
  out.number(options.added.size());
  bool uses_classes = false;
  for (const AddedToken& token : options.added) {
    out.text(token.content).number(static_cast<std::uint64_t>(token.id));
    for (const bool flag : {token.special, token.lstrip, token.rstrip, token.single_word})
      out.number(flag);
    uses_classes = uses_classes || token.lstrip || token.rstrip || token.single_word;
  }
  return out.text(uses_classes ? character_classes() : "").digest();
}

/// The views are into `model`.
CharacterVocabulary bpe_vocabulary(const Model& model) {
  CharacterVocabulary out;
  std::vector<ScoredPiece> pieces;
  for (std::size_t k = 0; k < model.pieces.size(); ++k) {
    const auto& [text, score, type] = model.pieces[k];
    const auto id = static_cast<TokenId>(k);
    if (type == Type::normal || type == Type::user_defined || type == Type::unused)
      pieces.push_back({text, id, score, type == Type::unused});
    else if (type == Type::unknown)
      out.unknown = id;
    else if (const auto byte = type == Type::byte ? byte_of_piece(text) : std::nullopt; byte && model.byte_fallback)
      out.byte_tokens[*byte] = id;
  }
  out.fuse_unknown = true;
  add_scored_pieces(pieces, static_cast<TokenId>(model.pieces.size()), out);
  return out;
}

std::variant<Unigram, CharacterPairs> encoder_of(const Model& model) {
  if (model.kind == Model::Kind::unigram)
    return Unigram(model);
  return CharacterPairs(bpe_vocabulary(model));
}

} // namespace

struct SentencePieceTokenizer::Work {
  MappedText normalized;
  PairMerges::Workspace merging;
};

SentencePieceTokenizer::SentencePieceTokenizer(SentencePieceModel model, Options options)
    : fingerprint_(fingerprint_of(model, options)), normalizer_(model), model_(encoder_of(model)),
      prefix_every_part_(options.prefix_every_part) {
  for (std::size_t k = 0; k < model.pieces.size(); ++k) {
    const auto& piece = model.pieces[k];
    tokens_.push_back(piece.type == Type::control || piece.type == Type::unknown
                          ? piece.text
                          : bytes_of_piece(piece.text, piece.type == Type::byte));
    if (piece.type == Type::user_defined && model.kind == Model::Kind::bpe)
      user_defined_.add({piece.text, static_cast<TokenId>(k), false, false, false, false, false});
  }
  for (AddedToken& token : options.added) {
    if (const auto needed = static_cast<std::size_t>(token.id) + 1; needed > tokens_.size())
      tokens_.resize(needed);
    tokens_[static_cast<std::size_t>(token.id)] = token.content;
    added_.add(std::move(token));
  }
  description_ = fmt::format("{} {}, {} tokens{}", options.kind, model.kind == Model::Kind::bpe ? "BPE" : "unigram",
                             with_separators(tokens_.size()), model.byte_fallback ? ", byte fallback" : "");
}

Tokens SentencePieceTokenizer::encode(std::string_view text, SpecialTokens special, std::stop_token stop) const {
  throw_if_cancelled(stop);
  if (const auto invalid = first_invalid_utf8(text))
    throw Error(ErrorCode::input, fmt::format("the text is not valid UTF-8 at its byte {}", *invalid));
  Tokens out;
  out.ids.reserve(text.size() / 4 + 8);
  out.ends.reserve(text.size() / 4 + 8);
  Work work;
  AddedTokens::Cursor cursor;
  std::size_t at = 0;
  while (const auto hit = added_.next(text, special, cursor)) {
    encode_part(text, at, hit->begin, out, work, stop);
    out.ids.push_back(hit->id);
    out.ends.push_back(hit->end);
    at = hit->end;
  }
  encode_part(text, at, text.size(), out, work, stop);
  if (!out.ends.empty())
    out.ends.back() = text.size();
  return out;
}

void SentencePieceTokenizer::encode_part(std::string_view text, std::size_t begin, std::size_t end, Tokens& out,
                                         Work& work, const std::stop_token& stop) const {
  if (begin == end)
    return;
  normalizer_.apply(text.substr(begin, end - begin), prefix_every_part_ || begin == 0, work.normalized);
  const SourceView normalized = SourceView::of(work.normalized, begin, begin);
  if (const auto* unigram = std::get_if<Unigram>(&model_))
    return unigram->append(normalized, out, stop);
  const auto& pairs = std::get<CharacterPairs>(model_);
  AddedTokens::Cursor cursor;
  std::size_t at = 0;
  while (const auto hit = user_defined_.next(normalized.text, SpecialTokens::recognised, cursor)) {
    if (hit->begin > at)
      pairs.append(normalized.part(at, hit->begin), out, work.merging, stop);
    out.ids.push_back(hit->id);
    out.ends.push_back(normalized.end_of(hit->end));
    at = hit->end;
  }
  if (at < normalized.text.size())
    pairs.append(normalized.part(at, normalized.text.size()), out, work.merging, stop);
}

std::string SentencePieceTokenizer::token_bytes(TokenId id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= tokens_.size())
    throw Error(ErrorCode::usage, fmt::format("there is no token {}; the vocabulary has {}", id, tokens_.size()));
  return tokens_[static_cast<std::size_t>(id)];
}

} // namespace longview
