#include "tokenizer/split_pattern.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/error.h"

namespace longview {
namespace {

// White space is spelled out: PCRE2's \s has U+180E besides, the tokenizers we must agree with have not.
#define LONGVIEW_SPACE                                                                                                 \
  R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})"
#define LONGVIEW_CONTRACTIONS "'s|'t|'re|'ve|'m|'ll|'d"

/// GPT-2's rule. The look-ahead leaves the last space of a run to the word after it.
constexpr std::string_view gpt2 =
    LONGVIEW_CONTRACTIONS R"(| ?\p{L}+| ?\p{N}+| ?[^\p{L}\p{N})" LONGVIEW_SPACE "]+|[" LONGVIEW_SPACE
                          "]+(?![^" LONGVIEW_SPACE "])|[" LONGVIEW_SPACE "]+";

/// Every digit is cut out first, and GPT-2's rule sees what lies between digits as texts of their own: a run of spaces
/// before a digit is at the end of its text and stays whole.
constexpr std::string_view gpt2_single_digits =
    LONGVIEW_CONTRACTIONS R"(|\p{N}| ?\p{L}+| ?[^\p{L}\p{N})" LONGVIEW_SPACE "]+|[" LONGVIEW_SPACE
                          R"(]+(?![^\p{N})" LONGVIEW_SPACE "])|[" LONGVIEW_SPACE "]+";

struct NamedPattern {
  std::string_view name;
  std::string_view expression;
};

/// Only names whose models are known to use exactly this rule and no normalizer. "default" is not among them:
/// converters write it when they do not know the rule.
constexpr NamedPattern patterns[] = {
    {"gpt-2", gpt2},
    {"phi-2", gpt2},
    {"smollm", gpt2_single_digits},
    {"starcoder", gpt2_single_digits},
    {"refact", gpt2_single_digits},
};

std::string pcre_message(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

} // namespace

SplitPattern SplitPattern::named(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(patterns), std::end(patterns), [&](const NamedPattern& p) { return p.name == name; });
  if (found != std::end(patterns))
    return {std::string(name), std::string(found->expression)};
  std::vector<std::string_view> known;
  for (const NamedPattern& pattern : patterns)
    known.push_back(pattern.name);
  throw Error(ErrorCode::unsupported,
              fmt::format("splits text by the rule \"{}\", which is not supported; supported: {}", name,
                          fmt::join(known, ", ")));
}

SplitPattern::SplitPattern(std::string name, std::string expression)
    : name_(std::move(name)), expression_(std::move(expression)) {
  int error = 0;
  PCRE2_SIZE where = 0;
  // Anchored when compiled, not when matched: the JIT code does not know the option.
  code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression_.data()), expression_.size(),
                            PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_NEVER_BACKSLASH_C, &error, &where, nullptr));
  if (!code_)
    throw Error(ErrorCode::unsupported,
                fmt::format("splits text by a rule that is not understood: {}, at character {} of {}",
                            pcre_message(error), where, expression_));
  // Where the system forbids making code at run time, the same pattern is interpreted.
  (void)pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);
}

SplitPattern::~SplitPattern() = default;
SplitPattern::SplitPattern(SplitPattern&&) noexcept = default;
SplitPattern& SplitPattern::operator=(SplitPattern&&) noexcept = default;

void SplitPattern::Free::operator()(pcre2_real_code_8* code) const {
  pcre2_code_free(code);
}

std::string SplitPattern::character_tables() {
  std::array<char, 64> version{};
  pcre2_config(PCRE2_CONFIG_UNICODE_VERSION, version.data());
  return fmt::format("Unicode {}", version.data());
}

Splitter::Splitter(const SplitPattern& pattern) : pattern_(pattern), match_(pcre2_match_data_create(1, nullptr)) {
  if (!match_)
    throw Error(ErrorCode::out_of_memory, "there is no memory left to split text");
}

Splitter::~Splitter() = default;

void Splitter::Free::operator()(pcre2_real_match_data_8* data) const {
  pcre2_match_data_free(data);
}

void Splitter::start(std::string_view text) {
  text_ = text;
  at_ = 0;
}

std::string_view Splitter::next() {
  if (at_ == text_.size())
    return {};
  const int found = pcre2_match(pattern_.code_.get(), reinterpret_cast<PCRE2_SPTR>(text_.data()), text_.size(), at_,
                                PCRE2_NO_UTF_CHECK, match_.get(), nullptr);
  const std::size_t end = found > 0 ? pcre2_get_ovector_pointer(match_.get())[1] : at_;
  if (end <= at_)
    throw Error(ErrorCode::internal, fmt::format("the split rule {} fails at byte {}: {}", pattern_.name(), at_,
                                                 found < 0 ? pcre_message(found) : "it matches nothing there"));
  const std::string_view piece = text_.substr(at_, end - at_);
  at_ = end;
  return piece;
}

} // namespace longview
