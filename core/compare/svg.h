#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace longview {

/// Text for HTML and SVG: markup becomes characters, control characters and bytes that are no UTF-8 become U+FFFD.
std::string escaped_markup(std::string_view text);

/// Colour of side k, apart for colour-blind eyes too (Okabe and Ito 2008); they come again after seven.
std::string_view side_colour(std::size_t k);

struct SvgPoint {
  double x = 0, y = 0;
  double low = 0, high = 0;   ///< band, box: its quartiles
  double least = 0, most = 0; ///< box: the ends of its whiskers
};

struct SvgSeries {
  enum class Kind {
    line,
    steps, ///< the value holds until the next point
    bars,  ///< from each point's x to the next one's; the last only ends
    band,  ///< between low and high
    boxes, ///< at x: from low to high, whiskers to least and most, a line at y
    shape, ///< filled, once around along its points
  };
  Kind kind = Kind::line;
  std::string label; ///< empty: not in the legend
  std::size_t colour = 0;
  std::vector<SvgPoint> points; ///< finite; x ascending, but for a shape
  double width = 0;             ///< of boxes, in units of x
  double median_width = 0;      ///< of the line at y in boxes
};

/// A figure with axes, ticks and legend as an <svg> element; the text takes the colour around it.
struct SvgPlot {
  std::string title, x_label, y_label;
  bool logarithmic_x = false; ///< x above 0
  bool zero_based_y = true;
  bool wide = false;              ///< twice as wide as others
  bool legend_below = false;      ///< in the lower corner on the right; else in the upper one, with room above the data
  std::vector<std::string> names; ///< at 0, 1, 2 … in place of numbers on the x axis, which then shows all of them
  std::vector<std::string> notes; ///< below the names, in place of x_label; empty: none
  std::vector<SvgSeries> series;

  /// Nothing where no series has a point.
  std::string svg() const;
};

/// Three to eight round numbers that cover low … high.
std::vector<double> axis_ticks(double low, double high);

} // namespace longview
