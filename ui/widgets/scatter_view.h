#pragma once

#include <memory>

#include <QWidget>

#include "widgets/scatter_data.h"

class QCustomPlot;
class QLabel;

namespace longview {

/// What a scatter draws, made on a thread: with many documents the grid in place of single points.
struct ScatterPicture {
  std::shared_ptr<const ScatterColumns> data;
  ScatterAxis x, y;
  ScatterGrid grid;
  bool as_density = false; ///< the grid is drawn; else points
};
/// Nothing where no document has both numbers.
std::shared_ptr<const ScatterPicture> scatter_picture(std::shared_ptr<const ScatterColumns> data, bool log_x,
                                                      bool log_y);
/// From so many documents on the density is drawn.
constexpr std::size_t most_points = 5000;

/// A scatter of two columns by documents. Dragging a rectangle says which values are wanted; the line below reads the
/// document, or the number of documents, under the mouse.
class ScatterView : public QWidget {
  Q_OBJECT

 public:
  explicit ScatterView(QWidget* parent = nullptr);

  /// Null: nothing to draw.
  void show_picture(std::shared_ptr<const ScatterPicture> picture);
  const std::shared_ptr<const ScatterPicture>& picture() const { return picture_; }
  QCustomPlot& plot() { return *plot_; }
  QString reading() const;

 signals:
  /// A filter for the documents in the rectangle that was drawn.
  void brushed(const QString& filter);
  /// A point was clicked; its place in the columns.
  void point_clicked(std::size_t place);

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void draw();
  void draw_points();
  void draw_density();
  void read(const QPoint& at);
  void brush(const QRect& rectangle);
  void click(const QPoint& at);
  std::optional<std::size_t> nearest(const QPoint& at) const;

  QCustomPlot* plot_;
  QLabel* nothing_;
  QLabel* reading_;
  std::shared_ptr<const ScatterPicture> picture_;
};

} // namespace longview
