#include "analysis/profile_band.h"

#include <algorithm>
#include <cmath>

#include "scoring/random.h"

namespace longview {

void ProfileUnits::add_pair(std::size_t unit, const Pair& pair, double value) {
  if (pair.j >= pair.i || !std::isfinite(value) || pair.i - pair.j > bins_.longest())
    return;
  Cell& cell = cells_[unit * bins_.count() + bins_.bin(pair.i - pair.j)];
  cell.sum += static_cast<float>(value);
  cell.count += 1;
  cell.distance += static_cast<float>(pair.i - pair.j);
}

void ProfileUnits::add_document(const DocumentPairs& document, const DocumentScores& scores, PairValue value) {
  const std::size_t unit = count();
  cells_.resize(cells_.size() + bins_.count());
  for (std::size_t place = 0; place < std::min(document.pairs.size(), scores.parts.size()); ++place)
    add_pair(unit, document.pairs[place], scores.parts[place].*value);
}

void ProfileUnits::add_rows(const DocumentPairs& document, const DocumentScores& scores, PairValue value) {
  constexpr std::size_t none = ~std::size_t{0};
  std::vector<std::size_t> unit_of(document.segments(), none);
  for (std::size_t place = 0; place < std::min(document.pairs.size(), scores.parts.size()); ++place) {
    const Pair& pair = document.pairs[place];
    if (pair.i >= document.segments())
      continue;
    std::size_t& unit = unit_of[pair.i];
    if (unit == none) {
      unit = count();
      cells_.resize(cells_.size() + bins_.count());
    }
    add_pair(unit, pair, scores.parts[place].*value);
  }
}

/// Draws the units of a ProfileUnits anew.
class ProfileBand {
 public:
  ProfileBand(const ProfileUnits& units, UnitWeight weight)
      : bins_(units.bins_), count_(units.count()), cells_(units.cells_) {
    if (weight == UnitWeight::equal)
      for (ProfileUnits::Cell& cell : cells_)
        if (cell.count > 0) {
          cell.sum /= cell.count;
          cell.count = 1;
        }
    find_points(units);
  }

  std::vector<BandPoint> run(const BootstrapOptions& options) {
    Stream stream(options.seed);
    std::vector<std::vector<double>> drawn(points_.size());
    std::vector<double> sums(points_.size()), counts(points_.size());
    for (std::uint32_t round = 0; round < options.resamples && count_ > 1; ++round) {
      std::fill(sums.begin(), sums.end(), 0);
      std::fill(counts.begin(), counts.end(), 0);
      for (std::size_t k = 0; k < count_; ++k)
        add(stream.below(count_), sums, counts);
      for (std::size_t b = 0; b < points_.size(); ++b)
        if (counts[b] > 0)
          drawn[b].push_back(sums[b] / counts[b]);
    }
    for (std::size_t b = 0; b < points_.size(); ++b)
      if (points_[b].units > 1) {
        std::sort(drawn[b].begin(), drawn[b].end());
        points_[b].band = {quantile(drawn[b], (1 - options.coverage) / 2),
                           quantile(drawn[b], (1 + options.coverage) / 2)};
      }
    return std::move(points_);
  }

 private:
  void add(std::size_t unit, std::vector<double>& sums, std::vector<double>& counts) const {
    const ProfileUnits::Cell* const cells = cells_.data() + unit * points_.size();
    for (std::size_t b = 0; b < points_.size(); ++b) {
      sums[b] += cells[b].sum;
      counts[b] += cells[b].count;
    }
  }

  void find_points(const ProfileUnits& units) {
    points_.resize(bins_.count());
    std::vector<double> sums(points_.size()), counts(points_.size()), distances(points_.size());
    for (std::size_t unit = 0; unit < count_; ++unit) {
      add(unit, sums, counts);
      for (std::size_t b = 0; b < points_.size(); ++b) {
        const ProfileUnits::Cell& cell = units.cells_[unit * points_.size() + b];
        points_[b].units += cell.count > 0;
        points_[b].pairs += static_cast<std::uint64_t>(cell.count);
        distances[b] += cell.distance;
      }
    }
    for (std::size_t b = 0; b < points_.size(); ++b) {
      points_[b].nearest = bins_.edges()[b];
      points_[b].furthest = bins_.edges()[b + 1] - 1;
      if (counts[b] > 0) {
        points_[b].mean = sums[b] / counts[b];
        points_[b].mean_distance = distances[b] / static_cast<double>(points_[b].pairs);
      }
    }
  }

  const DistanceBins& bins_;
  const std::size_t count_;
  std::vector<ProfileUnits::Cell> cells_;
  std::vector<BandPoint> points_;
};

std::vector<BandPoint> profile_band(const ProfileUnits& units, UnitWeight weight, const BootstrapOptions& options) {
  return ProfileBand(units, weight).run(options);
}

} // namespace longview
