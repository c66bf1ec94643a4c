#include "run/attribution.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/plain_text.h"
#include "tokenizer/characters.h"

namespace longview {
namespace {

constexpr std::uint32_t batches_in_block = 4; ///< others want their turn with the model
constexpr std::size_t shown_words = 15;

/// Scripts that set no space between words.
bool sets_no_spaces(char32_t code) {
  return (code >= 0x0e00 && code <= 0x0eff) || (code >= 0x1000 && code <= 0x109f) ||
         (code >= 0x1780 && code <= 0x17ff) || (code >= 0x2e80 && code <= 0x9fff) ||
         (code >= 0xf900 && code <= 0xfaff) || (code >= 0x20000 && code <= 0x3ffff);
}

bool is_letter(Character character) {
  return is_word_character(character) && !sets_no_spaces(character.code);
}

bool is_apostrophe(Character character) {
  return character.code == U'\'' || character.code == U'’';
}

/// Whether a word goes on over a place of a text.
bool goes_on(std::string_view text, std::uint64_t at) {
  if (at == 0 || at >= text.size())
    return false;
  if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) // within a character
    return true;
  const Character before = last_character(text.substr(0, at)), after = first_character(text.substr(at));
  if (is_letter(before) && is_letter(after))
    return true;
  if (is_letter(before) && is_apostrophe(after))
    return at + after.length < text.size() && is_letter(first_character(text.substr(at + after.length)));
  if (is_apostrophe(before) && is_letter(after))
    return at > before.length && is_letter(last_character(text.substr(0, at - before.length)));
  return false;
}

/// Takes white space off both ends; nothing is left of white space alone.
void trim(std::string_view text, std::uint64_t segment, SegmentWord& word) {
  const auto rest = [&] { return text.substr(segment + word.begin, word.end - word.begin); };
  const auto is_whole = [&](std::string_view part) { return (static_cast<unsigned char>(part[0]) & 0xc0) != 0x80; };
  while (word.begin < word.end && is_whole(rest()) &&
         is_white_space(first_character(text.substr(segment + word.begin))))
    word.begin += std::min<std::uint32_t>(first_character(rest()).length, word.end - word.begin);
  const auto ends_whole = [&] { // else the character after it is cut
    const std::uint64_t at = segment + word.end;
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
  };
  while (word.begin < word.end && ends_whole() && is_white_space(last_character(text.substr(0, segment + word.end))))
    word.end -=
        std::min<std::uint32_t>(last_character(text.substr(0, segment + word.end)).length, word.end - word.begin);
}

/// One token that says nothing: a space, where the vocabulary has it as a token.
TokenId filler_token(const Tokenizer& tokenizer) {
  for (const char* text : {" ", "\n", "."})
    if (const Tokens tokens = tokenizer.encode(text, SpecialTokens::plain); tokens.ids.size() == 1)
      return tokens.ids.front();
  return 0;
}

/// c_j as it is, then c_j without each of its words.
std::vector<std::vector<TokenId>> variants_of(std::span<const TokenId> prefix, const std::vector<SegmentWord>& words,
                                              TokenId filler) {
  std::vector<std::vector<TokenId>> variants(words.size() + 1, {prefix.begin(), prefix.end()});
  for (std::size_t k = 0; k < words.size(); ++k)
    std::fill(variants[k + 1].begin() + words[k].first_token, variants[k + 1].begin() + words[k].last_token, filler);
  return variants;
}

/// The pair's run and document.
struct Subject {
  StoredRun run;
  RunSettings settings;
  ResultRow row;
  ResultData data;

  std::uint32_t place(std::uint32_t k) const { return data.pairs.kept.empty() ? k : data.pairs.kept[k]; }
};

Subject read_subject(const Project& project, RunId run, DocumentId document, std::uint32_t i, std::uint32_t j) {
  Subject subject;
  subject.run = project.run(run);
  subject.settings = settings_from_json(subject.run.identity.settings);
  const std::optional<ResultRow> row = project.result(run, document);
  std::optional<ResultData> data = project.result_data(run, document);
  const std::uint32_t segments = row && data ? data->pairs.segments() : 0;
  if (j >= i || i >= segments)
    throw Error(ErrorCode::usage,
                fmt::format("there is no pair {}, {}: the target comes after the prefix, and segments "
                            "count from 0 to {}",
                            i, j, segments > 0 ? segments - 1 : 0));
  subject.row = *row;
  subject.data = *std::move(data);
  return subject;
}

} // namespace

std::vector<SegmentWord> words_of_segment(std::string_view text, std::uint64_t begin,
                                          const std::vector<std::uint32_t>& ends) {
  std::vector<SegmentWord> words;
  if (ends.empty() || begin + ends.back() > text.size())
    return words;
  for (std::uint32_t t = 0; t < ends.size(); ++t) {
    const std::uint32_t from = t == 0 ? 0 : ends[t - 1];
    if (t > 0 && (from == ends[t] || goes_on(text, begin + from))) { // an empty token belongs to what it is part of
      words.back().last_token = t + 1;
      words.back().end = ends[t];
    } else {
      words.push_back({t, t + 1, from, ends[t]});
    }
  }
  for (SegmentWord& word : words)
    trim(text, begin, word);
  std::erase_if(words, [](const SegmentWord& word) { return word.begin == word.end; });
  return words;
}

Attribution attribute(const Project& project, RunId run_id, DocumentId document, std::uint32_t i, std::uint32_t j,
                      const std::string& text, DocumentModel& model, const AttributionObserver& observer,
                      std::stop_token stop) {
  const Subject subject = read_subject(project, run_id, document, i, j);
  const std::uint32_t length = subject.settings.sampling.segment_length;
  Attribution result;
  std::vector<std::vector<TokenId>> variants;
  std::vector<double> after;
  double alone = 0;
  std::size_t passes_done = 0;
  while (variants.empty() || after.size() < variants.size()) {
    const DocumentModel::Turn turn = model.turn(subject.run, subject.settings, stop);
    const std::shared_ptr<const Tokens> tokens = turn.tokens(subject.row, text, stop);
    const std::span<const TokenId> target = segment_tokens(*tokens, subject.place(i), length);
    if (variants.empty()) {
      const std::uint32_t place = subject.place(j);
      result.begin = place == 0 ? 0 : tokens->ends[std::size_t{place} * length - 1];
      result.words = words_of_segment(text, result.begin, segment_token_ends(*tokens, place, length));
      variants = variants_of(segment_tokens(*tokens, place, length), result.words, filler_token(turn.tokenizer()));
    }
    const ScorerInfo& info = turn.scorer().info();
    const std::size_t most = std::min<std::size_t>(info.block_segments, std::size_t{batches_in_block} * info.batch);
    ScoreBlock block;
    const std::size_t first = after.size();
    for (std::size_t k = first; k < variants.size() && block.segments.size() < most; ++k) {
      block.pairs.push_back({static_cast<std::uint32_t>(block.segments.size()), target});
      block.segments.push_back(variants[k]);
    }
    if (first == 0) // c_i alone, once
      block.segments.push_back(target);
    const BlockResult scored = turn.scorer().score(
        block, length,
        [&](const BlockResult& done) {
          if (observer)
            observer(passes_done + done.segments_done + done.pairs_done, 2 * variants.size() + 1);
        },
        stop);
    passes_done += block.segments.size() + block.pairs.size();
    after.insert(after.end(), scored.perplexity_after.begin(), scored.perplexity_after.end());
    if (first == 0)
      alone = scored.perplexity_alone.back();
  }
  const double scored_tokens = length - 1.0;
  result.gain = scored_tokens * (std::log(alone) - std::log(after[0]));
  for (std::size_t k = 1; k < after.size(); ++k)
    result.nats.push_back(scored_tokens * (std::log(after[k]) - std::log(after[0])));
  return result;
}

std::vector<std::size_t> words_by_effect(const Attribution& attribution) {
  std::vector<std::size_t> order(attribution.words.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return attribution.nats[a] > attribution.nats[b]; });
  return order;
}

std::string_view AttributionOf::word(std::size_t k) const {
  const SegmentWord& word = attribution.words[k];
  const std::uint64_t from = attribution.begin + word.begin, to = attribution.begin + word.end;
  return to <= text.size() ? std::string_view(text).substr(from, to - from) : std::string_view();
}

std::string attribution_json(const AttributionOf& shown) {
  const Attribution& attribution = shown.attribution;
  nlohmann::ordered_json out = {
      {"id", shown.document}, {"i", shown.i}, {"j", shown.j}, {"estimate", true}, {"gain", attribution.gain}};
  out["words"] = nlohmann::ordered_json::array();
  for (std::size_t k = 0; k < attribution.words.size(); ++k) {
    const SegmentWord& word = attribution.words[k];
    out["words"].push_back(
        {std::string(shown.word(k)), attribution.nats[k], word.first_token, word.last_token - word.first_token});
  }
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string attribution_text(const AttributionOf& shown) {
  const Attribution& attribution = shown.attribution;
  std::string out = fmt::format("{}: words of c_{} that lower the perplexity of c_{} (an estimate)\n",
                                plain_line(shown.document), shown.j, shown.i);
  out +=
      "NLL of the target after the prefix with a word replaced by spaces, minus that after the prefix, in nats over\n"
      "the whole target; words can stand for each other, so they need not add up to the gain\n";
  out += fmt::format("gain          {:+.3f} nats by the whole prefix\n\n    nats  word\n", attribution.gain);
  const std::vector<std::size_t> order = words_by_effect(attribution);
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (k == shown_words && order.size() > 2 * shown_words) {
      out += "       …\n";
      k = order.size() - shown_words / 3;
    }
    out += fmt::format("{:+8.3f}  {}\n", attribution.nats[order[k]], plain_line(shown.word(order[k])));
  }
  return out;
}

} // namespace longview
