#include "tokenizer/character_pairs.h"

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace longview {
namespace {

constexpr std::uint64_t joint(char32_t left, char32_t right) {
  return std::uint64_t{left} << 32 | right;
}

} // namespace

void CharacterPairs::Alphabet::set(char32_t code, TokenId id) {
  std::uint16_t& page = pages_[code >> 8];
  if (page == 0) {
    ids_.resize(ids_.size() + 256, none);
    page = static_cast<std::uint16_t>(ids_.size() / 256);
  }
  ids_[(std::size_t{page} - 1) * 256 + (code & 0xff)] = id;
}

CharacterPairs::CharacterPairs(const CharacterVocabulary& vocabulary)
    : merges_(vocabulary.merges, vocabulary.ranks), byte_tokens_(vocabulary.byte_tokens),
      byte_fallback_(vocabulary.byte_tokens[0] != none), unknown_(vocabulary.unknown),
      fuse_unknown_(vocabulary.fuse_unknown), ignore_merges_(vocabulary.ignore_merges),
      first_extra_(std::numeric_limits<TokenId>::max()) {
  for (const auto* words : {&vocabulary.words, &vocabulary.extra_characters})
    for (const auto& [text, id] : *words)
      if (const Character first = text.empty() ? Character{} : first_character(text);
          first.length == text.size() && !text.empty())
        alphabet_.set(first.code, id);
  for (const auto& [text, id] : vocabulary.extra_characters)
    first_extra_ = std::min(first_extra_, id);
  remember_joints(vocabulary);
  remember_words(vocabulary);
}

void CharacterPairs::remember_joints(const CharacterVocabulary& vocabulary) {
  std::unordered_map<TokenId, std::string_view> texts;
  texts.reserve(vocabulary.words.size());
  for (const auto* words : {&vocabulary.words, &vocabulary.extra_characters})
    for (const auto& [text, id] : *words)
      texts.insert_or_assign(id, text);
  for (const auto& [id, parts] : vocabulary.unused)
    unused_[id] = {parts.left, parts.right, texts.at(parts.left).size()};
  for (const Merge& merge : vocabulary.merges) {
    const std::string_view left = texts.at(merge.left), right = texts.at(merge.right);
    const char32_t before = last_character(left).code, after = first_character(right).code;
    if (before < 128 && after < 128)
      ascii_joints_[before][after / 64] |= std::uint64_t{1} << after % 64;
    else
      joints_.insert(joint(before, after));
  }
}

/// Most words of ordinary text are a token as a whole. Only those are remembered that merging would make, too.
void CharacterPairs::remember_words(const CharacterVocabulary& vocabulary) {
  std::vector<Word> kept;
  PairMerges::Workspace work;
  Tokens made;
  for (const auto& [text, id] : vocabulary.words) {
    made.ids.clear();
    made.ends.clear();
    if (text.empty() || (!ignore_merges_ && text.size() > PairMerges::longest_scan))
      continue;
    if (!ignore_merges_)
      append(SourceView::of_document(text, 0, text.size()), made, work, {});
    if (ignore_merges_ || (made.ids.size() == 1 && made.ids[0] == id))
      kept.emplace_back(text, id);
  }
  words_ = WordTable(kept);
}

bool CharacterPairs::joins(char32_t left, char32_t right) const {
  if (left < 128 && right < 128)
    return (ascii_joints_[left][right / 64] >> right % 64 & 1) != 0;
  return joints_.contains(joint(left, right));
}

/// A cut is safe where no merge has these two characters at its joint: then nothing on one side ever sees the other.
void CharacterPairs::append(SourceView piece, Tokens& out, PairMerges::Workspace& work,
                            const std::stop_token& stop) const {
  if (ignore_merges_)
    if (const TokenId whole = words_.find(piece.text); whole != WordTable::none) {
      out.ids.push_back(whole);
      out.ends.push_back(piece.end_of(piece.text.size()));
      return;
    }
  work.symbols.clear();
  std::size_t begin = 0;
  char32_t before = 0;
  bool before_known = false;
  for (std::size_t at = 0; at < piece.text.size();) {
    const Character character = first_character(piece.text.substr(at));
    const TokenId id = alphabet_.find(character.code);
    if (before_known && id != none && !joins(before, character.code)) {
      flush(piece.part(begin, at), out, work, stop);
      begin = at;
    }
    at += character.length;
    if (at - begin >= std::numeric_limits<std::uint32_t>::max())
      throw Error(ErrorCode::unsupported, "a stretch of 4 GB without any break is too long to be tokenized");
    work.symbols.push_back({id == none ? unknown_character : id, static_cast<std::uint32_t>(at - begin), 0, 0, 0, 0});
    before = character.code;
    before_known = id != none;
  }
  flush(piece.part(begin, piece.text.size()), out, work, stop);
}

void CharacterPairs::flush(SourceView part, Tokens& out, PairMerges::Workspace& work,
                           const std::stop_token& stop) const {
  const TokenId whole = ignore_merges_ ? WordTable::none : words_.find(part.text);
  if (whole != WordTable::none) {
    out.ids.push_back(whole);
    out.ends.push_back(part.end_of(part.text.size()));
  } else {
    merges_.merge(work, stop);
    std::size_t begin = 0;
    bool after_unknown = false;
    for (const Symbol& symbol : work.symbols) {
      put(symbol.id, part.part(begin, symbol.end), out, after_unknown);
      begin = symbol.end;
    }
  }
  work.symbols.clear();
}

void CharacterPairs::put(TokenId id, SourceView part, Tokens& out, bool& after_unknown) const {
  const std::uint64_t end = part.end_of(part.text.size());
  if (const auto parts = unused_.find(id); parts != unused_.end()) {
    const auto& [left, right, bytes] = parts->second;
    put(left, part.part(0, bytes), out, after_unknown);
    put(right, part.part(bytes, part.text.size()), out, after_unknown);
    return;
  }
  const bool is_unknown = id == unknown_character || id >= first_extra_;
  if (!is_unknown) {
    out.ids.push_back(id);
    out.ends.push_back(end);
  } else if (byte_fallback_) {
    for (const char byte : part.text) {
      out.ids.push_back(byte_tokens_[static_cast<unsigned char>(byte)]);
      out.ends.push_back(part.begin);
    }
    out.ends.back() = end;
  } else if (unknown_ != none) {
    if (after_unknown && fuse_unknown_) {
      out.ends.back() = end;
    } else {
      out.ids.push_back(unknown_);
      out.ends.push_back(end);
    }
  }
  after_unknown = is_unknown;
}

} // namespace longview
