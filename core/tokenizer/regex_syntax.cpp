#include "tokenizer/regex_syntax.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "base/error.h"

namespace longview {
namespace {

/// General categories: letters of \p{…} that both engines read alike.
constexpr std::string_view categories =
    "|L|Lu|Ll|Lt|Lm|Lo|M|Mn|Mc|Me|N|Nd|Nl|No|P|Pc|Pd|Ps|Pe|Pi|Pf|Po|S|Sm|Sc|Sk|So|Z|Zs|Zl|"
    "Zp|C|Cc|Cf|";
/// Scripts: a bare name means the script to Oniguruma and its extensions, too, to PCRE2.
constexpr std::string_view scripts =
    "|Han|Hiragana|Katakana|Hangul|Latin|Greek|Cyrillic|Arabic|Hebrew|Thai|Devanagari|";

bool listed(std::string_view list, std::string_view name) {
  return !name.empty() && name.find('|') == name.npos && list.find("|" + std::string(name) + "|") != list.npos;
}

/// Walks over the expression once.
class Translator {
 public:
  explicit Translator(std::string_view expression) : text_(expression) {}

  std::string run() {
    while (at_ < text_.size())
      one();
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const {
    throw Error(ErrorCode::unsupported,
                fmt::format("splits text by a pattern with {}, which is not supported: {}", what, text_));
  }
  bool has(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  void copy(std::size_t length) {
    out_ += text_.substr(at_, length);
    at_ += length;
  }

  void one() {
    switch (text_[at_]) {
    case '\\':
      return escape(false);
    case '[':
      return character_class();
    case '(':
      return group();
    case '^':
    case '$':
      refuse(fmt::format("the anchor {}", text_[at_]));
    case '{':
      return interval();
    case '*':
    case '+':
    case '?':
      return quantifier();
    default:
      copy(1);
    }
  }

  void group() {
    constexpr std::array<std::string_view, 7> known = {"(?:", "(?i:", "(?=", "(?!", "(?<=", "(?<!", "(?>"};
    const auto found = std::find_if(known.begin(), known.end(), [&](std::string_view one) { return has(one); });
    if (found != known.end())
      return copy(found->size());
    if (has("(?") || has("(*"))
      refuse(fmt::format("the group {}", text_.substr(at_, 4)));
    copy(1);
  }

  /// One quantifier, perhaps lazy or possessive. A second one would be read differently.
  void quantifier() {
    copy(1);
    if (at_ < text_.size() && (text_[at_] == '?' || text_[at_] == '+'))
      copy(1);
    no_more_quantifiers();
  }

  void interval() {
    const std::size_t close = text_.find('}', at_);
    const std::string_view inside = close == text_.npos ? "" : text_.substr(at_ + 1, close - at_ - 1);
    const auto digits = [](std::string_view part) {
      return part.size() <= 4 && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    const std::size_t comma = std::min(inside.find(','), inside.size());
    if (comma == 0 || !digits(inside.substr(0, comma)) || !digits(inside.substr(std::min(comma + 1, inside.size()))))
      refuse("a { that begins no interval");
    copy(close + 1 - at_);
    if (at_ < text_.size() && text_[at_] == '?')
      refuse("a lazy interval");
    no_more_quantifiers();
  }

  void no_more_quantifiers() const {
    if (at_ < text_.size() && (text_[at_] == '*' || text_[at_] == '+' || text_[at_] == '?' || text_[at_] == '{'))
      refuse("a quantifier on a quantifier");
  }

  void character_class() {
    copy(1);
    if (at_ < text_.size() && text_[at_] == '^')
      copy(1);
    if (at_ < text_.size() && text_[at_] == ']')
      refuse("a class that begins with ]");
    while (at_ < text_.size() && text_[at_] != ']') {
      if (text_[at_] == '[')
        refuse("a class within a class");
      if (has("&&"))
        refuse("an intersection of classes");
      if (text_[at_] == '\\')
        escape(true);
      else
        copy(1);
    }
    if (at_ == text_.size())
      refuse("a class without an end");
    copy(1);
  }

  void escape(bool in_class) {
    if (at_ + 1 == text_.size())
      refuse("a \\ at its end");
    const char kind = text_[at_ + 1];
    if (kind == 's' || kind == 'S') {
      const std::string_view set = kind == 's' ? white_space_class() : other_than_white_space_class();
      out_ += in_class ? std::string(set) : fmt::format("[{}]", set);
      at_ += 2;
    } else if (kind == 'p' || kind == 'P') {
      property();
    } else if (std::string_view("rntfdDae").find(kind) != std::string_view::npos ||
               !std::isalnum(static_cast<unsigned char>(kind))) {
      if (static_cast<unsigned char>(kind) >= 0x80)
        refuse("an escaped character that is not ASCII");
      copy(2);
    } else if (kind == 'x' || kind == 'u') {
      code(kind);
    } else {
      refuse(fmt::format("the escape \\{}", kind));
    }
  }

  /// \x41, \x{3000}, \u3000
  void code(char kind) {
    const bool braces = kind == 'x' && at_ + 2 < text_.size() && text_[at_ + 2] == '{';
    const std::size_t begin = at_ + (braces ? 3 : 2);
    const std::size_t end = braces ? text_.find('}', begin) : begin + (kind == 'x' ? 2 : 4);
    const std::string_view digits = end > text_.size() ? "" : text_.substr(begin, end - begin);
    if (digits.empty() || digits.size() > 6 ||
        !std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isxdigit(c) != 0; }))
      refuse("a character code that is not understood");
    if (kind == 'x' && !braces && digits[0] >= '8')
      refuse("a byte for a character"); // to Oniguruma a byte of UTF-8, to PCRE2 a code point
    out_ += fmt::format("\\x{{{}}}", digits);
    at_ = end + (braces ? 1 : 0);
  }

  void property() {
    const std::string letter = text_[at_ + 1] == 'p' ? "\\p" : "\\P";
    const std::size_t close = text_.find('}', at_);
    if (at_ + 2 >= text_.size() || text_[at_ + 2] != '{' || close == text_.npos)
      refuse("a property without braces");
    std::string_view name = text_.substr(at_ + 3, close - at_ - 3);
    const bool negated = !name.empty() && name[0] == '^';
    name.remove_prefix(negated ? 1 : 0);
    const std::string_view caret = negated ? "^" : "";
    if (listed(categories, name))
      out_ += fmt::format("{}{{{}{}}}", letter, caret, name);
    else if (listed(scripts, name))
      out_ += fmt::format("{}{{{}sc:{}}}", letter, caret, name);
    else
      refuse(fmt::format("the property {}", text_.substr(at_, close + 1 - at_)));
    at_ = close + 1;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

} // namespace

std::string_view white_space_class() {
  return R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
}

std::string_view other_than_white_space_class() {
  return R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
         R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{d7ff}\x{e000}-\x{10ffff})";
}

std::string pcre_from_oniguruma(std::string_view expression) {
  return Translator(expression).run();
}

} // namespace longview
