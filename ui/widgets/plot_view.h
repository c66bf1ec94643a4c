#pragma once

#include <functional>
#include <vector>

#include <QLabel>
#include <QWidget>

#include "widgets/plots.h"

namespace longview {

/// A plot that fills its parent, with a sentence in its place while there is nothing to draw, and words under the
/// mouse. What ProfileWidget and SpecificityWidget have in common.
class PlotView : public QWidget {
  Q_OBJECT

 public:
  /// Draws into the plot and tells what can be read in it; none: nothing to draw.
  using Draw = std::function<std::vector<PlotSpot>(QCustomPlot&, const Theme&, const QFont&)>;
  PlotView(const QString& nothing, QWidget* parent);

  void set_draw(Draw draw);
  void draw_again();
  /// What is told at this place of the widget; empty where there is nothing.
  QString words_at(const QPoint& place) const;
  QCustomPlot& plot() { return *plot_; }

 protected:
  bool event(QEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QCustomPlot* plot_;
  QLabel* nothing_;
  Draw draw_;
  std::vector<PlotSpot> spots_;
};

} // namespace longview
