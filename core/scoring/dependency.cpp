#include "scoring/dependency.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "scoring/random.h"

namespace longview {
namespace {

constexpr std::uint32_t subset_count = 64; // fixed subsets of k pairs that stand for a row with more

/// What a formula needs of one pair.
struct Link {
  std::uint32_t place = 0; ///< in drawing order
  std::uint32_t j = 0;
  double strength = 0;
  double distance = 0;
  double exponent = 0; ///< what the softmax of specificity is taken over
};

bool usable(double perplexity) {
  return std::isfinite(perplexity) && perplexity > 0;
}

/// 1 - H / ln n of softmax(exponent), clipped; with the largest exponent taken off first, so that nothing overflows.
double softmax_specificity(std::span<const Link> links) {
  double top = links[0].exponent;
  for (const Link& link : links)
    top = std::max(top, link.exponent);
  double total = 0, weighted = 0;
  for (const Link& link : links) {
    const double below = link.exponent - top;
    const double weight = std::exp(below);
    total += weight;
    if (weight > 0) // below may be -infinity
      weighted += weight * below;
  }
  const double most = std::log(static_cast<double>(links.size()));
  const double entropy = std::log(total) - weighted / total;
  return std::clamp((most - entropy) / most, 0.0, 1.0);
}

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

/// Memory of one thread, kept from document to document.
struct Scratch {
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
    std::uint32_t begin = 0;
    for (std::uint32_t i = 0; i < document_.segments(); ++i) {
      const std::uint32_t end = scratch.ends[i];
      if (begin < end)
        add_row(i, std::span(scratch.links).subspan(begin, end - begin));
      begin = end;
    }
    return numbers();
  }

 private:
  bool counted(const Pair& pair) const {
    return pair.i < document_.segments() && pair.j < pair.i && usable(pair.perplexity_after) &&
           usable(document_.perplexity_alone[pair.i]);
  }

  /// Counting sort of the usable pairs by target.
  void group_by_row(Scratch& scratch) const {
    std::vector<std::uint32_t>& ends = scratch.ends;
    ends.assign(document_.segments() + 1, 0);
    std::uint32_t count = 0;
    for (const Pair& pair : document_.pairs)
      if (counted(pair)) {
        ++ends[pair.i + 1];
        ++count;
      }
    for (std::size_t i = 1; i < ends.size(); ++i)
      ends[i] += ends[i - 1];
    scratch.links.resize(count);
    for (std::uint32_t place = 0; place < document_.pairs.size(); ++place) {
      const Pair& pair = document_.pairs[place];
      if (counted(pair))
        scratch.links[ends[pair.i]++] = link(pair, place);
    }
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
    return parameters_.specificity == SpecificityMode::off ? 1.0 : softmax_specificity(links);
  }

  /// (alpha strength + beta distance) where the strength is over the threshold.
  double weight(const Link& link) const {
    return link.strength > parameters_.threshold ? parameters_.alpha * link.strength + parameters_.beta * link.distance
                                                 : 0.0;
  }

  double weight(std::span<const Link> links) const {
    double total = 0;
    for (const Link& one : links)
      total += weight(one);
    return total;
  }

  void add_row(std::uint32_t i, std::span<Link> row) {
    for (const Link& one : row) {
      strength_.add(one.strength);
      distance_.add(one.distance);
    }
    const double specificity = row_specificity(row);
    if (details_)
      describe(i, row, specificity);
    if (std::isnan(specificity))
      return;
    specificity_.add(specificity);
    const double row_sum = weight(row) * specificity;
    sum_ += row_sum;
    if (published_)
      return;
    if (row.size() > row_pairs)
      rows_.add(mean_over_subsets(i, row));
    else if (row.size() == row_pairs || document_.segments() <= row_pairs)
      rows_.add(row_sum / static_cast<double>(row.size()));
  }

  /// What the row would have been worth had k of its pairs been drawn: so documents with more pairs mean the same.
  double mean_over_subsets(std::uint32_t i, std::span<Link> row) const {
    const auto nearer = [](const Link& a, const Link& b) { return a.j < b.j; };
    if (!std::is_sorted(row.begin(), row.end(), nearer)) // subsets must not depend on the order of drawing
      std::sort(row.begin(), row.end(), nearer);
    Stream stream(i);
    std::array<Link, row_pairs> subset;
    double total = 0;
    for (std::uint32_t s = 0; s < subset_count; ++s) {
      ShortShuffle<row_pairs> order(static_cast<std::uint32_t>(row.size()));
      for (Link& one : subset)
        one = row[order.next(stream)];
      total += weight(subset) * row_specificity(subset) / row_pairs;
    }
    return total / subset_count;
  }

  /// Distances are known before anything is computed.
  void describe_distances() {
    for (std::size_t place = 0; place < document_.pairs.size(); ++place)
      details_->parts[place].distance = distance(document_.pairs[place]);
  }

  void describe(std::uint32_t i, std::span<const Link> row, double specificity) {
    details_->specificity[i] = specificity;
    for (const Link& one : row) {
      PairParts& parts = details_->parts[one.place];
      parts.gain = document_.perplexity_alone[i] - document_.pairs[one.place].perplexity_after;
      parts.strength = one.strength;
      parts.specificity = specificity;
      parts.contribution = std::isnan(specificity) ? 0.0 : weight(one) * specificity;
    }
  }

  /// Standard error of the mean over rows drawn without replacement.
  double error_of_rows() const {
    if (rows_.count < 2)
      return no_value;
    const std::uint32_t segments = document_.segments();
    const double drawn = static_cast<double>(rows_.count);
    // In a document of N <= k every row of two or more pairs is eligible: 2 … N - 1.
    const double eligible = segments > row_pairs ? segments - row_pairs : std::max(drawn, segments - 2.0);
    return std::sqrt(rows_.squares / (drawn - 1) / drawn * std::max(0.0, 1 - drawn / eligible));
  }

  DocumentNumbers numbers() const {
    DocumentNumbers result;
    result.pair_count = strength_.count;
    result.mean_strength = strength_.value();
    result.mean_distance = distance_.value();
    result.mean_specificity = specificity_.value();
    if (published_) {
      result.lds = sum_;
      result.lds_mean = strength_.count ? sum_ / static_cast<double>(strength_.count) : no_value;
    } else {
      result.lds = strength_.count ? sum_ : no_value;
      result.lds_mean = rows_.value();
      result.lds_error = error_of_rows();
    }
    return result;
  }

  const DocumentPairs& document_;
  const bool published_;
  const LiveParameters& parameters_;
  DocumentScores* const details_; ///< null where only the numbers are asked for
  double furthest_ = 0;           ///< D, in segments
  double sum_ = 0;
  Mean strength_, distance_, specificity_;
  MeanWithSpread rows_;
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
