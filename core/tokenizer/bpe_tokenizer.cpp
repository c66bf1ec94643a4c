#include "tokenizer/bpe_tokenizer.h"

#include <algorithm>
#include <utility>

#include "base/cancel.h"
#include "base/error.h"
#include "tokenizer/utf8.h"

namespace longview {
namespace {

constexpr std::size_t pieces_between_checks = 1u << 14;
constexpr std::string_view space_symbol = "\u2581";

Hash128 fingerprint_of(const BpeVocabulary& v) {
  FingerprintWriter out;
  out.text(v.byte_level ? "byte-level BPE 2" : "character BPE 2");
  out.text(v.normalizer.signature()).text(v.pre_tokenizer.signature()).number(v.tokens.size());
  for (std::size_t k = 0; k < v.tokens.size(); ++k)
    out.number(static_cast<std::uint64_t>(v.mergeable[k])).text(v.tokens[k]);
  out.number(v.added.size());
  bool uses_classes = false;
  for (const AddedToken& token : v.added) {
    out.text(token.content).number(static_cast<std::uint64_t>(token.id));
    for (const bool flag : {token.special, token.normalized, token.lstrip, token.rstrip, token.single_word})
      out.number(flag);
    uses_classes = uses_classes || token.lstrip || token.rstrip || token.single_word;
  }
  out.text(uses_classes ? character_classes() : "");
  for (const TokenId id : v.byte_tokens)
    out.number(static_cast<std::uint64_t>(id));
  out.number(static_cast<std::uint64_t>(v.unknown)).number(v.fuse_unknown).number(v.ignore_merges);
  out.number(v.merges.size());
  for (const Merge& merge : v.merges)
    for (const TokenId id : {merge.left, merge.right, merge.merged})
      out.number(static_cast<std::uint64_t>(id));
  return out.digest();
}

std::string description_of(const BpeVocabulary& v) {
  const bool fallback = !v.byte_level && v.byte_tokens[0] != BpeVocabulary::none;
  return fmt::format("{} BPE, {} tokens{}{}{}", v.byte_level ? "byte-level" : "character-level",
                     with_separators(v.tokens.size()), fallback ? ", byte fallback" : "", v.detail.empty() ? "" : ", ",
                     v.detail);
}

std::variant<BytePairs, CharacterPairs> pairs_of(const BpeVocabulary& v) {
  std::vector<Word> words;
  for (std::size_t k = 0; k < v.tokens.size(); ++k)
    if (v.mergeable[k] && !v.tokens[k].empty())
      words.emplace_back(v.tokens[k], static_cast<TokenId>(k));
  if (v.byte_level)
    return BytePairs(v.byte_tokens, v.merges, words, {v.unknown, v.fuse_unknown, v.ignore_merges});
  CharacterVocabulary out;
  out.words = std::move(words);
  out.merges = v.merges;
  out.byte_tokens = v.byte_tokens;
  out.unknown = v.unknown;
  out.fuse_unknown = v.fuse_unknown;
  out.ignore_merges = v.ignore_merges;
  return CharacterPairs(out);
}

} // namespace

/// One call of encode(): where it stands, and the memory its pieces share.
class BpeTokenizer::Encoder {
 public:
  Encoder(const BpeTokenizer& tokenizer, std::string_view text, SpecialTokens special, const std::stop_token& stop)
      : tokenizer_(tokenizer), text_(text), special_(special), stop_(stop), walk_(tokenizer.pre_tokenizer_) {
    out_.ids.reserve(text.size() / 4 + 8);
    out_.ends.reserve(text.size() / 4 + 8);
  }

  Tokens run() {
    each_part(SourceView::of_document(text_, 0, text_.size()), tokenizer_.raw_added_, [&](SourceView part) {
      each_part(tokenizer_.normalizer_.empty() ? part : tokenizer_.normalizer_.apply(part, normalized_),
                tokenizer_.normalized_added_, [&](SourceView inner) { walk_.run(inner, merge_); });
    });
    if (!out_.ends.empty()) // bytes without a token at the very end have no next token to fall to
      out_.ends.back() = text_.size();
    return std::move(out_);
  }

 private:
  /// Puts added tokens out and hands on what lies between them.
  template <typename Use>
  void each_part(SourceView text, const AddedTokens& added, const Use& use) {
    AddedTokens::Cursor cursor;
    std::size_t at = 0;
    while (const auto hit = added.next(text.text, special_, cursor)) {
      if (hit->begin > at)
        use(text.part(at, hit->begin));
      out_.ids.push_back(hit->id);
      out_.ends.push_back(text.end_of(hit->end));
      at = hit->end;
    }
    if (at < text.text.size())
      use(text.part(at, text.text.size()));
  }

  void merge(SourceView piece) {
    if (++pieces_ % pieces_between_checks == 0)
      throw_if_cancelled(stop_);
    if (const auto* characters = std::get_if<CharacterPairs>(&tokenizer_.pairs_))
      return characters->append(piece, out_, work_, stop_);
    const std::size_t first = out_.ends.size();
    std::get<BytePairs>(tokenizer_.pairs_).append(piece.text, piece.ends ? 0 : piece.base, out_, work_, stop_);
    for (std::size_t k = first; piece.ends && k < out_.ends.size(); ++k)
      out_.ends[k] = piece.end_of(out_.ends[k]);
  }

  const BpeTokenizer& tokenizer_;
  std::string_view text_;
  SpecialTokens special_;
  const std::stop_token& stop_;
  PreTokenizer::Walk walk_;
  std::function<void(SourceView)> merge_ = [this](SourceView piece) { merge(piece); };
  MappedText normalized_;
  PairMerges::Workspace work_;
  Tokens out_;
  std::size_t pieces_ = 0;
};

BpeTokenizer::BpeTokenizer(BpeVocabulary vocabulary)
    : fingerprint_(fingerprint_of(vocabulary)), description_(description_of(vocabulary)), pairs_(pairs_of(vocabulary)),
      normalizer_(std::move(vocabulary.normalizer)), pre_tokenizer_(std::move(vocabulary.pre_tokenizer)) {
  for (AddedToken& token : vocabulary.added) {
    // Merging never makes it, or spells it otherwise: its bytes are those of its spelling.
    if (const auto place = static_cast<std::size_t>(token.id); vocabulary.byte_level)
      vocabulary.tokens[place] = token.content;
    if (!token.normalized) {
      raw_added_.add(token);
      continue;
    }
    token.content = normalizer_.apply(token.content);
    normalized_added_.add(token);
  }
  byte_fallback_ = !vocabulary.byte_level && vocabulary.byte_tokens[0] != BpeVocabulary::none;
  tokens_ = std::move(vocabulary.tokens);
  if (!vocabulary.byte_level)
    for (std::string& token : tokens_)
      token = bytes_of_piece(token, byte_fallback_);
}

Tokens BpeTokenizer::encode(std::string_view text, SpecialTokens special, std::stop_token stop) const {
  throw_if_cancelled(stop);
  if (const auto invalid = first_invalid_utf8(text))
    throw Error(ErrorCode::input, fmt::format("the text is not valid UTF-8 at its byte {}", *invalid));
  return Encoder(*this, text, special, stop).run();
}

std::string BpeTokenizer::token_bytes(TokenId id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= tokens_.size())
    throw Error(ErrorCode::usage, fmt::format("there is no token {}; the vocabulary has {}", id, tokens_.size()));
  return tokens_[static_cast<std::size_t>(id)];
}

FingerprintWriter& FingerprintWriter::text(std::string_view bytes) {
  number(bytes.size());
  hasher_.update(bytes);
  return *this;
}

FingerprintWriter& FingerprintWriter::number(std::uint64_t value) {
  hasher_.update(std::as_bytes(std::span(&value, 1)));
  return *this;
}

std::string with_separators(std::size_t number) {
  std::string count = std::to_string(number);
  for (std::size_t place = count.size(); place > 3; place -= 3)
    count.insert(place - 3, 1, ',');
  return count;
}

std::optional<std::uint8_t> byte_of_piece(std::string_view piece) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  if (piece.size() != 6 || !piece.starts_with("<0x") || piece[5] != '>')
    return std::nullopt;
  const std::size_t high = digits.find(piece[3]), low = digits.find(piece[4]);
  if (high == digits.npos || low == digits.npos)
    return std::nullopt;
  return static_cast<std::uint8_t>(high * 16 + low);
}

std::string bytes_of_piece(std::string_view piece, bool byte_fallback) {
  if (const auto byte = byte_of_piece(piece); byte && byte_fallback)
    return std::string(1, static_cast<char>(*byte));
  std::string out;
  std::size_t done = 0;
  for (std::size_t hit = piece.find(space_symbol); hit != piece.npos; hit = piece.find(space_symbol, done)) {
    out += piece.substr(done, hit - done);
    out += ' ';
    done = hit + space_symbol.size();
  }
  return out += piece.substr(done);
}

} // namespace longview
