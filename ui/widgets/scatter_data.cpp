#include "widgets/scatter_data.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace longview {
namespace {

constexpr double room = 0.02; // of the axis, beyond each end

bool can_stand(double value, bool logarithmic) {
  return std::isfinite(value) && (!logarithmic || value > 0);
}

/// Four digits, written without an exponent, which filters do not have.
std::string rounded(double value, bool up) {
  if (value == 0 || !std::isfinite(value))
    return "0";
  const int decimals = 3 - static_cast<int>(std::floor(std::log10(std::abs(value))));
  const double scale = std::pow(10.0, decimals);
  const double units = up ? std::ceil(value * scale - 1e-6) : std::floor(value * scale + 1e-6);
  std::string text = fmt::format("{:.{}f}", units / scale, std::max(0, decimals));
  if (decimals > 0) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
      text.pop_back();
  }
  return text;
}

} // namespace

double ScatterAxis::place(double value) const {
  return logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

double ScatterAxis::value(double place) const {
  return logarithmic ? low * std::pow(high / low, place) : low + place * (high - low);
}

std::optional<ScatterAxis> scatter_axis(const std::vector<double>& values, bool logarithmic) {
  double low = INFINITY, high = -INFINITY;
  for (const double value : values)
    if (can_stand(value, logarithmic)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  if (!(low <= high))
    return std::nullopt;
  if (low == high) {
    const double half = low == 0 ? 0.5 : std::abs(low) / 2;
    return ScatterAxis{low - half, high + half, logarithmic};
  }
  const ScatterAxis tight{low, high, logarithmic};
  return ScatterAxis{tight.value(-room), tight.value(1 + room), logarithmic};
}

ScatterGrid scatter_grid(const ScatterColumns& data, const ScatterAxis& x, const ScatterAxis& y, std::uint32_t columns,
                         std::uint32_t rows) {
  ScatterGrid grid{columns, rows, std::vector<std::uint32_t>(std::size_t{columns} * rows), 0, 0};
  const auto cell = [](const ScatterAxis& axis, double value, std::uint32_t count) -> std::optional<std::uint32_t> {
    if (!can_stand(value, axis.logarithmic))
      return std::nullopt;
    const double place = axis.place(value);
    if (!(place >= 0 && place <= 1))
      return std::nullopt;
    return std::min(count - 1, static_cast<std::uint32_t>(place * count));
  };
  for (std::size_t k = 0; k < data.x.size(); ++k) {
    const auto column = cell(x, data.x[k], columns);
    const auto row = cell(y, data.y[k], rows);
    if (!column || !row)
      continue;
    ++grid.inside;
    grid.most = std::max(grid.most, ++grid.counts[std::size_t{*row} * columns + *column]);
  }
  return grid;
}

std::string range_filter(const std::string& column, double low, double high) {
  return fmt::format("{} in {}..{}", column, rounded(low, false), rounded(high, true));
}

} // namespace longview
