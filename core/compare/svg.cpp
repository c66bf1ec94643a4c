#include "compare/svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/plain_text.h"

namespace longview {
namespace {

constexpr double width = 640, height = 380, left = 64, right = 16, top = 40, bottom = 52;
constexpr double headroom = 0.15; // of the y axis

struct Range {
  double low = 0, high = 1;
};

/// From values to places on the picture.
class Scale {
 public:
  Scale(const SvgPlot& plot) : logarithmic_(plot.logarithmic_x) {
    double x_low = INFINITY, x_high = -INFINITY, y_low = INFINITY, y_high = -INFINITY;
    for (const SvgSeries& series : plot.series)
      for (const SvgPoint& point : series.points) {
        const bool band = series.kind == SvgSeries::Kind::band, box = series.kind == SvgSeries::Kind::boxes;
        x_low = std::min(x_low, point.x);
        x_high = std::max(x_high, point.x);
        y_low = std::min(y_low, box ? point.least : band ? point.low : point.y);
        y_high = std::max(y_high, box ? point.most : band ? point.high : point.y);
      }
    if (plot.zero_based_y)
      y_low = std::min(y_low, 0.0);
    x_ = plot.names.empty() ? widened(x_low, x_high, logarithmic_)
                            : Range{-0.5, static_cast<double>(plot.names.size()) - 0.5};
    y_ = widened(y_low, y_high, false);
    if (!plot.legend_below)
      y_.high += headroom * (y_.high - y_.low);
  }

  double x(double value) const {
    const auto place = [this](double v) { return logarithmic_ ? std::log(v) : v; };
    return left + (place(value) - place(x_.low)) / (place(x_.high) - place(x_.low)) * (width - left - right);
  }
  double y(double value) const {
    return height - bottom - (value - y_.low) / (y_.high - y_.low) * (height - top - bottom);
  }
  Range x_range() const { return x_; }
  Range y_range() const { return y_; }
  bool logarithmic() const { return logarithmic_; }

 private:
  static Range widened(double low, double high, bool logarithmic) {
    if (!(low <= high))
      return {logarithmic ? 1.0 : 0.0, logarithmic ? 10.0 : 1.0};
    if (low < high)
      return {low, high};
    return logarithmic ? Range{low / 2, high * 2} : Range{low - 0.5, high + 0.5};
  }

  bool logarithmic_;
  Range x_, y_;
};

std::vector<double> log_ticks(double low, double high) {
  std::vector<double> ticks;
  for (int power = static_cast<int>(std::floor(std::log10(low))); power <= std::ceil(std::log10(high)); ++power)
    for (const double digit : {1.0, 2.0, 5.0})
      if (const double tick = digit * std::pow(10.0, power); tick >= low * 0.999 && tick <= high * 1.001)
        ticks.push_back(tick);
  return ticks;
}

std::string text(double x, double y, std::string_view anchor, std::string_view what, std::string_view more = {}) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" {}>{}</text>\n", x, y, anchor, more,
                     escaped_markup(what));
}

std::string axes(const SvgPlot& plot, const Scale& scale) {
  const double floor = height - bottom;
  std::string out;
  const Range x = scale.x_range(), y = scale.y_range();
  const std::size_t letters = plot.names.empty() ? 0 : std::max<std::size_t>(4, 70 / plot.names.size());
  for (std::size_t k = 0; k < plot.names.size(); ++k)
    out += text(scale.x(static_cast<double>(k)), floor + 18, "middle", shortened(plain_line(plot.names[k]), letters));
  for (std::size_t k = 0; k < plot.notes.size(); ++k)
    out += text(scale.x(static_cast<double>(k)), floor + 36, "middle", shortened(plain_line(plot.notes[k]), letters));
  if (plot.names.empty())
    for (const double tick : scale.logarithmic() ? log_ticks(x.low, x.high) : axis_ticks(x.low, x.high)) {
      const double place = scale.x(tick);
      out += fmt::format("<path class=\"g\" d=\"M{0:.1f} {1} V{2}\"/>\n", place, top, floor);
      out += text(place, floor + 18, "middle", fmt::format("{:g}", tick));
    }
  for (const double tick : axis_ticks(y.low, y.high)) {
    const double place = scale.y(tick);
    out += fmt::format("<path class=\"g\" d=\"M{0} {1:.1f} H{2}\"/>\n", left, place, width - right);
    out += text(left - 8, place + 4, "end", fmt::format("{:g}", tick));
  }
  out += fmt::format("<path class=\"a\" d=\"M{} {} V{} H{}\"/>\n", left, top, floor, width - right);
  if (plot.notes.empty())
    out += text((left + width - right) / 2, height - 12, "middle", plot.x_label);
  out += text(0, 0, "middle", plot.y_label,
              fmt::format("transform=\"translate(16 {:.1f}) rotate(-90)\"", (top + floor) / 2));
  return out + text(left, 20, "start", plot.title, "class=\"t\"");
}

std::string path_of(const SvgSeries& series, const Scale& scale) {
  std::string path;
  const auto go = [&](char command, double x, double y) {
    path += fmt::format("{}{:.1f} {:.1f} ", command, scale.x(x), scale.y(y));
  };
  const double base = std::clamp(0.0, scale.y_range().low, scale.y_range().high);
  const std::vector<SvgPoint>& points = series.points;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const SvgPoint& point = points[k];
    switch (series.kind) {
    case SvgSeries::Kind::line:
      go(k ? 'L' : 'M', point.x, point.y);
      break;
    case SvgSeries::Kind::steps:
      if (k)
        go('L', point.x, points[k - 1].y);
      go(k ? 'L' : 'M', point.x, point.y);
      break;
    case SvgSeries::Kind::bars:
      go(k ? 'L' : 'M', point.x, k ? points[k - 1].y : base);
      go('L', point.x, k + 1 < points.size() ? point.y : base);
      break;
    case SvgSeries::Kind::band:
      go(k ? 'L' : 'M', point.x, point.high);
      break;
    case SvgSeries::Kind::boxes: {
      const double left_edge = point.x - series.width / 2, right_edge = point.x + series.width / 2;
      go('M', left_edge, point.low);
      go('L', right_edge, point.low);
      go('L', right_edge, point.high);
      go('L', left_edge, point.high);
      path += "Z ";
      for (const auto& [x0, y0, x1, y1] :
           {std::array{left_edge, point.y, right_edge, point.y}, std::array{point.x, point.high, point.x, point.most},
            std::array{point.x, point.low, point.x, point.least}}) {
        go('M', x0, y0);
        go('L', x1, y1);
      }
      break;
    }
    }
  }
  if (series.kind == SvgSeries::Kind::band) {
    for (auto point = points.rbegin(); point != points.rend(); ++point)
      go('L', point->x, point->low);
    path += 'Z';
  }
  return path;
}

std::string drawn(const SvgSeries& series, const Scale& scale) {
  if (series.points.empty())
    return {};
  const bool band = series.kind == SvgSeries::Kind::band;
  const bool bars = series.kind == SvgSeries::Kind::bars || series.kind == SvgSeries::Kind::boxes;
  const std::string_view colour = side_colour(series.colour);
  return fmt::format("<path d=\"{}\" fill=\"{}\" fill-opacity=\"0.18\" stroke=\"{}\" stroke-width=\"2\"/>\n",
                     path_of(series, scale), band || bars ? colour : "none", band ? "none" : colour);
}

std::string legend(const SvgPlot& plot) {
  std::string out;
  const auto labels = std::count_if(plot.series.begin(), plot.series.end(),
                                    [](const SvgSeries& series) { return !series.label.empty(); });
  double y = plot.legend_below ? height - bottom - 18.0 * static_cast<double>(labels) + 6 : top + 14;
  for (const SvgSeries& series : plot.series) {
    if (series.label.empty())
      continue;
    out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"4\" fill=\"{}\"/>\n", width - right - 190, y - 6,
                       side_colour(series.colour));
    out += text(width - right - 170, y, "start", shortened(plain_line(series.label), 26));
    y += 18;
  }
  return out;
}

} // namespace

std::string escaped_markup(std::string_view text) {
  std::string out;
  for (const char c : plain_line(text)) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      out += c;
    }
  }
  return out;
}

std::string_view side_colour(std::size_t k) {
  constexpr std::string_view colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F"};
  return colours[k % std::size(colours)];
}

std::vector<double> axis_ticks(double low, double high) {
  const double rough = (high - low) / 5, power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = power;
  for (const double factor : {1.0, 2.0, 5.0, 10.0})
    if (step = factor * power; step >= rough * 0.999)
      break;
  std::vector<double> ticks;
  for (double tick = std::ceil(low / step - 1e-9) * step; tick <= high + step * 1e-9; tick += step)
    ticks.push_back(std::abs(tick) < step * 1e-9 ? 0 : tick);
  return ticks;
}

std::string SvgPlot::svg() const {
  const Scale scale(*this);
  std::string out =
      fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", width, height, escaped_markup(title));
  out += axes(*this, scale);
  for (const SvgSeries& one : series)
    out += drawn(one, scale);
  return out + legend(*this) + "</svg>\n";
}

} // namespace longview
