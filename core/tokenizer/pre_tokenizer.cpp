#include "tokenizer/pre_tokenizer.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "tokenizer/characters.h"

namespace longview {
namespace {

using Behaviour = PreTokenizer::Behaviour;

/// Turns matches and gaps, which tile a text, into pieces.
class Tiles {
 public:
  Tiles(Behaviour behaviour, bool invert, SourceView text, const std::function<void(SourceView)>& piece)
      : behaviour_(behaviour), invert_(invert), text_(text), piece_(piece) {}

  void add(std::size_t end, bool is_match) {
    if (end == end_)
      return;
    is_match = is_match != invert_;
    const bool joins = end_ > begin_ && goes_on(is_match);
    if (!joins)
      flush();
    end_ = end;
    last_is_match_ = is_match;
  }
  void flush() {
    if (end_ > begin_ && !(behaviour_ == Behaviour::removed && last_is_match_))
      piece_(text_.part(begin_, end_));
    begin_ = end_;
  }

 private:
  bool goes_on(bool is_match) const {
    switch (behaviour_) {
    case Behaviour::removed:
    case Behaviour::isolated:
      return false;
    case Behaviour::merged_with_previous:
      return is_match && !last_is_match_;
    case Behaviour::merged_with_next:
      return !is_match && last_is_match_;
    case Behaviour::contiguous:
      return is_match == last_is_match_;
    }
    return false;
  }

  Behaviour behaviour_;
  bool invert_;
  SourceView text_;
  const std::function<void(SourceView)>& piece_;
  std::size_t begin_ = 0, end_ = 0; ///< the piece in the making
  bool last_is_match_ = false;
};

void cut(const PreTokenizer::SplitAt& step, SourceView text, const std::function<void(SourceView)>& piece) {
  Tiles tiles(step.behaviour, step.invert, text, piece);
  std::size_t done = 0;
  for (std::size_t hit = text.text.find(step.text); hit != text.text.npos; hit = text.text.find(step.text, done)) {
    tiles.add(hit, false);
    done = hit + step.text.size();
    tiles.add(done, true);
  }
  tiles.add(text.text.size(), false);
  tiles.flush();
}

/// Each character of the class is a match of its own.
void cut(const PreTokenizer::SplitCharacters& step, SourceView text, const std::function<void(SourceView)>& piece) {
  Tiles tiles(step.behaviour, false, text, piece);
  const bool numeric = step.of == PreTokenizer::SplitCharacters::Class::numeric;
  for (std::size_t at = 0; at < text.text.size();) {
    const Character character = first_character(text.text.substr(at));
    if (numeric ? is_numeric(character) : is_punctuation(character)) {
      tiles.add(at, false);
      tiles.add(at + character.length, true);
    }
    at += character.length;
  }
  tiles.add(text.text.size(), false);
  tiles.flush();
}

/// Changed text keeps its map in 32 bits.
void check_length(SourceView text) {
  if (text.text.size() >= 0xffffffffu / 4)
    throw Error(ErrorCode::unsupported,
                fmt::format("a text of {} bytes is too long to be tokenized", text.text.size()));
}

void copy(SourceView text, std::uint64_t base, std::size_t begin, std::size_t end, MappedText& out) {
  out.text += text.text.substr(begin, end - begin);
  for (std::size_t k = begin; k < end; ++k)
    out.ends.push_back(static_cast<std::uint32_t>(text.end_of(k + 1) - base));
}

SourceView with_prefix(const std::string& prefix, SourceView text, MappedText& out) {
  check_length(text);
  out.clear();
  out.append(prefix, 0, 0);
  copy(text, text.begin, 0, text.text.size(), out);
  return SourceView::of(out, text.begin, text.begin);
}

SourceView replaced(const PreTokenizer::Replace& step, SourceView text, MappedText& out) {
  std::size_t hit = text.text.find(step.text);
  if (hit == text.text.npos)
    return text;
  check_length(text);
  out.clear();
  std::size_t done = 0;
  const auto place = [&](std::size_t bytes) { return static_cast<std::uint32_t>(text.end_of(bytes) - text.begin); };
  for (; hit != text.text.npos; hit = text.text.find(step.text, done)) {
    copy(text, text.begin, done, hit, out);
    done = hit + step.text.size();
    out.append(step.by, place(hit), place(done));
  }
  copy(text, text.begin, done, text.text.size(), out);
  return SourceView::of(out, text.begin, text.begin);
}

std::string quoted(std::string_view text) {
  return fmt::format("{}:{}", text.size(), text);
}
std::string signature_of(const PreTokenizer::Split& step) {
  return fmt::format("split {} {} {} by {}", static_cast<int>(step.behaviour), step.invert,
                     quoted(step.pattern->expression()), SplitPattern::character_tables());
}
std::string signature_of(const PreTokenizer::SplitAt& step) {
  return fmt::format("split at {} {} {}", static_cast<int>(step.behaviour), step.invert, quoted(step.text));
}
std::string signature_of(const PreTokenizer::SplitCharacters& step) {
  return fmt::format("split characters {} {} by {}", static_cast<int>(step.behaviour), static_cast<int>(step.of),
                     character_classes());
}
std::string signature_of(const PreTokenizer::Prefix& step) {
  return fmt::format("prefix {} {}", static_cast<int>(step.when), quoted(step.text));
}
std::string signature_of(const PreTokenizer::Replace& step) {
  return fmt::format("replace {} by {}", quoted(step.text), quoted(step.by));
}

} // namespace

struct PreTokenizer::Walk::State {
  std::optional<Splitter> splitter;
  MappedText made;
};

PreTokenizer::PreTokenizer(std::vector<Step> steps) : steps_(std::move(steps)) {}

PreTokenizer::Walk::Walk(const PreTokenizer& steps) : steps_(steps) {
  for (const Step& one : steps.steps_) {
    states_.push_back(std::make_unique<State>());
    if (const auto* split = std::get_if<Split>(&one))
      states_.back()->splitter.emplace(*split->pattern);
  }
}

PreTokenizer::Walk::~Walk() = default;

void PreTokenizer::Walk::run(SourceView text, const std::function<void(SourceView)>& piece) {
  if (!text.text.empty())
    step(0, text, piece);
}

void PreTokenizer::Walk::step(std::size_t k, SourceView text, const std::function<void(SourceView)>& piece) {
  if (k == states_.size())
    return piece(text);
  const Step& one = steps_.steps_[k];
  State& state = *states_[k];
  const bool last = k + 1 == states_.size();
  const std::function<void(SourceView)> next = [&](SourceView part) { step(k + 1, part, piece); };
  const auto& on_piece = last ? piece : next;
  if (const auto* split = std::get_if<Split>(&one)) {
    Tiles tiles(split->behaviour, split->invert, text, on_piece);
    state.splitter->start(text.text);
    std::size_t end = 0;
    for (auto part = state.splitter->next(); !part.empty(); part = state.splitter->next())
      tiles.add(end += part.size(), state.splitter->matched());
    tiles.flush();
  } else if (const auto* at = std::get_if<SplitAt>(&one)) {
    cut(*at, text, on_piece);
  } else if (const auto* characters = std::get_if<SplitCharacters>(&one)) {
    cut(*characters, text, on_piece);
  } else if (const auto* prefix = std::get_if<Prefix>(&one)) {
    const bool wanted = prefix->when == Prefix::When::always || text.begin == 0;
    on_piece(wanted && !text.text.starts_with(prefix->text) ? with_prefix(prefix->text, text, state.made) : text);
  } else {
    on_piece(replaced(std::get<Replace>(one), text, state.made));
  }
}

std::string PreTokenizer::signature() const {
  std::string out;
  for (const Step& step : steps_)
    out += std::visit([](const auto& one) { return signature_of(one); }, step) + "\n";
  return out;
}

PreTokenizer byte_level_steps(std::string_view name, std::string_view expression, bool prefix) {
  std::vector<PreTokenizer::Step> steps;
  if (prefix)
    steps.emplace_back(PreTokenizer::Prefix{PreTokenizer::Prefix::When::always, " "});
  steps.emplace_back(PreTokenizer::Split{
      std::make_shared<const SplitPattern>(std::string(name), std::string(expression)), Behaviour::isolated, false});
  return PreTokenizer(std::move(steps));
}

} // namespace longview
