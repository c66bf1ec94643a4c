#include "tokenizer/normalizer.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>

#include "base/error.h"
#include "tokenizer/characters.h"

namespace longview {
namespace {

constexpr std::size_t longest_text = std::numeric_limits<std::int32_t>::max();

const icu::Normalizer2& icu_normalizer(Normalizer::Form form) {
  UErrorCode status = U_ZERO_ERROR;
  const auto choose = [&] {
    switch (form) {
    case Normalizer::Form::nfc:
      return icu::Normalizer2::getNFCInstance(status);
    case Normalizer::Form::nfd:
      return icu::Normalizer2::getNFDInstance(status);
    case Normalizer::Form::nfkc:
      return icu::Normalizer2::getNFKCInstance(status);
    case Normalizer::Form::nfkd:
      return icu::Normalizer2::getNFKDInstance(status);
    }
    return static_cast<const icu::Normalizer2*>(nullptr);
  };
  const icu::Normalizer2* out = choose();
  if (U_FAILURE(status) || !out)
    throw Error(ErrorCode::internal, fmt::format("ICU's normalization data cannot be used: {}", u_errorName(status)));
  return *out;
}

/// One pass of a step: reads a text with its map, writes another.
class Pass {
 public:
  Pass(SourceView from, std::uint64_t base, MappedText& out) : from_(from), base_(base), out_(out) {
    out_.clear();
    out_.text.reserve(from.text.size() + from.text.size() / 4 + 8);
    out_.ends.reserve(from.text.size() + from.text.size() / 4 + 8);
  }

  void copy(std::size_t begin, std::size_t end) {
    out_.text += from_.text.substr(begin, end - begin);
    for (std::size_t k = begin; k < end; ++k)
      out_.ends.push_back(place(k + 1));
  }
  void put(std::string_view bytes, std::size_t begin, std::size_t end) { out_.append(bytes, place(begin), place(end)); }

 private:
  std::uint32_t place(std::size_t bytes) const { return static_cast<std::uint32_t>(from_.end_of(bytes) - base_); }

  SourceView from_;
  std::uint64_t base_;
  MappedText& out_;
};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Each says whether it changed anything; if not, `pass` may be half written.
bool change(Normalizer::Form form, std::string_view text, Pass& pass) {
  if (is_ascii(text))
    return false;
  const icu::Normalizer2& normalizer = icu_normalizer(form);
  UErrorCode status = U_ZERO_ERROR;
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  if (normalizer.isNormalizedUTF8(piece, status) && U_SUCCESS(status))
    return false;
  std::string made;
  made.reserve(text.size() + 16);
  icu::StringByteSink<std::string> sink(&made);
  icu::Edits edits;
  normalizer.normalizeUTF8(0, piece, sink, &edits, status);
  if (U_FAILURE(status) || edits.copyErrorTo(status))
    throw Error(ErrorCode::out_of_memory, fmt::format("a text cannot be normalized: {}", u_errorName(status)));
  for (auto edit = edits.getFineIterator(); edit.next(status);) {
    const auto begin = static_cast<std::size_t>(edit.sourceIndex()),
               length = static_cast<std::size_t>(edit.oldLength());
    const auto to = static_cast<std::size_t>(edit.destinationIndex());
    if (edit.hasChange())
      pass.put(std::string_view(made).substr(to, static_cast<std::size_t>(edit.newLength())), begin, begin + length);
    else
      pass.copy(begin, begin + length);
  }
  return true;
}

bool change(const Normalizer::Prepend& step, std::string_view text, Pass& pass) {
  if (text.empty() || step.text.empty())
    return false;
  pass.put(step.text, 0, 0);
  pass.copy(0, text.size());
  return true;
}

bool change(const Normalizer::Replace& step, std::string_view text, Pass& pass) {
  std::size_t done = 0;
  for (std::size_t hit = text.find(step.text); hit != text.npos; hit = text.find(step.text, done)) {
    pass.copy(done, hit);
    done = hit + step.text.size();
    pass.put(step.by, hit, done);
  }
  if (done == 0)
    return false;
  pass.copy(done, text.size());
  return true;
}

bool change(const Normalizer::ReplacePattern& step, std::string_view text, Pass& pass) {
  Splitter splitter(*step.pattern);
  splitter.start(text);
  bool changed = false;
  std::size_t at = 0;
  for (auto piece = splitter.next(); !piece.empty(); piece = splitter.next()) {
    changed = changed || splitter.matched();
    if (splitter.matched())
      pass.put(step.by, at, at + piece.size());
    else
      pass.copy(at, at + piece.size());
    at += piece.size();
  }
  return changed;
}

bool change(const Normalizer::Strip& step, std::string_view text, Pass& pass) {
  std::size_t begin = 0, end = text.size();
  while (step.left && begin < end) {
    const Character first = first_character(text.substr(begin));
    if (!is_white_space(first))
      break;
    begin += first.length;
  }
  while (step.right && begin < end) {
    const Character last = last_character(text.substr(begin, end - begin));
    if (!is_white_space(last))
      break;
    end -= last.length;
  }
  if (begin == 0 && end == text.size())
    return false;
  pass.copy(begin, end);
  return true;
}

std::string signature_of(Normalizer::Form form) {
  return fmt::format("form {} by Unicode {}", static_cast<int>(form), U_UNICODE_VERSION);
}
std::string signature_of(const Normalizer::Prepend& step) {
  return fmt::format("prepend {}:{}", step.text.size(), step.text);
}
std::string signature_of(const Normalizer::Replace& step) {
  return fmt::format("replace {}:{} by {}:{}", step.text.size(), step.text, step.by.size(), step.by);
}
std::string signature_of(const Normalizer::ReplacePattern& step) {
  const std::string& pattern = step.pattern->expression();
  return fmt::format("replace pattern {}:{} by {}:{}", pattern.size(), pattern, step.by.size(), step.by);
}
std::string signature_of(const Normalizer::Strip& step) {
  return fmt::format("strip {} {} by {}", step.left, step.right, character_classes());
}

} // namespace

Normalizer::Normalizer(std::vector<Step> steps) : steps_(std::move(steps)) {}

SourceView Normalizer::apply(SourceView source, MappedText& storage) const {
  if (source.text.size() >= longest_text / 4)
    throw Error(ErrorCode::unsupported,
                fmt::format("a text of {} bytes is too long to be normalized", source.text.size()));
  const std::uint64_t base = source.begin;
  SourceView now = source;
  for (const Step& step : steps_) {
    MappedText made;
    Pass pass(now, base, made);
    if (!std::visit([&](const auto& one) { return change(one, now.text, pass); }, step))
      continue;
    storage = std::move(made);
    now = SourceView::of(storage, base, base);
  }
  return now;
}

std::string Normalizer::apply(std::string_view text) const {
  MappedText storage;
  return std::string(apply(SourceView::of_document(text, 0, text.size()), storage).text);
}

std::string Normalizer::signature() const {
  std::string out;
  for (const Step& step : steps_)
    out += std::visit([](const auto& one) { return signature_of(one); }, step) + "\n";
  return out;
}

} // namespace longview
