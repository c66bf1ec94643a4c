#include "widgets/segment_measure.h"

#include <algorithm>
#include <cmath>

#include <QtGlobal>

namespace longview {
namespace {

struct Mean {
  double sum = 0;
  std::uint64_t count = 0;
  double value() const { return count > 0 ? sum / static_cast<double>(count) : no_value; }
};

/// Calls with each scored pair and what it came to.
template <typename Look>
void each_scored(const DocumentData& document, Look look) {
  const std::size_t known = std::min(document.data.pairs.pairs.size(), document.scores.parts.size());
  for (std::size_t k = 0; k < known; ++k) {
    const Pair& pair = document.data.pairs.pairs[k];
    if (!std::isnan(document.scores.parts[k].strength) && pair.i < document.segments() && pair.j < document.segments())
      look(pair, document.scores.parts[k]);
  }
}

std::vector<double> mean_strengths(const DocumentData& document, bool of_rows) {
  std::vector<Mean> means(document.segments());
  each_scored(document, [&](const Pair& pair, const PairParts& parts) {
    Mean& mean = means[of_rows ? pair.i : pair.j];
    mean.sum += parts.strength;
    ++mean.count;
  });
  std::vector<double> values;
  values.reserve(means.size());
  for (const Mean& mean : means)
    values.push_back(mean.value());
  return values;
}

std::vector<double> contributions(const DocumentData& document) {
  std::vector<double> values(document.segments(), no_value);
  each_scored(document, [&](const Pair& pair, const PairParts& parts) {
    double& value = values[pair.i];
    if (!std::isnan(parts.contribution))
      value = (std::isnan(value) ? 0 : value) + parts.contribution;
  });
  return values;
}

template <typename Meant>
std::optional<Cell> strongest_where(const DocumentData& document, Meant meant) {
  std::optional<Cell> best;
  double strength = 0;
  each_scored(document, [&](const Pair& pair, const PairParts& parts) {
    if (meant(pair) && (!best || parts.strength > strength)) {
      best = Cell{pair.i, pair.j};
      strength = parts.strength;
    }
  });
  return best;
}

} // namespace

const std::array<NamedMeasure, 5>& segment_measures() {
  static const std::array<NamedMeasure, 5> measures{{
      {SegmentMeasure::received, QT_TR_NOOP("Strength received"),
       QT_TR_NOOP("Mean strength of the pairs in which the segment is the target")},
      {SegmentMeasure::leaned_on, QT_TR_NOOP("Leaned on by later text"),
       QT_TR_NOOP("Mean strength of the pairs in which the segment is the prefix")},
      {SegmentMeasure::specificity, QT_TR_NOOP("Specificity"),
       QT_TR_NOOP("How unevenly the prefixes of the segment help it, 0 to 1")},
      {SegmentMeasure::contribution, QT_TR_NOOP("Contribution to LDS"),
       QT_TR_NOOP("What the pairs in which the segment is the target add to LDS")},
      {SegmentMeasure::perplexity_alone, QT_TR_NOOP("Perplexity alone"), QT_TR_NOOP("PPL(c_i), without a prefix")},
  }};
  return measures;
}

std::vector<double> measured(const DocumentData& document, SegmentMeasure measure) {
  const auto copied = [&](const auto& source) {
    std::vector<double> values(source.begin(), source.end());
    values.resize(document.segments(), no_value);
    return values;
  };
  switch (measure) {
  case SegmentMeasure::received:
    return mean_strengths(document, true);
  case SegmentMeasure::leaned_on:
    return mean_strengths(document, false);
  case SegmentMeasure::specificity:
    return copied(document.scores.specificity);
  case SegmentMeasure::contribution:
    return contributions(document);
  case SegmentMeasure::perplexity_alone:
    return copied(document.data.pairs.perplexity_alone);
  }
  return {};
}

ColourScale measure_scale(SegmentMeasure measure, const std::vector<double>& values) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known),
               [](double value) { return std::isfinite(value); });
  switch (measure) {
  case SegmentMeasure::received:
  case SegmentMeasure::leaned_on:
    return ColourScale::diverging_for(known);
  case SegmentMeasure::perplexity_alone:
    return ColourScale::between_for(known);
  case SegmentMeasure::specificity:
  case SegmentMeasure::contribution:
    break;
  }
  return ColourScale::from_zero_for(known);
}

std::optional<Cell> strongest_prefix(const DocumentData& document, std::uint32_t i) {
  return strongest_where(document, [i](const Pair& pair) { return pair.i == i; });
}

std::optional<Cell> strongest_target(const DocumentData& document, std::uint32_t j) {
  return strongest_where(document, [j](const Pair& pair) { return pair.j == j; });
}

} // namespace longview
