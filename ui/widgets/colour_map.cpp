#include "widgets/colour_map.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace longview {
namespace {

// Every 28th of matplotlib's 256 colours.
constexpr QRgb cividis[] = {0xff00224e, 0xff123570, 0xff3b496c, 0xff575d6d, 0xff707173,
                            0xff8a8678, 0xffa59c74, 0xffc3b369, 0xffe1cc55, 0xfffee838};
// Okabe and Ito's blue and vermilion, sky blue and orange; between them and the grey in even steps of OKLab.
constexpr QRgb blue_grey_orange_light[] = {0xff0072b2, 0xff4d8cbd, 0xff7da5c6, 0xffa9bdcf, 0xffd6d6d6,
                                           0xffdabaab, 0xffdb9d7f, 0xffd97f50, 0xffd55e00};
constexpr QRgb blue_grey_orange_dark[] = {0xff56b4e9, 0xff5798bf, 0xff567e96, 0xff51636f, 0xff4a4a4a,
                                          0xff6f5f49, 0xff957442, 0xffbd8a33, 0xffe69f00};

constexpr double cut_share = 0.005; ///< of the values, at each end
constexpr double least_cut = 2;     ///< values, so that a single outlier is found among few
constexpr double most_cut = 0.05;   ///< of the values: among very few none is an outlier
constexpr double far_out = 1.5;     ///< how many times what is kept the outermost value must be to be cut

int mix(int from, int to, double share) {
  return static_cast<int>(from + (to - from) * share + 0.5); // never negative
}

/// The smallest of 1, 1.2, 1.5, 2 … times a power of ten that is not below the value; 1 for nothing.
double round_up(double value) {
  if (!(value > 0))
    return 1;
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double step : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0})
    if (value <= step * power * (1 + 1e-9))
      return step * power;
  return 10 * power;
}

/// How many values at an end may be left aside.
std::size_t cut_count(std::size_t count) {
  const auto n = static_cast<double>(count);
  return static_cast<std::size_t>(std::min(std::max(cut_share * n, least_cut), most_cut * n));
}

/// The upper end of values: the largest, or, where the `cut` largest lie far above the rest, the largest of the rest.
double upper_end(std::vector<double> values, double zero) {
  const double most = *std::max_element(values.begin(), values.end());
  const auto place = values.end() - 1 - static_cast<std::ptrdiff_t>(cut_count(values.size()));
  std::nth_element(values.begin(), place, values.end());
  const double kept = *place;
  return kept > zero && most - zero > far_out * (kept - zero) ? kept : most;
}

/// A step that divides a length into four to ten parts: 1, 2 or 5 times a power of ten.
double round_step(double length) {
  const double power = std::pow(10.0, std::floor(std::log10(length / 4)));
  for (const double step : {5.0, 2.0})
    if (step * power <= length / 4)
      return step * power;
  return power;
}

} // namespace

const ColourMap& ColourMap::sequential() {
  static const ColourMap map(cividis);
  return map;
}

const ColourMap& ColourMap::diverging(bool dark) {
  static const ColourMap light_map(blue_grey_orange_light);
  static const ColourMap dark_map(blue_grey_orange_dark);
  return dark ? dark_map : light_map;
}

QRgb ColourMap::at(double position) const {
  const auto steps = static_cast<double>(stops_.size() - 1);
  const double place = std::clamp(position, 0.0, 1.0) * steps;
  const auto below = std::min(static_cast<std::size_t>(place), stops_.size() - 2);
  const double share = place - static_cast<double>(below);
  const QRgb from = stops_[below];
  const QRgb to = stops_[below + 1];
  return qRgb(mix(qRed(from), qRed(to), share), mix(qGreen(from), qGreen(to), share),
              mix(qBlue(from), qBlue(to), share));
}

ColourScale ColourScale::diverging_for(std::span<const double> values, double least) {
  std::vector<double> sizes;
  sizes.reserve(values.size());
  for (const double value : values)
    sizes.push_back(std::abs(value));
  ColourScale scale;
  scale.diverging = true;
  scale.high = round_up(std::max(least, sizes.empty() ? 0.0 : upper_end(std::move(sizes), 0)));
  scale.low = -scale.high;
  scale.tell_clipped(values);
  return scale;
}

ColourScale ColourScale::from_zero_for(std::span<const double> values) {
  std::vector<double> sizes; // zeros are most of the contributions and would leave no range to the rest
  for (const double value : values)
    if (value > 0)
      sizes.push_back(value);
  ColourScale scale;
  scale.high = round_up(sizes.empty() ? 0.0 : upper_end(std::move(sizes), 0));
  scale.tell_clipped(values);
  return scale;
}

ColourScale ColourScale::between_for(std::span<const double> values) {
  ColourScale scale;
  if (values.empty())
    return scale;
  std::vector<double> sorted(values.begin(), values.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const double median = *middle;
  std::vector<double> mirrored;
  for (const double value : values)
    mirrored.push_back(-value);
  const double high = upper_end(std::move(sorted), median);
  const double low = -upper_end(std::move(mirrored), -median);
  const double step = round_step(high > low ? high - low : std::max(1.0, std::abs(high)));
  scale.low = std::floor(low / step) * step;
  scale.high = std::ceil(high / step) * step;
  if (!(scale.high > scale.low))
    scale.high = scale.low + step;
  scale.tell_clipped(values);
  return scale;
}

ColourScale ColourScale::with(const ColourRange& range, std::span<const double> values) const {
  ColourScale scale;
  scale.diverging = diverging;
  scale.low = range.low;
  scale.high = range.high;
  scale.tell_clipped(values);
  return scale;
}

void ColourScale::tell_clipped(std::span<const double> values) {
  for (const double value : values) {
    clipped_low |= value < low;
    clipped_high |= value > high;
  }
}

double ColourScale::position(double value) const {
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

QRgb ColourScale::colour(double value, bool dark) const {
  if (!diverging)
    return ColourMap::sequential().at(position(value));
  const double longer = std::max(std::abs(low), std::abs(high));
  return ColourMap::diverging(dark).at(0.5 + std::clamp(value, low, high) / (2 * longer));
}

} // namespace longview
