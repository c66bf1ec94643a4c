#include "scoring/dependency.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "scoring/random.h"
#include "scoring/row_rules.h"

namespace longview {
namespace {

/// What a formula needs of one pair.
struct Link {
  std::uint32_t place = 0; ///< in drawing order
  std::uint32_t j = 0;
  double strength = 0;
  double distance = 0;
  double exponent = 0; ///< what the softmax of specificity is taken over
};

struct Mean {
  std::uint64_t count = 0;
  double sum = 0;

  void add(double value) {
    ++count;
    sum += value;
  }
  double value() const { return count ? sum / static_cast<double>(count) : no_value; }
};

/// A mean with its spread in one pass (Welford).
struct MeanWithSpread {
  std::uint64_t count = 0;
  double mean = 0;
  double squares = 0; ///< sum of squared differences from the mean

  void add(double value) {
    ++count;
    const double before = value - mean;
    mean += before / static_cast<double>(count);
    squares += before * (value - mean);
  }
  double value() const { return count ? mean : no_value; }
};

/// A row's value, and the same with its control strength taken off.
struct RowValue {
  double plain = 0;
  double corrected = no_value;
};

/// Memory of one thread, kept from document to document.
struct Scratch {
  std::vector<double> shifts;      ///< per row: the sum of its control strengths, then their mean; NaN without
  std::vector<std::uint32_t> ends; ///< after grouping: end of row i in `links`
  std::vector<Link> links;         ///< the usable pairs, row after row
};

class Derivation {
 public:
  Derivation(const DocumentPairs& document, const SamplingSettings& sampling, const LiveParameters& parameters,
             DocumentScores* details)
      : document_(document), published_(sampling.preset == Preset::published), parameters_(parameters),
        details_(details) {
    const bool window = parameters.distance == DistanceScale::window;
    const std::uint32_t places = window ? sampling.window_segments() : document.segments();
    furthest_ = places > 1 ? places - 1.0 : 0.0;
  }

  DocumentNumbers run(Scratch& scratch) {
    if (details_)
      describe_distances();
    group_by_row(scratch);
    find_shifts(document_, scratch.shifts);
    std::uint32_t begin = 0;
    for (std::uint32_t i = 0; i < document_.segments(); ++i) {
      const std::uint32_t end = scratch.ends[i];
      if (begin < end)
        add_row(i, std::span(scratch.links).subspan(begin, end - begin), scratch.shifts[i]);
      begin = end;
    }
    return numbers();
  }

 private:
  /// Into scratch.links, row after row.
  void group_by_row(Scratch& scratch) const {
    group_by_target(
        document_, scratch.ends, [&](std::uint32_t count) { scratch.links.resize(count); },
        [&](std::uint32_t slot, std::uint32_t place) { scratch.links[slot] = link(document_.pairs[place], place); });
  }

  double distance(const Pair& pair) const { return furthest_ > 0 ? std::min(1.0, (pair.i - pair.j) / furthest_) : 1.0; }

  Link link(const Pair& pair, std::uint32_t place) const {
    const double alone = document_.perplexity_alone[pair.i];
    const double gain = alone - pair.perplexity_after;
    const double strength = gain / alone;
    const double exponent = parameters_.specificity == SpecificityMode::relative ? 32 * strength : gain;
    return {place, pair.j, strength, distance(pair), exponent};
  }

  double row_specificity(std::span<const Link> links) const {
    if (links.size() < 2)
      return published_ ? 1.0 : no_value;
    return parameters_.specificity == SpecificityMode::off
               ? 1.0
               : softmax_specificity(links, [](const Link& link) { return link.exponent; });
  }

  /// (alpha strength + beta distance) where the strength, less `shift`, is over the threshold.
  double weight(const Link& link, double shift) const {
    const double strength = link.strength - shift;
    return strength > parameters_.threshold ? parameters_.alpha * strength + parameters_.beta * link.distance : 0.0;
  }

  double weight(std::span<const Link> links, double shift) const {
    double total = 0;
    for (const Link& one : links)
      total += weight(one, shift);
    return total;
  }

  /// `shift`: the row's control strength, NaN without.
  void add_row(std::uint32_t i, std::span<Link> row, double shift) {
    add_pairs(row, shift);
    const double specificity = row_specificity(row);
    if (details_)
      describe(i, row, specificity, shift);
    if (std::isnan(specificity))
      return;
    specificity_.add(specificity);
    const bool controlled = !std::isnan(shift);
    RowValue value{weight(row, 0) * specificity, controlled ? weight(row, shift) * specificity : no_value};
    sum_ += value.plain;
    if (controlled)
      corrected_sum_ += value.corrected;
    if (published_)
      return;
    if (row.size() > row_pairs)
      value = mean_over_subsets(i, row, shift);
    else if (row.size() == row_pairs || document_.segments() <= row_pairs)
      value = {value.plain / static_cast<double>(row.size()), value.corrected / static_cast<double>(row.size())};
    else
      return;
    rows_.add(value.plain);
    if (controlled)
      corrected_rows_.add(value.corrected);
  }

  void add_pairs(std::span<const Link> row, double shift) {
    for (const Link& one : row) {
      strength_.add(one.strength);
      distance_.add(one.distance);
      if (!std::isnan(shift))
        corrected_strength_.add(one.strength - shift);
      if (one.strength > parameters_.threshold && !document_.overlap.empty())
        copied_.add(overlap(one.place));
    }
  }

  double overlap(std::uint32_t place) const { return document_.overlap[place] / 255.0; }

  /// What the row would have been worth had k of its pairs been drawn: so documents with more pairs mean the same.
  RowValue mean_over_subsets(std::uint32_t i, std::span<Link> row, double shift) const {
    const auto nearer = [](const Link& a, const Link& b) { return a.j < b.j; };
    if (!std::is_sorted(row.begin(), row.end(), nearer)) // subsets must not depend on the order of drawing
      std::sort(row.begin(), row.end(), nearer);
    Stream stream(i);
    std::array<Link, row_pairs> subset;
    RowValue total{0, 0};
    for (std::uint32_t s = 0; s < subset_count; ++s) {
      ShortShuffle<row_pairs> order(static_cast<std::uint32_t>(row.size()));
      for (Link& one : subset)
        one = row[order.next(stream)];
      const double specificity = row_specificity(subset);
      total.plain += weight(subset, 0) * specificity / row_pairs;
      if (!std::isnan(shift))
        total.corrected += weight(subset, shift) * specificity / row_pairs;
    }
    return {total.plain / subset_count, total.corrected / subset_count};
  }

  /// Distances are known before anything is computed.
  void describe_distances() {
    for (std::size_t place = 0; place < document_.pairs.size(); ++place)
      details_->parts[place].distance = distance(document_.pairs[place]);
  }

  void describe(std::uint32_t i, std::span<const Link> row, double specificity, double shift) {
    details_->specificity[i] = specificity;
    for (const Link& one : row) {
      PairParts& parts = details_->parts[one.place];
      parts.gain = document_.perplexity_alone[i] - document_.pairs[one.place].perplexity_after;
      parts.strength = one.strength;
      parts.specificity = specificity;
      parts.contribution = std::isnan(specificity) ? 0.0 : weight(one, 0) * specificity;
      parts.corrected_strength = one.strength - shift;
      if (!document_.overlap.empty())
        parts.overlap = overlap(one.place);
    }
  }

  /// Standard error of the mean over rows drawn without replacement.
  double error_of(const MeanWithSpread& rows) const {
    if (rows.count < 2)
      return no_value;
    const std::uint32_t segments = document_.segments();
    const double drawn = static_cast<double>(rows.count);
    // In a document of N <= k every row of two or more pairs is eligible: 2 … N - 1.
    const double eligible = segments > row_pairs ? segments - row_pairs : std::max(drawn, segments - 2.0);
    return std::sqrt(rows.squares / (drawn - 1) / drawn * std::max(0.0, 1 - drawn / eligible));
  }

  DocumentNumbers numbers() const {
    DocumentNumbers result;
    result.pair_count = strength_.count;
    result.mean_strength = strength_.value();
    result.mean_distance = distance_.value();
    result.mean_specificity = specificity_.value();
    result.corrected_strength = corrected_strength_.value();
    result.copied = copied_.value();
    const bool corrected = corrected_strength_.count > 0;
    result.corrected_lds = corrected ? corrected_sum_ : no_value;
    if (published_) {
      result.lds = sum_;
      result.lds_mean = strength_.count ? sum_ / static_cast<double>(strength_.count) : no_value;
      if (corrected)
        result.corrected_lds_mean = corrected_sum_ / static_cast<double>(corrected_strength_.count);
    } else {
      result.lds = strength_.count ? sum_ : no_value;
      result.lds_mean = rows_.value();
      result.lds_error = error_of(rows_);
      result.corrected_lds_mean = corrected_rows_.value();
      result.corrected_lds_error = error_of(corrected_rows_);
    }
    return result;
  }

  const DocumentPairs& document_;
  const bool published_;
  const LiveParameters& parameters_;
  DocumentScores* const details_; ///< null where only the numbers are asked for
  double furthest_ = 0;           ///< D, in segments
  double sum_ = 0, corrected_sum_ = 0;
  Mean strength_, distance_, specificity_, corrected_strength_, copied_;
  MeanWithSpread rows_, corrected_rows_;
};

thread_local Scratch scratch;

} // namespace

DocumentScores derive(const DocumentPairs& document, const SamplingSettings& sampling,
                      const LiveParameters& parameters) {
  DocumentScores scores;
  scores.specificity.assign(document.segments(), no_value);
  scores.parts.resize(document.pairs.size());
  Derivation derivation(document, sampling, parameters, &scores);
  static_cast<DocumentNumbers&>(scores) = derivation.run(scratch);
  return scores;
}

DocumentNumbers derive_numbers(const DocumentPairs& document, const SamplingSettings& sampling,
                               const LiveParameters& parameters) {
  return Derivation(document, sampling, parameters, nullptr).run(scratch);
}

} // namespace longview
