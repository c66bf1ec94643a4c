#include "corpus/json_string.h"

#include <array>
#include <cstdint>
#include <cstring>

#include <simdjson.h>

namespace longview {
namespace {

struct Escape {
  std::size_t length = 0;       ///< bytes of the escape with its backslash; 0: not an escape
  std::uint32_t code_point = 0; ///< a surrogate's own value where it is alone
};

constexpr bool is_high_surrogate(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
constexpr bool is_low_surrogate(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

/// The UTF-16 unit of "\uXXXX" at the start of `raw`.
std::optional<std::uint32_t> utf16_unit(std::string_view raw) {
  if (raw.size() < 6 || raw[0] != '\\' || raw[1] != 'u')
    return std::nullopt;
  std::uint32_t unit = 0;
  for (std::size_t k = 2; k < 6; ++k) {
    const char c = raw[k];
    const char lower = static_cast<char>(c | 0x20);
    const int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    if (digit < 0)
      return std::nullopt;
    unit = unit << 4 | static_cast<std::uint32_t>(digit);
  }
  return unit;
}

Escape unicode_escape(std::string_view raw) {
  const auto first = utf16_unit(raw);
  if (!first)
    return {};
  if (!is_high_surrogate(*first))
    return {6, *first};
  const auto second = utf16_unit(raw.substr(6));
  if (!second || !is_low_surrogate(*second))
    return {6, *first};
  return {12, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00)};
}

/// `raw` begins with a backslash.
Escape read_escape(std::string_view raw) {
  if (raw.size() < 2)
    return {};
  switch (raw[1]) {
  case '"':
  case '\\':
  case '/':
    return {2, static_cast<unsigned char>(raw[1])};
  case 'b':
    return {2, '\b'};
  case 'f':
    return {2, '\f'};
  case 'n':
    return {2, '\n'};
  case 'r':
    return {2, '\r'};
  case 't':
    return {2, '\t'};
  case 'u':
    return unicode_escape(raw);
  default:
    return {};
  }
}

void append_utf8(std::uint32_t code_point, std::string& out) {
  const auto continuation = [&](int shift) { return static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)); };
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    const std::array bytes{static_cast<char>(0xC0 | code_point >> 6), continuation(0)};
    out.append(bytes.data(), bytes.size());
  } else if (code_point < 0x10000) {
    const std::array bytes{static_cast<char>(0xE0 | code_point >> 12), continuation(6), continuation(0)};
    out.append(bytes.data(), bytes.size());
  } else {
    const std::array bytes{static_cast<char>(0xF0 | code_point >> 18), continuation(12), continuation(6),
                           continuation(0)};
    out.append(bytes.data(), bytes.size());
  }
}

/// Calls on_plain(piece) and on_code_point(value) for what `raw` is made of.
template <typename OnPlain, typename OnCodePoint>
EscapeFindings scan(std::string_view raw, OnPlain on_plain, OnCodePoint on_code_point) {
  EscapeFindings found;
  std::size_t at = 0;
  while (at < raw.size()) {
    const void* hit = std::memchr(raw.data() + at, '\\', raw.size() - at);
    const std::size_t stop = hit ? static_cast<std::size_t>(static_cast<const char*>(hit) - raw.data()) : raw.size();
    on_plain(raw.substr(at, stop - at));
    at = stop;
    if (at == raw.size())
      break;
    const Escape escape = read_escape(raw.substr(at));
    if (escape.length == 0) {
      found.bad_escape = at;
      break;
    }
    const bool alone = is_high_surrogate(escape.code_point) || is_low_surrogate(escape.code_point);
    if (alone && !found.lone_surrogate)
      found.lone_surrogate = at;
    on_code_point(alone ? 0xFFFD : escape.code_point);
    at += escape.length;
  }
  return found;
}

/// Length of the valid UTF-8 character at the start of `bytes`; 0 when there is none.
std::size_t utf8_length(std::string_view bytes) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(bytes[k]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || bytes.size() < length)
    return 0;
  for (std::size_t k = 1; k < length; ++k)
    if ((byte(k) & 0xC0) != 0x80)
      return 0;
  // Overlong forms, surrogates, and what lies beyond U+10FFFF show in the second byte.
  const bool wrong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) >= 0xA0) ||
                     (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) >= 0x90);
  return wrong ? 0 : length;
}

std::size_t count_digits(std::string_view token, std::size_t at) {
  std::size_t end = at;
  while (end < token.size() && token[end] >= '0' && token[end] <= '9')
    ++end;
  return end - at;
}

} // namespace

EscapeFindings check_json_escapes(std::string_view raw) {
  return scan(
      raw, [](std::string_view) {}, [](std::uint32_t) {});
}

EscapeFindings unescape_json(std::string_view raw, std::string& out) {
  out.reserve(out.size() + raw.size());
  return scan(
      raw, [&](std::string_view piece) { out.append(piece); },
      [&](std::uint32_t code_point) { append_utf8(code_point, out); });
}

std::optional<std::size_t> find_invalid_utf8(std::string_view bytes) {
  if (simdjson::validate_utf8(bytes.data(), bytes.size()))
    return std::nullopt;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t length = utf8_length(bytes.substr(at));
    if (length == 0)
      return at;
    at += length;
  }
  return std::nullopt;
}

bool is_json_number(std::string_view token) {
  const auto is = [&](std::size_t at, char c) { return at < token.size() && token[at] == c; };
  std::size_t at = is(0, '-') ? 1 : 0;
  const std::size_t whole = count_digits(token, at);
  if (whole == 0 || (whole > 1 && token[at] == '0'))
    return false;
  at += whole;
  if (is(at, '.')) {
    const std::size_t fraction = count_digits(token, at + 1);
    if (fraction == 0)
      return false;
    at += 1 + fraction;
  }
  if (is(at, 'e') || is(at, 'E')) {
    ++at;
    if (is(at, '+') || is(at, '-'))
      ++at;
    const std::size_t exponent = count_digits(token, at);
    if (exponent == 0)
      return false;
    at += exponent;
  }
  return at == token.size();
}

} // namespace longview
