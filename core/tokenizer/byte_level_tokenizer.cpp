#include "tokenizer/byte_level_tokenizer.h"

#include <utility>

#include "base/cancel.h"
#include "base/error.h"
#include "tokenizer/utf8.h"

namespace longview {
namespace {

constexpr std::size_t pieces_between_checks = 1u << 14;

template <typename T>
void update(Hasher128& hasher, const T& value) {
  hasher.update(std::as_bytes(std::span(&value, 1)));
}

/// Lengths go in before contents, so that no two vocabularies give the same bytes.
Hash128 fingerprint_of(const ByteLevelVocabulary& vocabulary) {
  Hasher128 hasher;
  const auto text = [&](std::string_view bytes) {
    update(hasher, std::uint64_t{bytes.size()});
    hasher.update(bytes);
  };
  text("byte-level BPE 1");
  text(vocabulary.pattern.expression());
  text(SplitPattern::character_tables());
  update(hasher, std::uint64_t{vocabulary.tokens.size()});
  for (std::size_t k = 0; k < vocabulary.tokens.size(); ++k) {
    update(hasher, vocabulary.kinds[k]);
    text(vocabulary.tokens[k]);
  }
  update(hasher, vocabulary.byte_tokens);
  for (const Merge& merge : vocabulary.merges)
    update(hasher, merge);
  return hasher.digest();
}

} // namespace

/// One call of encode(): where it stands, and the memory its pieces share.
class ByteLevelTokenizer::Encoder {
 public:
  Encoder(const ByteLevelTokenizer& tokenizer, std::string_view text, const std::stop_token& stop)
      : tokenizer_(tokenizer), text_(text), stop_(stop), splitter_(tokenizer.pattern_) {
    out_.ids.reserve(text.size() / 4 + 8);
    out_.ends.reserve(text.size() / 4 + 8);
  }

  Tokens run(const AddedTokens& added) {
    std::size_t at = 0;
    while (const auto hit = added.find(text_, at)) {
      merge(at, hit->begin);
      out_.ids.push_back(hit->id);
      out_.ends.push_back(hit->end);
      at = hit->end;
    }
    merge(at, text_.size());
    if (!out_.ends.empty()) // bytes without a token at the very end have no next token to fall to
      out_.ends.back() = text_.size();
    return std::move(out_);
  }

 private:
  void merge(std::size_t begin, std::size_t end) {
    splitter_.start(text_.substr(begin, end - begin));
    for (auto piece = splitter_.next(); !piece.empty(); piece = splitter_.next()) {
      if (++pieces_ % pieces_between_checks == 0)
        throw_if_cancelled(stop_);
      tokenizer_.pairs_.append(piece, static_cast<std::uint64_t>(piece.data() - text_.data()), out_, work_, stop_);
    }
  }

  const ByteLevelTokenizer& tokenizer_;
  std::string_view text_;
  const std::stop_token& stop_;
  Splitter splitter_;
  BytePairs::Workspace work_;
  Tokens out_;
  std::size_t pieces_ = 0;
};

ByteLevelTokenizer::ByteLevelTokenizer(ByteLevelVocabulary vocabulary)
    : fingerprint_(fingerprint_of(vocabulary)), tokens_(std::move(vocabulary.tokens)),
      pattern_(std::move(vocabulary.pattern)), pairs_(vocabulary.byte_tokens, vocabulary.merges, tokens_) {
  for (std::size_t k = 0; k < tokens_.size(); ++k) {
    const auto id = static_cast<TokenId>(k);
    if (vocabulary.kinds[k] == TokenKind::added)
      always_.add(tokens_[k], id);
    if (vocabulary.kinds[k] == TokenKind::added || vocabulary.kinds[k] == TokenKind::special)
      recognised_.add(tokens_[k], id);
  }
}

Tokens ByteLevelTokenizer::encode(std::string_view text, SpecialTokens special, std::stop_token stop) const {
  throw_if_cancelled(stop);
  if (const auto invalid = first_invalid_utf8(text))
    throw Error(ErrorCode::input, fmt::format("the text is not valid UTF-8 at its byte {}", *invalid));
  return Encoder(*this, text, stop).run(special == SpecialTokens::recognised ? recognised_ : always_);
}

std::string ByteLevelTokenizer::token_bytes(TokenId id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= tokens_.size())
    throw Error(ErrorCode::usage, fmt::format("there is no token {}; the vocabulary has {}", id, tokens_.size()));
  return tokens_[static_cast<std::size_t>(id)];
}

std::string ByteLevelTokenizer::description() const {
  std::string count = std::to_string(tokens_.size());
  for (std::size_t place = count.size(); place > 3; place -= 3)
    count.insert(place - 3, 1, ',');
  return fmt::format("byte-level BPE, {} tokens, pattern {}", count, pattern_.name());
}

} // namespace longview
