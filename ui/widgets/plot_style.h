#pragma once

#include <utility>
#include <vector>

#include <QFont>
#include <QSize>
#include <QString>

#include "widgets/document_data.h"
#include "widgets/theme.h"

class QCPAxis;
class QCPAxisRect;
class QCustomPlot;
class QPainter;
class QRectF;

namespace longview {

/// What a plot is drawn with. Sizes in logical pixels.
struct PlotLook {
  Theme theme;
  QFont font;
  QSize size;
};

/// A place on an axis and what is written there.
using Tick = std::pair<double, QString>;

/// The size of numbers and titles of axes: 0.9 of the font.
QFont small_font(const QFont& font);
/// Colour of a line that is the only one in its plot.
QColor data_colour(const Theme& theme);
/// Of settings, which are round: "0.1", not "0.100".
QString setting_text(double value);

/// Multiples of 1, 2 or 5 times a power of ten in low … high, with at most `most` (>= 1) steps between the ends, so that
/// every number has the same decimals. Empty unless low < high, both finite.
std::vector<Tick> round_ticks(double low, double high, int most);
/// Whole multiples of a power of two in 0 … last, at most `most` (>= 1) steps.
std::vector<std::uint32_t> segment_ticks(std::uint32_t last, int most);
/// 1, 2, 4 … last, or 1, 4, 16 …, where `most` says so: at most `most` (>= 1) numbers.
std::vector<std::uint32_t> doubling_ticks(std::uint32_t last, int most);

/// Takes everything out of the plot and gives it its ground.
void clear_plot(QCustomPlot& plot, const PlotLook& look);
/// A place for data below what is there already: only left and bottom axis, light grid, no box.
QCPAxisRect* add_axes(QCustomPlot& plot, const PlotLook& look);
/// A line of words above what follows, left; it becomes as short as it must.
void add_heading(QCustomPlot& plot, const PlotLook& look, const QString& heading);
void set_ticks(QCPAxis& axis, const std::vector<Tick>& ticks);
/// Words at a place given in parts of the axes (0 … 1 from the left and the top).
void add_note(QCPAxisRect& axes, const PlotLook& look, const QString& words, double across, double down,
              Qt::Alignment alignment);

/// The look of a painter's font in a rectangle; in pixels, because a recorded drawing knows no points.
PlotLook look_of(const QPainter& painter, const QRectF& rect, const Theme& theme);
/// Draws the plot into a rectangle as lines and words; nothing of it becomes an image.
void paint_plot(QPainter& painter, const QRectF& rect, QCustomPlot& plot);
/// One sentence in the middle, where there is nothing to plot.
void paint_sentence(QPainter& painter, const QRectF& rect, const QString& sentence, const Theme& theme);

/// Why a document has nothing to plot, when it has no scored pair. `thing`: "its distance profile".
QString no_pairs_sentence(const DocumentData* document, const QString& thing);

} // namespace longview
