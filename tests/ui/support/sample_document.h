#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "scoring/sampler.h"
#include "widgets/document_data.h"

namespace longview::test {

/// A document as the window gets it: `segments` segments whose strength is high within chapters of `chapter` segments,
/// falls with distance and is negative between some; pairs as the longview preset draws them.
struct SampleOptions {
  std::uint32_t segments = 48;
  std::uint64_t pairs = 160; ///< T; 0: all
  std::uint32_t chapter = 12;
  Preset preset = Preset::longview;
  bool with_text = true;
  std::string id = "perlsample.pod";
};

/// Strength that the sample gives to a pair.
inline double sample_strength(Cell cell, std::uint32_t chapter) {
  const double distance = cell.i - cell.j;
  const double wave = 0.08 * std::sin(1.7 * cell.i + 0.9 * cell.j);
  const bool together = cell.i / chapter == cell.j / chapter;
  return (together ? 0.30 * std::exp(-distance / 10) : 0.06 * std::exp(-distance / 30)) + wave - 0.02;
}

inline double sample_alone(std::uint32_t segment) {
  return 18 + 9 * std::sin(0.8 * segment);
}

/// A segment of several sentences with a line break, a paragraph and characters that take more than a byte.
inline std::string sample_segment(std::uint32_t segment) {
  std::string text = "Segment " + std::to_string(segment) + " begins here. ";
  for (int k = 0; k < 6; ++k)
    text += "The café of chapter " + std::to_string(segment / 12) + " is mentioned — again — in plain words. ";
  text += "\n\nA second paragraph with <b>no markup</b> & an ampersand.\n";
  return text;
}

inline std::shared_ptr<DocumentData> sample_document_mutable(const SampleOptions& options = {}) {
  auto made = std::make_shared<DocumentData>();
  made->document.id = DocumentId{7};
  made->document.name = options.id;
  made->document.title = "Perl sample";
  made->document.fields = "{}";
  made->sampling.preset = options.preset;
  made->sampling.pairs_per_document = options.pairs;
  made->parameters = default_parameters(options.preset);

  std::string text;
  made->data.bounds.push_back(0);
  for (std::uint32_t k = 0; k < options.segments; ++k) {
    text += sample_segment(k);
    made->data.bounds.push_back(text.size());
  }
  if (options.with_text)
    made->text = std::make_shared<const std::string>(text);
  else
    made->text_problem = "perl.jsonl: the file changed since it was scored; score it again.";

  const std::uint64_t tokens = std::uint64_t{options.segments} * made->sampling.segment_length + 17;
  Draw draw = Sampler(made->sampling).draw(tokens, hash128(std::string_view(text), made->sampling.seed));
  made->data.pairs.pairs = draw.pairs;
  made->data.pairs.perplexity_alone.assign(options.segments, no_value);
  for (const std::uint32_t segment : segments_needed(draw, options.preset))
    made->data.pairs.perplexity_alone[segment] = static_cast<float>(sample_alone(segment));
  for (Pair& pair : made->data.pairs.pairs)
    pair.perplexity_after =
        static_cast<float>(sample_alone(pair.i) * (1 - sample_strength({pair.i, pair.j}, options.chapter)));

  made->row.document = made->document.id;
  made->row.tokens = tokens;
  made->row.tail_tokens = 17;
  made->row.segments = options.segments;
  made->scores = derive(made->data.pairs, made->sampling, made->parameters);
  made->row.pair_count = made->scores.pair_count;
  made->row.lds = made->scores.lds;
  made->row.lds_mean = made->scores.lds_mean;
  made->row.lds_error = made->scores.lds_error;
  made->row.strength = made->scores.mean_strength;
  made->row.distance = made->scores.mean_distance;
  made->row.specificity = made->scores.mean_specificity;
  made->index_pairs();
  return made;
}

inline DocumentPointer sample_document(const SampleOptions& options = {}) {
  return sample_document_mutable(options);
}

} // namespace longview::test
