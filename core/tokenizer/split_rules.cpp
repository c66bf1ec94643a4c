#include "tokenizer/split_rules.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/error.h"

namespace longview {
namespace {

// White space is spelled out: see white_space_class().
#define LONGVIEW_SPACE                                                                                                 \
  R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})"
#define LONGVIEW_CONTRACTIONS "'s|'t|'re|'ve|'m|'ll|'d"
#define LONGVIEW_SPACES                                                                                                \
  R"([)" LONGVIEW_SPACE R"(]*[\r\n]+|[)" LONGVIEW_SPACE "]+(?![^" LONGVIEW_SPACE "])|[" LONGVIEW_SPACE "]+"

/// The look-ahead leaves the last space of a run to the word after it.
constexpr std::string_view gpt2 =
    LONGVIEW_CONTRACTIONS R"(| ?\p{L}+| ?\p{N}+| ?[^\p{L}\p{N})" LONGVIEW_SPACE "]+|[" LONGVIEW_SPACE
                          "]+(?![^" LONGVIEW_SPACE "])|[" LONGVIEW_SPACE "]+";

/// Every digit is cut out first, and GPT-2's rule sees what lies between digits as texts of their own: a run of spaces
/// before a digit is at the end of its text and stays whole.
constexpr std::string_view gpt2_single_digits =
    LONGVIEW_CONTRACTIONS R"(|\p{N}| ?\p{L}+| ?[^\p{L}\p{N})" LONGVIEW_SPACE "]+|[" LONGVIEW_SPACE
                          R"(]+(?![^\p{N})" LONGVIEW_SPACE "])|[" LONGVIEW_SPACE "]+";

/// GPT-4's rule (cl100k) as Llama 3 and DBRX have it.
constexpr std::string_view llama3 =
    "(?i:" LONGVIEW_CONTRACTIONS R"()|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\p{L}\p{N})" LONGVIEW_SPACE
    R"(]+[\r\n]*|)" LONGVIEW_SPACES;

/// The same with single digits.
constexpr std::string_view qwen2 =
    "(?i:" LONGVIEW_CONTRACTIONS R"()|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\p{L}\p{N})" LONGVIEW_SPACE
    R"(]+[\r\n]*|)" LONGVIEW_SPACES;

/// Words are also cut where capitals begin.
constexpr std::string_view tekken =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N})"
    R"(| ?[^\p{L}\p{N})" LONGVIEW_SPACE R"(]+[\r\n/]*|)" LONGVIEW_SPACES;

/// GPT-4o's rule (o200k): the same with contractions kept at their word and up to three digits in a row.
constexpr std::string_view gpt4o =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:)" LONGVIEW_CONTRACTIONS
    R"()?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:)" LONGVIEW_CONTRACTIONS
    R"()?|\p{N}{1,3}| ?[^\p{L}\p{N})" LONGVIEW_SPACE R"(]+[\r\n/]*|)" LONGVIEW_SPACES;

/// Only names whose models are known to use exactly this rule. "default" is not among them: converters write it when
/// they do not know the rule.
constexpr SplitRule rules[] = {
    {"gpt-2", gpt2, false, false},
    {"phi-2", gpt2, false, false},
    {"olmo", gpt2, true, false},
    {"mpt", gpt2, true, false},
    {"smollm", gpt2_single_digits, false, false},
    {"starcoder", gpt2_single_digits, false, false},
    {"refact", gpt2_single_digits, false, false},
    {"llama-bpe", llama3, false, true},
    {"llama3", llama3, false, true},
    {"llama-v3", llama3, false, true},
    {"dbrx", llama3, false, false},
    {"smaug-bpe", llama3, false, false},
    {"qwen2", qwen2, true, false},
    {"deepseek-r1-qwen", qwen2, true, false},
    {"megrez", qwen2, true, false},
    {"tekken", tekken, false, true},
    {"gpt-4o", gpt4o, false, false},
};

} // namespace

std::string_view gpt2_expression() {
  return gpt2;
}

std::string_view qwen2_expression() {
  return qwen2;
}

const SplitRule& split_rule(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(rules), std::end(rules), [&](const SplitRule& r) { return r.name == name; });
  if (found != std::end(rules))
    return *found;
  std::vector<std::string_view> known;
  for (const SplitRule& rule : rules)
    known.push_back(rule.name);
  throw Error(ErrorCode::unsupported,
              fmt::format("splits text by the rule \"{}\", which is not supported; supported: {}", name,
                          fmt::join(known, ", ")));
}

} // namespace longview
