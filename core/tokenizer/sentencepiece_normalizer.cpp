#include "tokenizer/sentencepiece_normalizer.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "tokenizer/characters.h"
#include "tokenizer/utf8.h"

namespace longview {
namespace {

[[noreturn]] void damaged() {
  throw Error(ErrorCode::input, "the normalization rules of the tokenizer are damaged");
}

/// The parts of a unit of a darts-clone double array.
constexpr std::uint32_t label(std::uint32_t unit) {
  return unit & (1u << 31 | 0xff);
}
constexpr std::uint32_t offset(std::uint32_t unit) {
  return unit >> 10 << ((unit & 1u << 9) >> 6);
}
constexpr bool has_leaf(std::uint32_t unit) {
  return (unit >> 8 & 1) != 0;
}
constexpr std::uint32_t value(std::uint32_t unit) {
  return unit & 0x7fffffffu;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (unsigned k = 0; k < 4; ++k)
    out |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + k])) << 8 * k;
  return out;
}

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

} // namespace

SentencePieceNormalizer::SentencePieceNormalizer(const SentencePieceModel& model)
    : add_dummy_prefix_(model.add_dummy_prefix), remove_extra_whitespaces_(model.remove_extra_whitespaces),
      whitespace_is_suffix_(model.whitespace_is_suffix), space_(model.escape_whitespaces ? "\u2581" : " ") {
  for (const auto& piece : model.pieces)
    if (piece.type == SentencePieceModel::Type::user_defined)
      user_defined_.insert(piece.text, 0);
  if (model.character_map.empty())
    return;
  const std::string_view map = model.character_map;
  const std::uint64_t size = map.size() < 4 ? 0 : little_endian(map, 0);
  if (size == 0 || size % 4 != 0 || size >= map.size() - 4)
    damaged();
  for (std::size_t at = 4; at < 4 + size; at += 4)
    units_.push_back(little_endian(map, at));
  strings_ = map.substr(4 + size);
  if (strings_.back() != '\0' || first_invalid_utf8(strings_))
    damaged();
}

std::uint32_t SentencePieceNormalizer::unit(std::uint32_t place) const {
  if (place >= units_.size())
    damaged();
  return units_[place];
}

bool SentencePieceNormalizer::find_rule(std::string_view text, Step& out) const {
  if (units_.empty())
    return false;
  std::size_t longest = 0;
  std::uint32_t found = 0, node = offset(unit(0));
  for (std::size_t k = 0; k < text.size(); ++k) {
    const auto byte = static_cast<unsigned char>(text[k]);
    node ^= byte;
    const std::uint32_t here = unit(node);
    if (label(here) != byte)
      break;
    node ^= offset(here);
    if (has_leaf(here)) {
      longest = k + 1;
      found = value(unit(node));
    }
  }
  if (longest == 0)
    return false;
  if (found >= strings_.size() || continues(strings_[found]) || (longest < text.size() && continues(text[longest])))
    damaged();
  out = {strings_.c_str() + found, longest};
  return true;
}

SentencePieceNormalizer::Step SentencePieceNormalizer::step(std::string_view text) const {
  if (const auto match = user_defined_.longest(text); match.length > 0)
    return {text.substr(0, match.length), match.length};
  Step out;
  if (find_rule(text, out))
    return out;
  const std::size_t length = first_character(text).length;
  return {text.substr(0, length), length};
}

/// The places in `out.ends` are those where a byte's source begins, until apply() is done.
void SentencePieceNormalizer::add_space(std::uint32_t at, MappedText& out) const {
  out.text += space_;
  out.ends.insert(out.ends.end(), space_.size(), at);
}

void SentencePieceNormalizer::apply(std::string_view text, bool with_prefix, MappedText& out) const {
  if (text.size() >= 1u << 30)
    throw Error(ErrorCode::unsupported, fmt::format("a text of {} bytes is too long to be normalized", text.size()));
  out.clear();
  std::uint32_t at = 0;
  const auto rest = [&] { return text.substr(at); };
  while (remove_extra_whitespaces_ && !rest().empty()) {
    const Step first = step(rest());
    if (first.made != " ")
      break;
    at += static_cast<std::uint32_t>(first.length);
  }
  if (rest().empty())
    return;
  out.text.reserve(text.size() + text.size() / 2 + 16);
  out.ends.reserve(text.size() + text.size() / 2 + 16);
  const bool prefix = add_dummy_prefix_ && with_prefix;
  if (prefix && !whitespace_is_suffix_)
    add_space(at, out);
  bool after_space = remove_extra_whitespaces_;
  while (at < text.size()) {
    const Step one = step(rest());
    std::string_view made = one.made;
    while (after_space && made.starts_with(' '))
      made.remove_prefix(1);
    for (const char byte : made) {
      if (byte == ' ') {
        add_space(at, out);
      } else {
        out.text += byte;
        out.ends.push_back(at);
      }
    }
    if (!made.empty())
      after_space = remove_extra_whitespaces_ && made.ends_with(' ');
    at += static_cast<std::uint32_t>(one.length);
  }
  while (remove_extra_whitespaces_ && std::string_view(out.text).ends_with(space_)) {
    const std::size_t length = out.text.size() - space_.size();
    at = out.ends[length];
    out.text.resize(length);
    out.ends.resize(length);
  }
  if (prefix && whitespace_is_suffix_)
    add_space(at, out);
  // From where each byte's source begins to where it ends: where the next one's begins.
  if (!out.ends.empty())
    out.ends.erase(out.ends.begin());
  if (!out.text.empty())
    out.ends.push_back(at);
}

} // namespace longview
