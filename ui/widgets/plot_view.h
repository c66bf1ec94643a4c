#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <QLabel>
#include <QWidget>

#include "widgets/plots.h"

namespace longview {

/// A plot that fills its parent, with a sentence in its place while there is nothing to draw, and a line below that
/// reads in words what the mouse is on, or the cursor: a click sets it, arrows, Home, End, Page up and Page down move
/// it, Esc takes it away where it stands for no row. What ProfileWidget and SpecificityWidget have in common.
class PlotView : public QWidget {
  Q_OBJECT

 public:
  /// Draws into the plot and tells what can be read in it; none: nothing to draw.
  using Draw = std::function<std::vector<PlotSpot>(QCustomPlot&, const Theme&, const QFont&)>;
  /// `nothing` is told in place of the plot, `hint` in the line below while the mouse is elsewhere.
  PlotView(const QString& nothing, const QString& hint, QWidget* parent);

  void set_draw(Draw draw);
  void draw_again();
  /// What is told at this place of the widget; empty where there is nothing.
  QString words_at(const QPoint& place) const;
  QCustomPlot& plot() { return *plot_; }
  /// What the line below says.
  QString reading() const { return reading_words_; }

 signals:
  /// A bar was clicked, or Enter pressed on it.
  void row_chosen(std::uint32_t row);

 protected:
  bool event(QEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  std::optional<std::size_t> spot_at(const QPoint& place) const;
  void point_at(std::optional<std::size_t> spot);
  void choose(std::optional<std::size_t> spot);
  void mark();
  void read(const QString& words);
  void choose_colours(const Theme& theme);

  QCustomPlot* plot_;
  QLabel* nothing_;
  QLabel* reading_;
  QString hint_;
  QString reading_words_;
  Draw draw_;
  std::vector<PlotSpot> spots_;
  std::optional<std::size_t> current_; ///< the spot that keys or a click chose
  QPoint pressed_at_;
};

} // namespace longview
