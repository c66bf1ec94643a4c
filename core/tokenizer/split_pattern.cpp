#include "tokenizer/split_pattern.h"

#include <algorithm>
#include <array>
#include <utility>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/error.h"

namespace longview {
namespace {

constexpr std::size_t first_jit_stack = 32u << 10;
constexpr std::size_t largest_jit_stack = 64u << 20;
/// Steps of matching for each byte of a text, before it counts as hanging.
constexpr std::size_t steps_per_byte = 64;
constexpr std::size_t fewest_steps = 10'000'000;

std::string pcre_message(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

} // namespace

SplitPattern::SplitPattern(std::string name, std::string expression)
    : name_(std::move(name)), expression_(std::move(expression)) {
  const auto fail = [&](std::string_view why) -> Error {
    return {ErrorCode::unsupported, fmt::format("splits text by a pattern that {}: {}", why, expression_)};
  };
  const std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context(
      pcre2_compile_context_create(nullptr), &pcre2_compile_context_free);
  if (!context)
    throw Error(ErrorCode::out_of_memory, "there is no memory left to split text");
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF); // for the dot
  int error = 0;
  PCRE2_SIZE where = 0;
  code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression_.data()), expression_.size(),
                            PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &where, context.get()));
  if (!code_)
    throw fail(fmt::format("is not understood ({}, at byte {})", pcre_message(error), where));
  std::uint32_t matches_nothing = 0;
  pcre2_pattern_info(code_.get(), PCRE2_INFO_MATCHEMPTY, &matches_nothing);
  if (matches_nothing != 0)
    throw fail("may match nothing, which is not supported");
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

Splitter::Splitter(const SplitPattern& pattern)
    : pattern_(&pattern), match_(pcre2_match_data_create(1, nullptr)),
      stack_(pcre2_jit_stack_create(first_jit_stack, largest_jit_stack, nullptr)),
      context_(pcre2_match_context_create(nullptr)) {
  if (!match_ || !context_)
    throw Error(ErrorCode::out_of_memory, "there is no memory left to split text");
  if (stack_)
    pcre2_jit_stack_assign(context_.get(), nullptr, stack_.get());
}

Splitter::~Splitter() = default;
Splitter::Splitter(Splitter&&) noexcept = default;

void Splitter::Free::operator()(pcre2_real_match_data_8* data) const {
  pcre2_match_data_free(data);
}
void Splitter::Free::operator()(pcre2_real_match_context_8* context) const {
  pcre2_match_context_free(context);
}
void Splitter::Free::operator()(pcre2_real_jit_stack_8* stack) const {
  pcre2_jit_stack_free(stack);
}

void Splitter::start(std::string_view text) {
  text_ = text;
  at_ = found_begin_ = found_end_ = 0;
  const std::size_t steps = std::min<std::size_t>(std::max(text.size() * steps_per_byte, fewest_steps), 0xffffffffu);
  pcre2_set_match_limit(context_.get(), static_cast<std::uint32_t>(steps));
}

void Splitter::search() {
  const int found = pcre2_match(pattern_->code_.get(), reinterpret_cast<PCRE2_SPTR>(text_.data()), text_.size(), at_,
                                PCRE2_NO_UTF_CHECK, match_.get(), context_.get());
  if (found == PCRE2_ERROR_NOMATCH) {
    found_begin_ = found_end_ = text_.size();
    return;
  }
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(match_.get());
  if (found < 0 || ends[0] < at_ || ends[1] <= ends[0])
    throw Error(ErrorCode::unsupported,
                fmt::format("the split pattern {} fails at byte {} of a text: {}", pattern_->name(), at_,
                            found < 0 ? pcre_message(found) : "it matches nothing there"));
  found_begin_ = ends[0];
  found_end_ = ends[1];
}

std::string_view Splitter::next() {
  if (at_ == text_.size())
    return {};
  if (found_end_ <= at_)
    search();
  const std::size_t begin = at_;
  matched_ = found_begin_ == at_ && found_end_ > at_;
  at_ = matched_ ? found_end_ : found_begin_;
  return text_.substr(begin, at_ - begin);
}

} // namespace longview
