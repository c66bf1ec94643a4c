#include "scoring/pair_columns.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
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

/// Pairs up to `sure` are over the threshold, pairs beyond `most` are not; between them is what rounding could decide
/// either way, which is about one pair in a million.
struct Cut {
  float sure = 0, most = 0;
};

Cut cut_at(double alone, double shift, double threshold) {
  constexpr double widest = 0x1p-20; // of doubles rounded to floats: 16 times what can go wrong
  const double over = threshold + shift;
  const double middle = alone * (1 - over);
  const double margin = alone * std::max(1.0, std::abs(over)) * widest + double{std::numeric_limits<float>::min()};
  constexpr double largest = std::numeric_limits<float>::max();
  return {static_cast<float>(std::clamp(middle - margin, -largest, largest)),
          static_cast<float>(std::clamp(middle + margin, -largest, largest))};
}

/// What the pairs of a row that are over the threshold add up to.
struct Taken {
  double after = 0; ///< sum of PPL(c_i|c_j)
  std::uint64_t back = 0;
  std::uint32_t count = 0, overlap = 0;
};

/// The columns of one row's pairs.
struct RowPairs {
  const float* after;
  const std::uint16_t* back;
  const std::uint8_t* overlap; ///< null where it was not measured
  std::uint32_t count;
};

/// Adds up the pairs up to cut.most; false where some lie between the two bounds, and nothing counts then.
bool take_any(const RowPairs& row, const Cut& cut, std::uint32_t furthest, Taken& taken) {
  std::uint32_t sure = 0;
  for (std::uint32_t k = 0; k < row.count; ++k) {
    const bool in = row.after[k] <= cut.most;
    taken.after += in ? double{row.after[k]} : 0.0;
    taken.back += in ? std::min<std::uint32_t>(row.back[k], furthest) : 0;
    taken.count += in;
    taken.overlap += in && row.overlap ? row.overlap[k] : 0;
    sure += row.after[k] <= cut.sure;
  }
  return sure == taken.count;
}

// Four pairs at once, as vectors of the compiler (GCC and Clang have them on every processor). Of 16 bytes: what every
// x86-64 does in one go.
using Floats = float __attribute__((vector_size(16)));
using Ints = std::int32_t __attribute__((vector_size(16)));
using Doubles = double __attribute__((vector_size(32)));
using Shorts = std::uint16_t __attribute__((vector_size(8)));
using Bytes = std::uint8_t __attribute__((vector_size(4)));

inline std::uint32_t sum_of(const Ints& lanes) {
  return static_cast<std::uint32_t>((lanes[0] + lanes[2]) + (lanes[1] + lanes[3]));
}

/// take_any() of a row of eight, without branches: which pairs are taken is as good as random.
inline bool take_eight(const RowPairs& row, const Cut& cut, std::uint32_t furthest, Taken& taken) {
  static_assert(row_pairs == 8);
  // Distances, how many are taken and how many surely, in one number a lane: 8 x 65,535 takes 19 bits, 8 takes four.
  constexpr std::int32_t one = 1 << 20, one_sure = 1 << 24, below_one = one - 1;
  const Floats most = Floats{} + cut.most, sure_most = Floats{} + cut.sure;
  const Ints furthest_back = Ints{} + static_cast<std::int32_t>(std::min<std::uint32_t>(furthest, 65535));
  Ints packed{}, overlap{};
  Doubles after{};
  for (std::uint32_t k = 0; k < row_pairs; k += 4) {
    Floats values;
    std::memcpy(&values, row.after + k, sizeof values);
    const Ints in = values <= most, sure = values <= sure_most;
    after += __builtin_convertvector(__builtin_bit_cast(Floats, in & __builtin_bit_cast(Ints, values)), Doubles);
    Shorts steps;
    std::memcpy(&steps, row.back + k, sizeof steps);
    Ints back = __builtin_convertvector(steps, Ints);
    back = back < furthest_back ? back : furthest_back;
    packed += (in & (back + one)) + (sure & one_sure);
    if (row.overlap) {
      Bytes shares;
      std::memcpy(&shares, row.overlap + k, sizeof shares);
      overlap += in & __builtin_convertvector(shares, Ints);
    }
  }
  const std::uint32_t sums = sum_of(packed);
  taken.count = sums >> 20 & 15;
  taken.back = sums & below_one;
  taken.overlap = sum_of(overlap);
  taken.after = (after[0] + after[2]) + (after[1] + after[3]);
  return sums >> 24 == taken.count;
}

/// The pairs over the threshold; `cut` ends as a bound that decides every pair.
inline Taken take(const RowPairs& row, double alone, double shift, double threshold, std::uint32_t furthest, Cut& cut) {
  cut = cut_at(alone, shift, threshold);
  if (Taken taken; row.count == row_pairs ? take_eight(row, cut, furthest, taken) : take_any(row, cut, furthest, taken))
    return taken;
  cut.sure = cut.most = last_taken(alone, shift, threshold);
  Taken taken;
  take_any(row, cut, furthest, taken);
  return taken;
}

/// The values of a document's rows that count in its mean.
struct RowValues {
  std::span<double> values; ///< room for one a row
  std::size_t count = 0;

  void add(double value) { values[count++] = value; }
  double mean() const {
    double sum = 0;
    for (const double value : values.first(count))
      sum += value;
    return count ? sum / static_cast<double>(count) : no_value;
  }

  /// Standard error of the mean over rows drawn without replacement (architecture.md, section 2).
  double error(double mean, std::uint32_t segments) const {
    if (count < 2)
      return no_value;
    double squares = 0;
    for (const double value : values.first(count))
      squares += (value - mean) * (value - mean);
    const auto drawn = static_cast<double>(count);
    const double eligible = segments > row_pairs ? segments - row_pairs : std::max(drawn, segments - 2.0);
    return std::sqrt(squares / (drawn - 1) / drawn * std::max(0.0, 1 - drawn / eligible));
  }
};

double mean_of(double sum, std::uint64_t count) {
  return count ? sum / static_cast<double>(count) : no_value;
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

bool PairColumns::in_subsets(std::uint32_t pairs) const {
  return pairs > row_pairs && sampling_.preset == Preset::longview;
}

bool PairColumns::add(const DocumentPairs& document) {
  if (document.segments() > most_segments)
    return false;
  thread_local Scratch scratch;
  scratch.group(document);
  Document entry;
  entry.first_row = counts_.size();
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
    if (const std::size_t row = counts_.size() - 1; !std::isnan(specificity_[0][row])) {
      ++specific;
      for (const SpecificityMode mode : {SpecificityMode::raw, SpecificityMode::relative, SpecificityMode::off})
        specificities[static_cast<std::size_t>(mode)] += row_specificity(row, mode);
    }
  }
  entry.rows = static_cast<std::uint32_t>(counts_.size() - entry.first_row);
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
  const std::span<const Entry> row = scratch.row;
  counts_.push_back(static_cast<std::uint32_t>(row.size()));
  alone_.push_back(static_cast<float>(alone));
  for (std::size_t mode = 0; mode < specificity_.size(); ++mode) {
    const auto exponent = [mode](const Entry& entry) { return entry.exponents[mode]; };
    const double none = sampling_.preset == Preset::published ? 1.0 : no_value;
    specificity_[mode].push_back(row.size() < 2 ? none : softmax_specificity(row, exponent));
  }
  if (in_subsets(counts_.back()))
    add_weights(scratch, i);
  for (const Entry& entry : row) {
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

template <typename Use>
void PairColumns::each_column(const Use& use) {
  use(documents_);
  use(counts_);
  use(alone_);
  use(shifts_);
  use(after_);
  use(back_);
  use(overlap_);
  for (std::vector<double>& column : specificity_)
    use(column);
  for (std::vector<float>& column : weights_)
    use(column);
}

void PairColumns::shrink() {
  bytes_ = 0;
  each_column([this](auto& column) {
    column.shrink_to_fit();
    bytes_ += column.capacity() * sizeof(column[0]);
  });
}

double PairColumns::row_specificity(std::size_t row, SpecificityMode mode) const {
  if (mode != SpecificityMode::off)
    return specificity_[static_cast<std::size_t>(mode)][row];
  return std::isnan(specificity_[0][row]) ? no_value : 1.0;
}

/// One document under one set of parameters.
struct PairColumns::Pass {
  const PairColumns& columns;
  const Document& document;
  const LiveParameters& parameters;
  std::uint32_t furthest; ///< D in segments, at least 1
  double distance_weight; ///< beta / D
  std::uint64_t pair, weight;
  double sum = 0, corrected_sum = 0;
  std::uint64_t corrected_pairs = 0;
  RowValues rows, corrected_rows;
  std::uint64_t linked = 0, overlap = 0;

  Pass(const PairColumns& all, const Document& one, const LiveParameters& chosen, std::vector<double>& memory)
      : columns(all), document(one), parameters(chosen), pair(one.first_pair), weight(one.first_weight) {
    const bool window = chosen.distance == DistanceScale::window;
    furthest = std::max(window ? all.sampling_.window_segments() : one.segments, 2u) - 1;
    distance_weight = chosen.beta / furthest;
    memory.resize(std::max<std::size_t>(memory.size(), std::size_t{2} * one.rows));
    rows.values = std::span(memory).first(one.rows);
    corrected_rows.values = std::span(memory).subspan(one.rows, one.rows);
  }

  /// Value of a row of more than k pairs.
  double value_in_subsets(const RowPairs& row, double alone, float last, double shift) const {
    const float* const shares = columns.weights_[static_cast<std::size_t>(parameters.specificity)].data() + weight;
    double all = 0, gains = 0, distances = 0;
    for (std::uint32_t k = 0; k < row.count; ++k) {
      const double share = row.after[k] <= last ? shares[k] : 0.0;
      all += share;
      gains += share * (alone - double{row.after[k]});
      distances += share * std::min<std::uint32_t>(row.back[k], furthest);
    }
    return parameters.alpha * (gains / alone - all * shift) + distance_weight * distances;
  }

  /// Adds what is taken of a row, with `shift` off every strength; to `total`, and to `values` where it has a value in
  /// the mean.
  void add(const RowPairs& row, const Taken& taken, float last, double alone, double specificity, double shift,
           double& total, RowValues& values) const {
    const double gain = taken.count * alone - taken.after;
    const double value =
        (parameters.alpha * (gain / alone - taken.count * shift) + distance_weight * static_cast<double>(taken.back)) *
        specificity;
    total += value;
    if (columns.sampling_.preset == Preset::published)
      return;
    if (row.count == row_pairs)
      values.add(value / row_pairs);
    else if (row.count > row_pairs)
      values.add(value_in_subsets(row, alone, last, shift));
    else if (document.segments <= row_pairs)
      values.add(value / row.count);
  }

  void add_row(std::size_t place, const RowPairs& row, double shift) {
    const double alone = columns.alone_[place];
    const double specificity = columns.row_specificity(place, parameters.specificity);
    Cut cut;
    const Taken taken = take(row, alone, 0, parameters.threshold, furthest, cut);
    linked += taken.count;
    overlap += taken.overlap;
    if (!std::isnan(specificity))
      add(row, taken, cut.most, alone, specificity, 0, sum, rows);
    if (std::isnan(shift))
      return;
    corrected_pairs += row.count;
    if (std::isnan(specificity))
      return;
    const Taken corrected = take(row, alone, shift, parameters.threshold, furthest, cut);
    add(row, corrected, cut.most, alone, specificity, shift, corrected_sum, corrected_rows);
  }

  void run() {
    const float* const after = columns.after_.data();
    const std::uint16_t* const back = columns.back_.data();
    const std::uint8_t* const copied = document.overlapped ? columns.overlap_.data() : nullptr;
    for (std::uint32_t k = 0; k < document.rows; ++k) {
      const std::size_t place = document.first_row + k;
      const RowPairs row{after + pair, back + pair, copied ? copied + pair : nullptr, columns.counts_[place]};
      add_row(place, row, document.controlled ? columns.shifts_[document.first_shift + k] : no_value);
      pair += row.count;
      if (columns.in_subsets(row.count))
        weight += row.count;
    }
  }
};

DocumentNumbers PairColumns::numbers(std::size_t place, const LiveParameters& parameters) const {
  const Document& document = documents_[place];
  thread_local std::vector<double> values;
  Pass pass(*this, document, parameters, values);
  pass.run();
  DocumentNumbers result;
  result.pair_count = document.pairs;
  result.mean_strength = document.strength;
  result.corrected_strength = document.corrected_strength;
  result.mean_distance = parameters.distance == DistanceScale::window ? document.distance_in_window : document.distance;
  result.mean_specificity = document.specificity[static_cast<std::size_t>(parameters.specificity)];
  if (document.overlapped)
    result.copied = mean_of(static_cast<double>(pass.overlap) / 255.0, pass.linked);
  const bool corrected = pass.corrected_pairs > 0;
  result.corrected_lds = corrected ? pass.corrected_sum : no_value;
  if (sampling_.preset == Preset::published) {
    result.lds = pass.sum;
    result.lds_mean = mean_of(pass.sum, document.pairs);
    result.corrected_lds_mean = corrected ? mean_of(pass.corrected_sum, pass.corrected_pairs) : no_value;
  } else {
    result.lds = document.pairs ? pass.sum : no_value;
    result.lds_mean = pass.rows.mean();
    result.lds_error = pass.rows.error(result.lds_mean, document.segments);
    result.corrected_lds_mean = pass.corrected_rows.mean();
    result.corrected_lds_error = pass.corrected_rows.error(result.corrected_lds_mean, document.segments);
  }
  return result;
}

} // namespace longview
