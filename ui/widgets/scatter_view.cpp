#include "widgets/scatter_view.h"

#include <algorithm>
#include <cmath>

#include <QEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "models/format.h"
#include "widgets/plot_style.h"
#include "widgets/small_font.h"

namespace longview {
namespace {

constexpr std::uint32_t grid_columns = 160, grid_rows = 120;
constexpr double reach = 8;    // pixels between the mouse and the point that it means
constexpr int least_brush = 4; // pixels; less is a click

void set_axis(QCPAxis& axis, const ScatterAxis& range, const std::string& name) {
  axis.setScaleType(range.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  if (range.logarithmic)
    axis.setTicker(QSharedPointer<QCPAxisTickerLog>(new QCPAxisTickerLog));
  else
    axis.setTicker(QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
  axis.setNumberFormat(QStringLiteral("gb"));
  axis.setNumberPrecision(4);
  axis.setRange(range.low, range.high);
  axis.setLabel(QString::fromStdString(name));
}

} // namespace

std::shared_ptr<const ScatterPicture> scatter_picture(std::shared_ptr<const ScatterColumns> data, bool log_x,
                                                      bool log_y) {
  const auto x = scatter_axis(data->x, log_x), y = scatter_axis(data->y, log_y);
  if (!x || !y)
    return nullptr;
  auto picture = std::make_shared<ScatterPicture>();
  picture->x = *x;
  picture->y = *y;
  picture->grid = scatter_grid(*data, *x, *y, grid_columns, grid_rows);
  picture->as_density = data->x.size() > most_points;
  picture->data = std::move(data);
  return picture->grid.inside > 0 ? picture : nullptr;
}

ScatterView::ScatterView(QWidget* parent)
    : QWidget(parent), plot_(new QCustomPlot(this)),
      nothing_(new QLabel(tr("No document has a number in both columns."), this)), reading_(new QLabel(this)) {
  nothing_->setAlignment(Qt::AlignCenter);
  nothing_->setWordWrap(true);
  reading_->setTextFormat(Qt::PlainText);
  reading_->setMinimumWidth(0);
  reading_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  plot_->setMinimumHeight(140);
  plot_->setMouseTracking(true);
  plot_->setSelectionRectMode(QCP::srmCustom);
  plot_->installEventFilter(this);
  connect(plot_->selectionRect(), &QCPSelectionRect::accepted, this,
          [this](const QRect& rectangle) { brush(rectangle.normalized()); });
  connect(plot_->selectionRect(), &QCPSelectionRect::canceled, this, [this](const QRect& rectangle) {
    if (rectangle.width() < least_brush && rectangle.height() < least_brush) // else Esc took it away
      click(rectangle.topLeft());
  });
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(plot_, 1);
  layout->addWidget(nothing_, 1);
  layout->addWidget(reading_);
  draw();
}

void ScatterView::show_picture(std::shared_ptr<const ScatterPicture> picture) {
  picture_ = std::move(picture);
  draw();
}

QString ScatterView::reading() const {
  return reading_->text();
}

void ScatterView::draw() {
  const Theme theme = Theme::of(palette());
  plot_->setVisible(picture_ != nullptr);
  nothing_->setVisible(picture_ == nullptr);
  reading_->setFont(small_font(font()));
  reading_->setText(picture_ ? tr("Drag a rectangle to filter.") : QString());
  if (!picture_)
    return;
  start_plot(*plot_, theme, small_font(font()));
  plot_->selectionRect()->setPen(QPen(theme.accent, 1, Qt::DashLine));
  plot_->selectionRect()->setBrush(faint(theme.accent, 30));
  set_axis(*plot_->xAxis, picture_->x, picture_->data->x_name);
  set_axis(*plot_->yAxis, picture_->y, picture_->data->y_name);
  if (picture_->as_density)
    draw_density();
  else
    draw_points();
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void ScatterView::draw_points() {
  QCPGraph* graph = plot_->addGraph();
  graph->setLineStyle(QCPGraph::lsNone);
  QColor colour = Theme::of(palette()).accent;
  colour.setAlpha(150);
  graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, 5));
  QVector<double> x, y;
  for (std::size_t k = 0; k < picture_->data->x.size(); ++k)
    if (std::isfinite(picture_->data->x[k]) && std::isfinite(picture_->data->y[k])) {
      x << picture_->data->x[k];
      y << picture_->data->y[k];
    }
  graph->setData(x, y);
}

/// An image of the counts by their logarithm; empty cells show the background.
void ScatterView::draw_density() {
  const ScatterGrid& grid = picture_->grid;
  const Theme theme = Theme::of(palette());
  QImage image(static_cast<int>(grid.columns), static_cast<int>(grid.rows), QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  const double scale = std::log1p(grid.most);
  for (std::uint32_t row = 0; row < grid.rows; ++row)
    for (std::uint32_t column = 0; column < grid.columns; ++column)
      if (const std::uint32_t count = grid.at(column, row); count > 0) {
        const double share = std::log1p(count) / scale;
        QColor colour = theme.accent;
        colour.setAlphaF(static_cast<float>(0.18 + 0.82 * share));
        image.setPixelColor(static_cast<int>(column), static_cast<int>(grid.rows - 1 - row), colour);
      }
  auto* pixels = new QCPItemPixmap(plot_);
  pixels->setPixmap(QPixmap::fromImage(image));
  pixels->setScaled(true, Qt::IgnoreAspectRatio, Qt::FastTransformation);
  pixels->topLeft->setType(QCPItemPosition::ptAxisRectRatio);
  pixels->bottomRight->setType(QCPItemPosition::ptAxisRectRatio);
  pixels->topLeft->setCoords(0, 0);
  pixels->bottomRight->setCoords(1, 1);
}

std::optional<std::size_t> ScatterView::nearest(const QPoint& at) const {
  std::optional<std::size_t> found;
  double least = reach * reach;
  for (std::size_t k = 0; k < picture_->data->x.size(); ++k) {
    const double dx = plot_->xAxis->coordToPixel(picture_->data->x[k]) - at.x();
    const double dy = plot_->yAxis->coordToPixel(picture_->data->y[k]) - at.y();
    if (dx * dx + dy * dy <= least) { // false for NaN
      least = dx * dx + dy * dy;
      found = k;
    }
  }
  return found;
}

void ScatterView::read(const QPoint& at) {
  if (!picture_)
    return;
  const ScatterColumns& columns = *picture_->data;
  if (!picture_->as_density) {
    const auto place = nearest(at);
    reading_->setText(place ? tr("%1: %2 %3, %4 %5")
                                  .arg(QString::fromStdString(columns.names[*place]).simplified(),
                                       QString::fromStdString(columns.x_name), three_digits(columns.x[*place]),
                                       QString::fromStdString(columns.y_name), three_digits(columns.y[*place]))
                            : tr("Drag a rectangle to filter."));
    return;
  }
  const double column = picture_->x.place(plot_->xAxis->pixelToCoord(at.x())) * picture_->grid.columns;
  const double row = picture_->y.place(plot_->yAxis->pixelToCoord(at.y())) * picture_->grid.rows;
  if (!(column >= 0 && row >= 0 && column < picture_->grid.columns && row < picture_->grid.rows)) {
    reading_->setText(tr("Drag a rectangle to filter."));
    return;
  }
  const std::uint32_t count = picture_->grid.at(static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row));
  reading_->setText(tr("%1 about %2 %3, %4 %5")
                        .arg(counted(count, "document", "documents"), QString::fromStdString(columns.x_name),
                             three_digits(plot_->xAxis->pixelToCoord(at.x())), QString::fromStdString(columns.y_name),
                             three_digits(plot_->yAxis->pixelToCoord(at.y()))));
}

void ScatterView::click(const QPoint& at) {
  if (!picture_ || picture_->as_density)
    return;
  if (const auto place = nearest(at))
    emit point_clicked(*place);
}

void ScatterView::brush(const QRect& rectangle) {
  if (!picture_)
    return;
  const auto ends = [](const QCPAxis& axis, double from, double to) {
    const double a = axis.pixelToCoord(from), b = axis.pixelToCoord(to);
    return std::pair(std::min(a, b), std::max(a, b));
  };
  const auto [left, right] = ends(*plot_->xAxis, rectangle.left(), rectangle.right());
  const auto [low, high] = ends(*plot_->yAxis, rectangle.top(), rectangle.bottom());
  emit brushed(QString::fromStdString(range_filter(picture_->data->x_name, left, right) + " and " +
                                      range_filter(picture_->data->y_name, low, high)));
}

void ScatterView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
    draw();
}

bool ScatterView::eventFilter(QObject* object, QEvent* event) {
  if (object == plot_ && event->type() == QEvent::MouseMove)
    read(static_cast<QMouseEvent*>(event)->pos());
  return QWidget::eventFilter(object, event);
}

} // namespace longview
