#include "compare/svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/plain_text.h"

namespace longview {
namespace {

constexpr double narrow = 640, broad = 1304, height = 380, left = 64, right = 16, top = 40, bottom = 52;
constexpr double below = 0.04; // of the values' range, where the axis does not begin at 0
constexpr double legend_line = 18;
constexpr std::size_t legend_letters = 34; // of a label at most
constexpr double letter = 7.2;             // width, about

double width_of(const SvgPlot& plot) {
  return plot.wide ? broad : narrow;
}

double legend_height(const SvgPlot& plot) {
  const auto labels = std::count_if(plot.series.begin(), plot.series.end(),
                                    [](const SvgSeries& series) { return !series.label.empty(); });
  return legend_line * static_cast<double>(labels);
}

struct Range {
  double low = 0, high = 1;
};

/// From values to places on the picture.
class Scale {
 public:
  explicit Scale(const SvgPlot& plot) : width_(width_of(plot)), logarithmic_(plot.logarithmic_x) {
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
    if (!plot.zero_based_y)
      y_.low -= below * (y_.high - y_.low);
    if (!plot.legend_below) {
      const double share = std::min(0.5, (legend_height(plot) + 8) / (height - top - bottom));
      y_.high += (y_.high - y_.low) * share / (1 - share);
    }
  }

  double x(double value) const {
    const auto place = [this](double v) { return logarithmic_ ? std::log(v) : v; };
    return left + (place(value) - place(x_.low)) / (place(x_.high) - place(x_.low)) * (width_ - left - right);
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

  double width_;
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

/// Its last characters, about half of what there is room for, behind the first ones.
std::string shortened_inside(const std::string& name, std::size_t letters) {
  std::size_t begin = name.size();
  for (std::size_t left_over = letters / 2; begin > 0 && left_over > 0; --left_over)
    do
      --begin;
    while (begin > 0 && (static_cast<unsigned char>(name[begin]) & 0xC0) == 0x80); // within a character
  return shortened(name, letters - letters / 2) + name.substr(begin);
}

/// As long as there is room for: the beginnings, but where two would look alike, those with their ends.
std::vector<std::string> shortened_apart(const std::vector<std::string>& names, std::size_t letters) {
  std::vector<std::string> lines;
  std::map<std::string, int> alike;
  for (const std::string& name : names) {
    lines.push_back(plain_line(name));
    ++alike[shortened(lines.back(), letters)];
  }
  for (std::string& line : lines) {
    const std::string beginning = shortened(line, letters);
    line = alike[beginning] > 1 && beginning != line ? shortened_inside(line, letters) : beginning;
  }
  return lines;
}

/// Below the axis, as much of them as there is room for; all of it where the mouse is.
std::string names_below(const SvgPlot& plot, const Scale& scale) {
  const double floor = height - bottom, room = (width_of(plot) - left - right) / static_cast<double>(plot.names.size());
  const auto letters = static_cast<std::size_t>(std::max(4.0, room / letter - 2));
  std::string out;
  const auto add = [&](const std::vector<std::string>& words, double y) {
    const std::vector<std::string> shown = shortened_apart(words, letters);
    for (std::size_t k = 0; k < words.size(); ++k)
      out += fmt::format("<g><title>{}</title>{}</g>\n", escaped_markup(words[k]),
                         text(scale.x(static_cast<double>(k)), y, "middle", shown[k]));
  };
  add(plot.names, floor + 18);
  add(plot.notes, floor + 36);
  return out;
}

std::string axes(const SvgPlot& plot, const Scale& scale) {
  const double floor = height - bottom, width = width_of(plot);
  std::string out;
  const Range x = scale.x_range(), y = scale.y_range();
  if (!plot.names.empty())
    out += names_below(plot, scale);
  else
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
    case SvgSeries::Kind::shape:
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
      const double median_end = series.median_width / 2;
      for (const auto& [x0, y0, x1, y1] : {std::array{point.x - median_end, point.y, point.x + median_end, point.y},
                                           std::array{point.x, point.high, point.x, point.most},
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
  if (series.kind == SvgSeries::Kind::shape)
    path += 'Z';
  return path;
}

std::string drawn(const SvgSeries& series, const Scale& scale) {
  if (series.points.empty())
    return {};
  using Kind = SvgSeries::Kind;
  const bool filled = series.kind != Kind::line && series.kind != Kind::steps;
  const std::string_view colour = side_colour(series.colour);
  return fmt::format("<path d=\"{}\" fill=\"{}\" fill-opacity=\"0.18\" stroke=\"{}\" stroke-width=\"{}\"/>\n",
                     path_of(series, scale), filled ? colour : "none", series.kind == Kind::band ? "none" : colour,
                     series.kind == Kind::shape ? 1 : 2);
}

std::string legend(const SvgPlot& plot) {
  std::string out;
  std::size_t longest = 0;
  for (const SvgSeries& series : plot.series)
    longest = std::max(longest, display_width(shortened(plain_line(series.label), legend_letters)));
  const double edge = width_of(plot) - right - 20 - letter * static_cast<double>(longest);
  double y = plot.legend_below ? height - bottom - legend_height(plot) + 6 : top + 14;
  for (const SvgSeries& series : plot.series) {
    if (series.label.empty())
      continue;
    out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"4\" fill=\"{}\"/>\n", edge, y - 6,
                       side_colour(series.colour));
    out += text(edge + 20, y, "start", shortened(plain_line(series.label), legend_letters));
    y += legend_line;
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
  if (std::all_of(series.begin(), series.end(), [](const SvgSeries& one) { return one.points.empty(); }))
    return {};
  const Scale scale(*this);
  std::string out = fmt::format("<svg{} viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n",
                                wide ? " class=\"w\"" : "", width_of(*this), height, escaped_markup(title));
  out += axes(*this, scale);
  for (const SvgSeries& one : series)
    out += drawn(one, scale);
  return out + legend(*this) + "</svg>\n";
}

} // namespace longview
