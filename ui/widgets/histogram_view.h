#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <QRectF>
#include <QString>
#include <QWidget>

#include "analysis/histogram.h"

namespace longview {

/// Where the bars of a histogram are, and which value is at a pixel.
struct HistogramGeometry {
  QRectF plot;
  HistogramBins bins;
  double most = 0; ///< weight of the highest bar

  double x(double value) const;
  double value(double x) const; ///< inside the bins
  QRectF bar(std::size_t bin, double weight) const;
  std::optional<std::size_t> bin_at(double x) const;
};

/// Bars of all documents with those that are kept over them, and a brush: dragging over the bars chooses a range of
/// values. Esc, or a click, takes it away.
class HistogramView : public QWidget {
  Q_OBJECT

 public:
  explicit HistogramView(QWidget* parent = nullptr);

  /// `unit`: what is counted, "documents" or "tokens".
  void show_histogram(const HistogramBins& bins, const Histogram& all, const Histogram& kept, const QString& unit);
  void set_brush(std::optional<std::pair<double, double>> range);
  std::optional<std::pair<double, double>> brush() const { return brush_; }
  /// What is told of the bar at this pixel.
  QString words_at(double x) const;
  HistogramGeometry geometry_now() const;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  /// Chosen with the mouse.
  void brushed(double from, double to);
  void brush_cleared();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void clear_brush();

  HistogramBins bins_;
  Histogram all_, kept_;
  QString unit_;
  std::optional<std::pair<double, double>> brush_;
  std::optional<double> pressed_; ///< pixel
};

} // namespace longview
