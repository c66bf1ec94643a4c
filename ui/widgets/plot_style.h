#pragma once

#include <QColor>
#include <QFont>
#include <QString>
#include <qcustomplot.h>

#include "widgets/theme.h"

namespace longview {

// How all plots look: one set of pens and ticks.

QColor faint(QColor colour, int alpha);
void style_axis(QCPAxis& axis, const Theme& theme, const QFont& font);
/// Ticks at whole segments, a human step apart and as many as there is room for.
void tick_segments(QCPAxis& axis, std::uint32_t longest);
/// The first of these titles that fits the width of the plot, the last one otherwise.
void title_axis(QCPAxis& axis, std::initializer_list<QString> titles);
/// Title and ticks of a lower axis of any numbers, as many as its width has room for.
void label_numbers(QCPAxis& axis, const QString& title);
/// Title and ticks of the upright axis, as much of both as its height has room for.
void label_values(QCPAxis& axis, const QString& title);
/// Pixels that the upright axis has between the margins of its plot, about.
double height_of_axis(const QCPAxis& axis);
/// A logarithmic axis from 1 on, with ticks at powers of two.
void tick_powers_of_two(QCPAxis& axis, std::uint32_t longest);
/// Empties the plot and gives it its two axes.
void start_plot(QCustomPlot& plot, const Theme& theme, const QFont& font);

} // namespace longview
