#include "filter/lexer.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace longview {
namespace {

bool is_space(char c) {
  return c != '\0' && std::strchr(" \t\r\n", c) != nullptr;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_quote(char c) {
  return c == '"' || c == '\'';
}
bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// Letters of every alphabet: all bytes above ASCII count as such.
bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) {
  return begins_word(c) || is_digit(c) || c == '.' || c == '-';
}

class Lexer {
 public:
  explicit Lexer(std::string_view filter) : filter_(filter) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    do {
      tokens.push_back(next());
    } while (tokens.back().kind != Token::Kind::end);
    return tokens;
  }

 private:
  bool at_range(std::size_t offset) const { return at(offset) == '.' && at(offset + 1) == '.'; }
  char at(std::size_t offset) const { return offset < filter_.size() ? filter_[offset] : '\0'; }

  Token next() {
    while (is_space(at(end_)))
      ++end_;
    count_characters_to(end_);
    begin_ = end_;
    const char c = at(begin_);
    if (begin_ == filter_.size())
      return token(Token::Kind::end);
    if (c == '(' || c == ')')
      return punctuation(c == '(' ? Token::Kind::open : Token::Kind::close);
    if (c == ',')
      return punctuation(Token::Kind::comma);
    if (c == '~')
      return punctuation(Token::Kind::pattern);
    if (at_range(begin_))
      return punctuation(Token::Kind::range, 2);
    if (c == '!' && at(begin_ + 1) == '~')
      return punctuation(Token::Kind::not_pattern, 2);
    if (is_quote(c))
      return text();
    if (begins_word(c))
      return word();
    if (begins_number())
      return number();
    return comparison();
  }

  void count_characters_to(std::size_t offset) {
    for (; counted_ < offset; ++counted_)
      characters_ += is_continuation(filter_[counted_]) ? 0 : 1;
  }

  Token token(Token::Kind kind, std::string text = {}) const {
    Token result;
    result.kind = kind;
    result.position = characters_ + 1;
    result.begin = begin_;
    result.source = filter_.substr(begin_, end_ - begin_);
    result.text = std::move(text);
    return result;
  }

  Token punctuation(Token::Kind kind, std::size_t length = 1) {
    end_ += length;
    return token(kind);
  }

  /// The content of a quoted text that begins at end_; nothing when its quote is never closed. A backslash takes a
  /// quote or another backslash as it is.
  std::optional<std::string> quoted() {
    const char quote = at(end_++);
    std::string content;
    while (end_ < filter_.size()) {
      const char c = filter_[end_++];
      if (c == quote)
        return content;
      const bool escapes = c == '\\' && (is_quote(at(end_)) || at(end_) == '\\');
      content += escapes ? filter_[end_++] : c;
    }
    return std::nullopt;
  }

  Token text() {
    std::optional<std::string> content = quoted();
    return content ? token(Token::Kind::text, std::move(*content)) : unclosed();
  }

  Token unclosed() const {
    return token(Token::Kind::invalid, fmt::format("the text that begins here has no closing {}", filter_[begin_]));
  }

  /// A name, or source."any key at all".
  Token word() {
    while (continues_word(at(end_)) && !at_range(end_))
      ++end_;
    std::string name(filter_.substr(begin_, end_ - begin_));
    if (!name.ends_with('.') || !is_quote(at(end_)))
      return token(Token::Kind::word, std::move(name));
    const char quote = at(end_);
    const std::optional<std::string> key = quoted();
    if (!key)
      return token(Token::Kind::invalid, fmt::format("the quoted field name has no closing {}", quote));
    return token(Token::Kind::word, name + *key);
  }

  bool begins_number() const {
    const std::size_t first = at(begin_) == '-' || at(begin_) == '+' ? begin_ + 1 : begin_;
    return is_digit(at(first)) || (at(first) == '.' && is_digit(at(first + 1)));
  }

  Token number() {
    while ((continues_word(at(end_)) || at(end_) == '+') && !at_range(end_)) // 4k..16k is three tokens
      ++end_;
    // from_chars takes no plus sign.
    const char* const first = filter_.data() + begin_ + (at(begin_) == '+' ? 1 : 0);
    const char* const last = filter_.data() + end_;
    Token result = token(Token::Kind::number);
    const auto [stop, failure] = std::from_chars(first, last, result.number);
    if (failure == std::errc::result_out_of_range)
      return token(Token::Kind::invalid, fmt::format("{} is beyond the numbers a computer holds", result.source));
    const std::string_view suffix(stop, static_cast<std::size_t>(last - stop));
    if (suffix == "k" || suffix == "K")
      result.number *= 1e3;
    else if (suffix == "M")
      result.number *= 1e6;
    else if (!suffix.empty() || failure != std::errc())
      return token(Token::Kind::invalid,
                   fmt::format("{} is not a number; write one as 1500, 1.5k, 2M or 0.25", result.source));
    return result;
  }

  Token comparison() {
    constexpr std::pair<std::string_view, Comparison> signs[] = {
        {"!=", Comparison::not_equal}, {"<=", Comparison::less_equal}, {">=", Comparison::greater_equal},
        {"==", Comparison::equal},     {"=", Comparison::equal},       {"<", Comparison::less},
        {">", Comparison::greater},
    };
    for (const auto& [sign, comparison] : signs) {
      if (filter_.substr(begin_).starts_with(sign)) {
        end_ += sign.size();
        Token result = token(Token::Kind::comparison);
        result.comparison = comparison;
        return result;
      }
    }
    return stray_character();
  }

  Token stray_character() {
    ++end_;
    const char c = filter_[begin_];
    const std::string_view remedy = c == '!' ? "; write not" : c == '&' ? "; write and" : c == '|' ? "; write or" : "";
    if (c < ' ' || c == '\x7f')
      return token(Token::Kind::invalid, fmt::format("a control character means nothing here"));
    return token(Token::Kind::invalid, fmt::format("{} means nothing here{}", c, remedy));
  }

  std::string_view filter_;
  std::size_t begin_ = 0; ///< bytes: of the token at hand
  std::size_t end_ = 0;
  std::size_t counted_ = 0; ///< bytes whose characters are counted in characters_
  std::size_t characters_ = 0;
};

} // namespace

bool is_keyword(const Token& token, std::string_view keyword) {
  if (token.kind != Token::Kind::word || token.text.size() != keyword.size())
    return false;
  return std::equal(keyword.begin(), keyword.end(), token.text.begin(),
                    [](char known, char c) { return known == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
}

bool is_reserved(const Token& token) {
  constexpr std::string_view words[] = {"and", "or", "not", "in", "is", "contains", "null", "true", "false"};
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return is_keyword(token, word); });
}

std::vector<Token> tokens_of(std::string_view filter) {
  return Lexer(filter).run();
}

} // namespace longview
