#include "scoring/pair_columns.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <span>

#include "scoring/random.h"
#include "scoring/row_rules.h"

namespace longview {
namespace {

constexpr std::uint32_t most_segments = 65536; // distances are kept in 16 bits
constexpr std::size_t most_kept_draws = 4096;

/// One usable pair on its way into the columns.
struct Entry {
  std::uint32_t j = 0;
  float after = 0;
  std::uint8_t overlap = 0;
  double strength = 0;
  std::array<double, 2> exponents{}; ///< raw, relative
  std::array<double, 3> weights{};
};

/// The 64 subsets of a row of n pairs: eight places each. They depend on row number and n alone.
std::vector<std::uint32_t> draw_subsets(std::uint32_t i, std::uint32_t n) {
  std::vector<std::uint32_t> places;
  places.reserve(subset_count * row_pairs);
  Stream stream(i);
  for (std::uint32_t s = 0; s < subset_count; ++s) {
    ShortShuffle<row_pairs> order(n);
    for (std::uint32_t k = 0; k < row_pairs; ++k)
      places.push_back(order.next(stream));
  }
  return places;
}

float next_float(float value, int step) {
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) + static_cast<std::uint32_t>(step));
}

/// The largest float x for which a pair with this perplexity after its prefix is over the threshold, exactly as
/// derive() would decide; zero where none is. Larger x are weaker, so one comparison of floats then decides a pair.
float last_taken(double alone, double shift, double threshold) {
  const auto taken = [&](float x) { return (alone - x) / alone - shift > threshold; };
  const auto guess = static_cast<float>(alone * (1 - (threshold + shift)));
  constexpr float most = std::numeric_limits<float>::max();
  if (guess > std::numeric_limits<float>::min() && guess < most)
    for (const int step : {0, -1, 1}) {
      const float x = next_float(guess, step);
      if (taken(x) && !taken(next_float(x, 1)))
        return x;
    }
  // Positive floats are in order of their bits.
  std::uint32_t low = 0, high = std::bit_cast<std::uint32_t>(most);
  if (taken(most))
    return most;
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (taken(std::bit_cast<float>(middle)) ? low : high) = middle;
  }
  return std::bit_cast<float>(low);
}

/// What the pairs of a row that are over the threshold add up to.
struct Taken {
  double gain = 0; ///< sum of PPL(c_i) - PPL(c_i|c_j)
  std::uint64_t back = 0;
  std::uint32_t count = 0;
};

/// Without branches: which pairs are taken is as good as random. `Fixed`: the row's length where it is known.
template <std::uint32_t Fixed>
Taken take_pairs(const float* after, const std::uint16_t* back, std::uint32_t count, float last, double alone,
                 std::uint32_t furthest) {
  const std::uint32_t n = Fixed ? Fixed : count;
  Taken sum;
  std::array<double, 2> gains{};
  std::uint32_t backs = 0, taken = 0;
  for (std::uint32_t k = 0; k < n; ++k) {
    const bool in = after[k] <= last;
    gains[k % 2] += in ? alone - after[k] : 0.0;
    const std::uint32_t steps = std::min<std::uint32_t>(back[k], furthest);
    if constexpr (Fixed != 0)
      backs += in ? steps : 0;
    else
      sum.back += in ? steps : 0;
    taken += in;
  }
  sum.gain = gains[0] + gains[1];
  sum.back += backs;
  sum.count = taken;
  return sum;
}

/// A mean with its spread in one pass (Welford).
struct Spread {
  std::uint64_t count = 0;
  double mean = 0, squares = 0;

  void add(double value) {
    ++count;
    const double before = value - mean;
    mean += before / static_cast<double>(count);
    squares += before * (value - mean);
  }
  double value() const { return count ? mean : no_value; }

  /// Standard error of the mean over rows drawn without replacement (architecture.md, section 2).
  double error(std::uint32_t segments) const {
    if (count < 2)
      return no_value;
    const auto drawn = static_cast<double>(count);
    const double eligible = segments > row_pairs ? segments - row_pairs : std::max(drawn, segments - 2.0);
    return std::sqrt(squares / (drawn - 1) / drawn * std::max(0.0, 1 - drawn / eligible));
  }
};

double mean_of(double sum, std::uint64_t count) {
  return count ? sum / static_cast<double>(count) : no_value;
}

template <typename T>
std::size_t bytes_of(const std::vector<T>& column) {
  return column.capacity() * sizeof(T);
}

} // namespace

/// Memory of one thread, kept from document to document.
struct PairColumns::Scratch {
  std::vector<std::uint32_t> ends;
  std::vector<Entry> entries;
  std::span<Entry> row;
  std::vector<double> shifts;
  std::vector<std::array<double, 2>> powers; ///< per pair of a row: e^x and x, x below the largest exponent
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> draws;
  std::vector<std::uint32_t> other_draw;

  std::span<const std::uint32_t> subsets(std::uint32_t i, std::uint32_t n) {
    if (const auto found = draws.find({i, n}); found != draws.end())
      return found->second;
    if (draws.size() < most_kept_draws)
      return draws[{i, n}] = draw_subsets(i, n);
    return other_draw = draw_subsets(i, n);
  }

  /// Groups the usable pairs by target, each row in drawing order.
  void group(const DocumentPairs& document) {
    const auto put = [&](std::uint32_t slot, std::uint32_t place) {
      const Pair& pair = document.pairs[place];
      Entry& entry = entries[slot];
      const double alone = document.perplexity_alone[pair.i];
      const double gain = alone - pair.perplexity_after;
      entry.j = pair.j;
      entry.after = static_cast<float>(pair.perplexity_after);
      entry.overlap = document.overlap.empty() ? 0 : document.overlap[place];
      entry.strength = gain / alone;
      entry.exponents = {gain, 32 * entry.strength};
    };
    group_by_target(
        document, ends, [&](std::uint32_t count) { entries.resize(count); }, put);
  }
};

PairColumns::PairColumns(const SamplingSettings& sampling) : sampling_(sampling) {}

bool PairColumns::in_subsets(const Row& row) const {
  return row.count > row_pairs && sampling_.preset == Preset::longview;
}

bool PairColumns::add(const DocumentPairs& document) {
  if (document.segments() > most_segments)
    return false;
  thread_local Scratch scratch;
  scratch.group(document);
  Document entry;
  entry.first_row = rows_.size();
  entry.first_pair = after_.size();
  entry.first_weight = weights_[0].size();
  entry.first_shift = shifts_.size();
  entry.segments = document.segments();
  entry.pairs = static_cast<std::uint32_t>(scratch.entries.size());
  entry.overlapped = !document.overlap.empty();
  entry.controlled = !document.controls.empty();
  if (entry.controlled)
    find_shifts(document, scratch.shifts);
  if (entry.overlapped)
    overlap_.resize(after_.size(), 0); // of documents before it without
  std::array<double, 3> specificities{};
  std::uint64_t specific = 0, corrected = 0;
  double strength = 0, corrected_strength = 0, back = 0, back_in_window = 0;
  const std::uint32_t window = sampling_.window_segments();
  std::uint32_t begin = 0;
  for (std::uint32_t i = 0; i < document.segments(); ++i) {
    const std::uint32_t end = scratch.ends[i];
    scratch.row = std::span(scratch.entries).subspan(begin, end - begin);
    begin = end;
    if (scratch.row.empty())
      continue;
    add_row(entry, scratch, i, document.perplexity_alone[i]);
    const double shift = entry.controlled ? scratch.shifts[i] : no_value;
    for (const Entry& pair : scratch.row) {
      strength += pair.strength;
      back += i - pair.j;
      back_in_window += std::min(i - pair.j, std::max(window, 2u) - 1);
      if (!std::isnan(shift)) {
        corrected_strength += pair.strength - shift;
        ++corrected;
      }
    }
    if (entry.controlled)
      shifts_.push_back(shift);
    if (const Row& row = rows_.back(); !std::isnan(row.specificity[0])) {
      ++specific;
      for (const SpecificityMode mode : {SpecificityMode::raw, SpecificityMode::relative, SpecificityMode::off})
        specificities[static_cast<std::size_t>(mode)] += row_specificity(row, mode);
    }
  }
  entry.rows = static_cast<std::uint32_t>(rows_.size() - entry.first_row);
  entry.strength = mean_of(strength, entry.pairs);
  entry.corrected_strength = mean_of(corrected_strength, corrected);
  // A scale of no length calls every distance 1, which is also what dividing by one segment gives.
  entry.distance = mean_of(back / std::max(1.0, entry.segments - 1.0), entry.pairs);
  entry.distance_in_window = mean_of(back_in_window / (std::max(window, 2u) - 1), entry.pairs);
  for (std::size_t mode = 0; mode < specificities.size(); ++mode)
    entry.specificity[mode] = mean_of(specificities[mode], specific);
  documents_.push_back(entry);
  return true;
}

void PairColumns::add_row(Document& document, Scratch& scratch, std::uint32_t i, double alone) {
  Row row;
  row.count = static_cast<std::uint32_t>(scratch.row.size());
  row.alone = static_cast<float>(alone);
  for (std::size_t mode = 0; mode < row.specificity.size(); ++mode) {
    const auto exponent = [mode](const Entry& entry) { return entry.exponents[mode]; };
    const double none = sampling_.preset == Preset::published ? 1.0 : no_value;
    row.specificity[mode] = row.count < 2 ? none : softmax_specificity(std::span<const Entry>(scratch.row), exponent);
  }
  if (in_subsets(row))
    add_weights(scratch, i);
  rows_.push_back(row);
  for (const Entry& entry : scratch.row) {
    after_.push_back(entry.after);
    back_.push_back(static_cast<std::uint16_t>(i - entry.j));
    if (document.overlapped)
      overlap_.push_back(entry.overlap);
  }
}

/// How much each pair weighs in the row's value: over the subsets it is in, their specificity / k / 64.
void PairColumns::add_weights(Scratch& scratch, std::uint32_t i) {
  std::sort(scratch.row.begin(), scratch.row.end(), [](const Entry& a, const Entry& b) { return a.j < b.j; });
  const std::span<Entry> row = scratch.row;
  const std::span<const std::uint32_t> subsets = scratch.subsets(i, static_cast<std::uint32_t>(row.size()));
  constexpr double share = 1.0 / row_pairs / subset_count;
  for (Entry& entry : row)
    entry.weights = {};
  for (const std::uint32_t place : subsets)
    row[place].weights[static_cast<std::size_t>(SpecificityMode::off)] += share;
  for (std::size_t mode = 0; mode < 2; ++mode) {
    double top = row[0].exponents[mode];
    for (const Entry& entry : row)
      top = std::max(top, entry.exponents[mode]);
    scratch.powers.resize(row.size());
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double below = row[k].exponents[mode] - top;
      const double power = std::exp(below);
      scratch.powers[k] = {power, power > 0 ? power * below : 0.0};
    }
    for (std::size_t s = 0; s < subsets.size(); s += row_pairs) {
      const std::span<const std::uint32_t> subset = subsets.subspan(s, row_pairs);
      double total = 0, weighted = 0;
      for (const std::uint32_t place : subset) {
        total += scratch.powers[place][0];
        weighted += scratch.powers[place][1];
      }
      constexpr double least = 1e-250; // far below the row's largest the powers lose their digits
      const double specificity =
          total > least ? specificity_of(total, weighted, row_pairs)
                        : softmax_specificity(subset, [&](std::uint32_t place) { return row[place].exponents[mode]; });
      for (const std::uint32_t place : subset)
        row[place].weights[mode] += specificity * share;
    }
  }
  for (std::size_t mode = 0; mode < weights_.size(); ++mode)
    for (const Entry& entry : row)
      weights_[mode].push_back(static_cast<float>(entry.weights[mode]));
}

void PairColumns::shrink() {
  documents_.shrink_to_fit();
  rows_.shrink_to_fit();
  shifts_.shrink_to_fit();
  after_.shrink_to_fit();
  back_.shrink_to_fit();
  overlap_.shrink_to_fit();
  for (std::vector<float>& column : weights_)
    column.shrink_to_fit();
}

std::size_t PairColumns::bytes() const {
  std::size_t sum = bytes_of(documents_) + bytes_of(rows_) + bytes_of(shifts_) + bytes_of(after_) + bytes_of(back_) +
                    bytes_of(overlap_);
  for (const std::vector<float>& column : weights_)
    sum += bytes_of(column);
  return sum;
}

double PairColumns::row_specificity(const Row& row, SpecificityMode mode) const {
  if (mode != SpecificityMode::off)
    return row.specificity[static_cast<std::size_t>(mode)];
  return std::isnan(row.specificity[0]) ? no_value : 1.0;
}

/// One document under one set of parameters.
struct PairColumns::Pass {
  const PairColumns& columns;
  const Document& document;
  const LiveParameters& parameters;
  std::uint32_t furthest; ///< D in segments, at least 1
  std::uint64_t pair, weight;
  double sum = 0, corrected_sum = 0;
  std::uint64_t corrected_pairs = 0;
  Spread rows, corrected_rows;
  std::uint64_t linked = 0, overlap = 0;

  Pass(const PairColumns& all, const Document& one, const LiveParameters& chosen)
      : columns(all), document(one), parameters(chosen), pair(one.first_pair), weight(one.first_weight) {
    const bool window = chosen.distance == DistanceScale::window;
    furthest = std::max(window ? all.sampling_.window_segments() : one.segments, 2u) - 1;
  }

  /// alpha x strengths + beta x distances of what is taken.
  double worth(double strengths, double distances) const {
    return parameters.alpha * strengths + parameters.beta * distances;
  }

  double worth(const Row& row, const Taken& taken, double shift) const {
    return worth(taken.gain / row.alone - taken.count * shift, static_cast<double>(taken.back) / furthest);
  }

  Taken take(const Row& row, float last) const {
    const float* const after = columns.after_.data() + pair;
    const std::uint16_t* const back = columns.back_.data() + pair;
    return row.count == row_pairs ? take_pairs<row_pairs>(after, back, row.count, last, row.alone, furthest)
                                  : take_pairs<0>(after, back, row.count, last, row.alone, furthest);
  }

  /// Value of a row of more than k pairs.
  double value_in_subsets(const Row& row, float last, double shift) const {
    const std::vector<float>& weights = columns.weights_[static_cast<std::size_t>(parameters.specificity)];
    double strengths = 0, distances = 0;
    for (std::uint32_t k = 0; k < row.count; ++k) {
      const float after = columns.after_[pair + k];
      const double share = after <= last ? weights[weight + k] : 0.0;
      strengths += share * ((row.alone - double{after}) / row.alone - shift);
      distances += share * std::min<std::uint32_t>(columns.back_[pair + k], furthest);
    }
    return worth(strengths, distances / furthest);
  }

  void count_copies(const Row& row, float last) {
    for (std::uint32_t k = 0; k < row.count; ++k) {
      const bool in = columns.after_[pair + k] <= last;
      linked += in;
      overlap += in ? columns.overlap_[pair + k] : 0u;
    }
  }

  /// Adds a row, with `shift` taken off every strength; to `total`, and to `spread` where it has a value in the mean.
  void add(const Row& row, double specificity, float last, double shift, double& total, Spread& spread) const {
    const double value = worth(row, take(row, last), shift) * specificity;
    total += value;
    if (columns.sampling_.preset == Preset::published)
      return;
    if (row.count > row_pairs)
      spread.add(value_in_subsets(row, last, shift));
    else if (row.count == row_pairs || document.segments <= row_pairs)
      spread.add(value / row.count);
  }

  void run() {
    for (std::uint32_t k = 0; k < document.rows; ++k) {
      const Row& row = columns.rows_[document.first_row + k];
      const float last = last_taken(row.alone, 0, parameters.threshold);
      if (document.overlapped)
        count_copies(row, last);
      const double specificity = columns.row_specificity(row, parameters.specificity);
      const double shift = document.controlled ? columns.shifts_[document.first_shift + k] : no_value;
      if (!std::isnan(shift))
        corrected_pairs += row.count;
      if (!std::isnan(specificity)) {
        add(row, specificity, last, 0, sum, rows);
        if (!std::isnan(shift))
          add(row, specificity, last_taken(row.alone, shift, parameters.threshold), shift, corrected_sum,
              corrected_rows);
      }
      pair += row.count;
      if (columns.in_subsets(row))
        weight += row.count;
    }
  }
};

DocumentNumbers PairColumns::numbers(std::size_t place, const LiveParameters& parameters) const {
  const Document& document = documents_[place];
  Pass pass(*this, document, parameters);
  pass.run();
  DocumentNumbers result;
  result.pair_count = document.pairs;
  result.mean_strength = document.strength;
  result.corrected_strength = document.corrected_strength;
  result.mean_distance = parameters.distance == DistanceScale::window ? document.distance_in_window : document.distance;
  result.mean_specificity = document.specificity[static_cast<std::size_t>(parameters.specificity)];
  result.copied = mean_of(static_cast<double>(pass.overlap) / 255.0, pass.linked);
  const bool corrected = pass.corrected_pairs > 0;
  result.corrected_lds = corrected ? pass.corrected_sum : no_value;
  if (sampling_.preset == Preset::published) {
    result.lds = pass.sum;
    result.lds_mean = mean_of(pass.sum, document.pairs);
    result.corrected_lds_mean = corrected ? mean_of(pass.corrected_sum, pass.corrected_pairs) : no_value;
  } else {
    result.lds = document.pairs ? pass.sum : no_value;
    result.lds_mean = pass.rows.value();
    result.lds_error = pass.rows.error(document.segments);
    result.corrected_lds_mean = pass.corrected_rows.value();
    result.corrected_lds_error = pass.corrected_rows.error(document.segments);
  }
  return result;
}

} // namespace longview
