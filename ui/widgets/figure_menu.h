#pragma once

#include <QString>

#include "widgets/figure.h"

class QMenu;
class QWidget;

namespace longview {

/// A figure as it is shown now.
struct ShownFigure {
  FigureKind kind = FigureKind::heatmap;
  DocumentPointer document;
  FigureOptions options;
};

/// Copy and save the figure or its table, for a menu over it. Nothing without a document.
void add_figure_actions(QMenu* menu, QWidget* parent, const ShownFigure& figure);
/// The picture, and the same as SVG, on the clipboard.
void copy_figure(const ShownFigure& figure);
/// Its table as text, for a spreadsheet.
void copy_table(const ShownFigure& figure);
/// Asks for a file and writes the figure, or its table where the name ends in .tsv. What goes wrong is said in a box.
/// The name of the file; empty where nothing was written.
QString ask_and_save(QWidget* parent, const ShownFigure& figure, bool table);

} // namespace longview
