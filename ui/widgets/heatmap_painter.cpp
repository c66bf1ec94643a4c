#include "widgets/heatmap_painter.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>
#include <QFontMetricsF>

#include "widgets/reading_line.h"
#include "widgets/small_font.h"

namespace longview {
namespace {

constexpr double unit = 4;              // half the grid of the window
constexpr double hatch_apart = 5;       // between lines of the hatch
constexpr double gap_from = 12;         // cells of this side have a gap between them
constexpr double outline_from = 6;      // cells of this side have the outline of the threshold
constexpr double number_from = 46;      // cells of this side carry their number
constexpr double least_when_sparse = 4; // side of a cell among many that are not sampled
constexpr double sparse = 0.25;         // of all pairs
constexpr std::size_t most_rectangles = 6'000;
constexpr double image_scale_in_vector = 4;
constexpr double bar_height = 10;

QString tr(const char* text) {
  return QCoreApplication::translate("longview::HeatmapPainter", text);
}

/// Of settings and ends of scales, which are round: "0.1", not "0.100".
QString short_number(double value) {
  return QString::number(value, 'g', 5).replace(u'-', QChar(0x2212));
}

/// How much a value stands out: what is drawn where cells share a pixel.
double prominence(const ColourScale& scale, double value) {
  return scale.diverging ? std::abs(value) : value;
}

/// Pixels from `begin` to `end`, not less than `least` around the same middle.
struct Stretch {
  int begin = 0;
  int end = 0;

  Stretch(double from, double to, int least) {
    begin = static_cast<int>(std::floor(from + 0.5));
    end = static_cast<int>(std::floor(to + 0.5));
    if (end - begin < least) {
      begin = static_cast<int>(std::floor((from + to - least) / 2 + 0.5));
      end = begin + least;
    }
  }
  void clip(int length) {
    begin = std::clamp(begin, 0, length);
    end = std::clamp(end, 0, length);
  }
};

/// Writes rectangles of one colour into an image, the most prominent on top.
class CellImage {
 public:
  CellImage(QSize size, bool overlap) : image_(size, QImage::Format_ARGB32_Premultiplied) {
    image_.fill(Qt::transparent);
    if (overlap)
      shown_.assign(static_cast<std::size_t>(size.width()) * static_cast<std::size_t>(size.height()),
                    -std::numeric_limits<float>::infinity());
  }

  void fill(Stretch across, Stretch down, QRgb colour, double prominence) {
    across.clip(image_.width());
    down.clip(image_.height());
    for (int y = down.begin; y < down.end; ++y) {
      auto* line = reinterpret_cast<QRgb*>(image_.scanLine(y));
      if (shown_.empty())
        std::fill(line + across.begin, line + across.end, colour);
      else
        fill_over(line, y, across, colour, static_cast<float>(prominence));
    }
  }

  QImage take() { return std::move(image_); }

 private:
  void fill_over(QRgb* line, int y, Stretch across, QRgb colour, float prominence) {
    float* shown = shown_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width());
    for (int x = across.begin; x < across.end; ++x)
      if (prominence > shown[x]) {
        shown[x] = prominence;
        line[x] = colour;
      }
  }

  QImage image_;
  std::vector<float> shown_;
};

/// Where the legend stands and what of it there is room for.
struct Legend {
  QRectF box; ///< null: no room at all
  QRectF bar;
  bool keys = false; ///< lines that explain hatch and threshold
  bool card = false; ///< lies over cells, so it needs a ground of its own
  double line = 0;   ///< height of a line of words
};

class Painter {
 public:
  Painter(QPainter& painter, const HeatmapScene& scene)
      : painter_(painter), scene_(scene), geometry_(scene.geometry), theme_(scene.theme), cells_(*scene.cells),
        small_(small_font(scene.font)), metrics_(small_) {
    painter_.save();
    painter_.setFont(small_);
    legend_ = place_legend();
  }
  ~Painter() { painter_.restore(); }
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  void base() {
    grid();
    hatch();
    cells();
    if (outlined())
      outlines();
    if (geometry_.cell() >= number_from)
      numbers();
    diagonal();
    axes();
    specificity();
    legend();
  }

  void marks(const HeatmapMarks& marks) {
    if (marks.hovered && marks.hovered != marks.selected)
      mark(*marks.hovered, theme_.muted_text, 1);
    if (marks.selected)
      mark(*marks.selected, theme_.accent, 2);
    value_marks(marks);
  }

 private:
  // Cells

  bool outlined() const { return geometry_.cell() >= outline_from; }

  void grid() {
    painter_.setPen(QPen(theme_.grid, 1));
    painter_.setRenderHint(QPainter::Antialiasing, scene_.vector);
    const std::uint32_t step = step_of_ticks();
    if (step < 2)
      return; // cells this large are a grid themselves
    for (const std::uint32_t k : geometry_.column_ticks(step)) {
      const double x = snapped(geometry_.x(k + 0.5));
      const double top = std::clamp(geometry_.y(k + 0.5), geometry_.plot.top(), geometry_.plot.bottom());
      painter_.drawLine(QPointF(x, top), QPointF(x, geometry_.plot.bottom()));
    }
    for (const std::uint32_t k : geometry_.row_ticks(step)) {
      const double y = snapped(geometry_.y(k + 0.5));
      const double right = std::clamp(geometry_.x(k + 0.5), geometry_.plot.left(), geometry_.plot.right());
      painter_.drawLine(QPointF(geometry_.plot.left(), y), QPointF(right, y));
    }
  }

  void hatch() {
    if (cells_.complete())
      return;
    painter_.setRenderHint(QPainter::Antialiasing, true);
    painter_.setPen(QPen(theme_.hatch, 1));
    const std::vector<QLineF> lines = geometry_.hatch(hatch_apart);
    painter_.drawLines(lines.data(), static_cast<int>(lines.size()));
  }

  void cells() {
    if (scene_.vector && cells_.all().size() <= most_rectangles) {
      rectangles();
      return;
    }
    const double ratio = scene_.vector ? image_scale_in_vector : painter_.device()->devicePixelRatioF();
    const QImage image = render_cells(scene_, ratio);
    painter_.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter_.drawImage(geometry_.plot, image);
  }

  void rectangles() {
    std::vector<const HeatmapCell*> order;
    for (const HeatmapCell& cell : cells_.all())
      order.push_back(&cell);
    std::stable_sort(order.begin(), order.end(), [this](const HeatmapCell* a, const HeatmapCell* b) {
      return prominence(cells_.scale(), a->value) < prominence(cells_.scale(), b->value);
    });
    const double side = std::max(geometry_.cell(), least_drawn(cells_, geometry_));
    const double inset = geometry_.cell() >= gap_from ? 0.5 : 0;
    for (const HeatmapCell* cell : order) {
      QRectF square(0, 0, side, side);
      square.moveCenter(geometry_.rect({cell->i, cell->j}).center());
      if (inset > 0)
        painter_.fillRect(square, theme_.background); // no hatch in the gaps
      painter_.fillRect(square.adjusted(inset, inset, -inset, -inset), colour_of(*cell));
    }
  }

  QColor colour_of(const HeatmapCell& cell) const { return cells_.scale().colour(cell.value, theme_.dark); }

  bool above(std::uint32_t i, std::uint32_t j) const {
    const HeatmapCell* cell = cells_.find({i, j});
    return cell && cell->strength > cells_.threshold();
  }

  template <typename Draw>
  void for_each_seen(Draw draw) const {
    for (std::uint32_t i = geometry_.first_row(); i < geometry_.end_row(); ++i)
      for (const HeatmapCell& cell : cells_.row(i))
        if (cell.j + 1 > geometry_.first_column() && cell.j < geometry_.end_column())
          draw(cell);
  }

  /// Around every region of cells above the threshold.
  void outlines() {
    for_each_seen([this](const HeatmapCell& cell) {
      if (cell.strength > cells_.threshold())
        outline(cell);
    });
  }

  void outline(const HeatmapCell& cell) {
    const QRectF square = snapped_rect({cell.i, cell.j});
    const auto edge = [this](double x, double y, double width, double height) {
      const QRectF seen = QRectF(x, y, width, height) & geometry_.plot;
      if (!seen.isEmpty())
        painter_.fillRect(seen, theme_.threshold);
    };
    if (cell.i == 0 || !above(cell.i - 1, cell.j))
      edge(square.left(), square.top(), square.width(), 1);
    if (!above(cell.i + 1, cell.j))
      edge(square.left(), square.bottom() - 1, square.width(), 1);
    if (cell.j == 0 || !above(cell.i, cell.j - 1))
      edge(square.left(), square.top(), 1, square.height());
    if (!above(cell.i, cell.j + 1))
      edge(square.right() - 1, square.top(), 1, square.height());
  }

  void numbers() {
    for_each_seen([this](const HeatmapCell& cell) {
      const QRectF square = geometry_.rect({cell.i, cell.j});
      if (!geometry_.plot.contains(square.adjusted(1, 1, -1, -1)))
        return;
      painter_.setPen(readable_on(colour_of(cell)));
      painter_.drawText(square, Qt::AlignCenter, figure_number(cell.value));
    });
  }

  void diagonal() {
    const QLineF line = geometry_.diagonal();
    if (line.isNull())
      return;
    painter_.setRenderHint(QPainter::Antialiasing, true);
    painter_.setPen(QPen(theme_.diagonal, 1));
    painter_.drawLine(line);
  }

  // Axes

  /// Lines of one pixel stay sharp on a screen; vectors need no help.
  double snapped(double coordinate) const { return scene_.vector ? coordinate : std::floor(coordinate) + 0.5; }

  QRectF snapped_rect(Cell cell) const {
    const QRectF rect = geometry_.rect(cell);
    if (scene_.vector)
      return rect;
    const double left = std::floor(rect.left() + 0.5), top = std::floor(rect.top() + 0.5);
    return {left, top, std::floor(rect.right() + 0.5) - left, std::floor(rect.bottom() + 0.5) - top};
  }

  std::uint32_t step_of_ticks() const {
    const double digits = metrics_.horizontalAdvance(QString::number(geometry_.segments));
    return geometry_.tick_step(std::max(digits + 5 * unit, 3 * metrics_.height()));
  }

  void axes() {
    const std::uint32_t step = step_of_ticks();
    painter_.setPen(theme_.muted_text);
    for (const std::uint32_t k : geometry_.column_ticks(step))
      painter_.drawText(column_label(k), Qt::AlignCenter, QString::number(k));
    for (const std::uint32_t k : geometry_.row_ticks(step))
      painter_.drawText(row_label(k), Qt::AlignRight | Qt::AlignVCenter, QString::number(k));
    const bool thinned = !scene_.document->data.pairs.kept.empty();
    const QString rows = thinned ? tr("target segment c_i, of those kept") : tr("target segment c_i");
    const QString columns = thinned ? tr("prefix segment c_j, of those kept") : tr("prefix segment c_j");
    painter_.setPen(theme_.text);
    painter_.drawText(column_title(), Qt::AlignHCenter | Qt::AlignTop, with_unit(columns, geometry_.plot.width()));
    const QRectF plot = geometry_.plot;
    painter_.save();
    painter_.translate(plot.left() - labels_width() - 2 * unit - metrics_.height(), plot.center().y());
    painter_.rotate(-90);
    painter_.drawText(QRectF(-plot.height() / 2, 0, plot.height(), metrics_.height()), Qt::AlignCenter,
                      with_unit(rows, plot.height()));
    painter_.restore();
  }

  /// "prefix segment c_j (128 tokens each)", without the unit where there is no room.
  QString with_unit(const QString& title, double room) const {
    const QString full = tr("%1 (%2 tokens each)").arg(title).arg(scene_.document->sampling.segment_length);
    return metrics_.horizontalAdvance(full) <= room ? full : title;
  }

  double labels_width() const {
    return metrics_.horizontalAdvance(QString(QString::number(std::max(geometry_.segments, 1U) - 1).size(), u'0'));
  }

  QRectF column_label(std::uint32_t k) const {
    const double width = labels_width() + 2 * unit;
    return {geometry_.x(k + 0.5) - width / 2, geometry_.plot.bottom() + unit, width, metrics_.height()};
  }

  QRectF row_label(std::uint32_t k) const {
    const double width = labels_width();
    return {geometry_.plot.left() - unit - width, geometry_.y(k + 0.5) - metrics_.height() / 2, width,
            metrics_.height()};
  }

  QRectF column_title() const {
    const QRectF plot = geometry_.plot;
    return {plot.left(), plot.bottom() + unit + metrics_.height() + unit, plot.width(), metrics_.height()};
  }

  // Specificity

  void specificity() {
    const QRectF bars = geometry_.bars;
    const std::vector<double>& values = scene_.document->scores.specificity;
    painter_.setRenderHint(QPainter::Antialiasing, scene_.vector);
    painter_.setPen(QPen(theme_.grid, 1));
    for (const double share : {0.5, 1.0}) {
      const double x = snapped(bars.left() + share * (bars.width() - 1));
      painter_.drawLine(QPointF(x, bars.top()), QPointF(x, bars.bottom()));
    }
    const double height = thickness_of_bars();
    for (std::uint32_t i = geometry_.first_row(); i < geometry_.end_row() && i < values.size(); ++i) {
      if (std::isnan(values[i]))
        continue;
      const double middle = geometry_.y(i + 0.5);
      const QRectF bar(bars.left(), middle - height / 2, std::max(1.0, values[i] * bars.width()), height);
      painter_.fillRect(scene_.vector ? bar & bars : QRectF(bar.toRect()) & bars, theme_.diagonal);
    }
    painter_.setPen(QPen(theme_.diagonal, 1));
    painter_.drawLine(QPointF(snapped(bars.left() - 1), bars.top()), QPointF(snapped(bars.left() - 1), bars.bottom()));
    const QRectF labels(bars.left(), bars.bottom() + unit, bars.width(), metrics_.height());
    painter_.setPen(theme_.muted_text);
    painter_.drawText(labels, Qt::AlignLeft, QStringLiteral("0"));
    painter_.drawText(labels, Qt::AlignRight, QStringLiteral("1"));
    painter_.setPen(theme_.text);
    QRectF title = column_title();
    title.setLeft(bars.left());
    title.setWidth(bars.width());
    painter_.drawText(title, Qt::AlignHCenter | Qt::AlignTop, specificity_title());
  }

  double thickness_of_bars() const {
    const double cell = geometry_.cell();
    if (cell >= gap_from)
      return std::min(cell - 2, 20.0);
    if (cell >= outline_from)
      return cell - 1;
    return std::max({cell, least_drawn(cells_, geometry_) - 2, 1.0}); // a single high one is a line at least
  }

  QString specificity_title() const {
    return scene_.document->parameters.specificity == SpecificityMode::off ? tr("spec. (off)") : tr("specificity");
  }

  // Legend

  int key_count() const { return (cells_.complete() ? 0 : 1) + 1; }

  Legend place_legend() const {
    const QRectF plot = geometry_.plot;
    Legend legend;
    legend.line = metrics_.height() + unit;
    const double head = legend.line + bar_height + unit + metrics_.height();
    const double keys = 2 * unit + key_count() * legend.line;
    const double width = std::floor(std::clamp(plot.width() * 0.4, std::min(plot.width(), 110.0), 200.0));
    const auto box = [&](double height) { return QRectF(plot.right() - width, plot.top(), width, height); };
    if (geometry_.above_diagonal(box(head + keys).adjusted(-unit, 0, 0, unit))) {
      legend.keys = true;
      legend.box = box(head + keys);
    } else if (geometry_.above_diagonal(box(head).adjusted(-unit, 0, 0, unit))) {
      legend.box = box(head);
    } else if (geometry_.zoomed() && plot.width() > 2 * width) {
      legend.card = true;
      legend.box = box(head + 2 * unit).translated(-2 * unit, 2 * unit);
    } else {
      return legend;
    }
    const QRectF inner = legend.card ? legend.box.adjusted(2 * unit, unit, -2 * unit, -unit) : legend.box;
    legend.bar = QRectF(inner.left(), inner.top() + legend.line, inner.width(), bar_height);
    return legend;
  }

  void legend() {
    if (legend_.box.isNull())
      return;
    if (legend_.card) {
      painter_.setRenderHint(QPainter::Antialiasing, false);
      painter_.fillRect(legend_.box, theme_.background);
      painter_.setPen(QPen(theme_.grid, 1));
      painter_.drawRect(legend_.box.adjusted(0, 0, -1, -1));
    }
    legend_title();
    colour_bar();
    if (legend_.keys)
      keys();
  }

  void legend_title() {
    const QRectF line(legend_.bar.left(), legend_.bar.top() - legend_.line, legend_.bar.width(), metrics_.height());
    const QString title = value_title(cells_.value());
    const QString unit_text = value_unit(cells_.value());
    painter_.setPen(theme_.text);
    painter_.drawText(line, Qt::AlignLeft, title);
    const double used = metrics_.horizontalAdvance(title + u' ');
    if (used + metrics_.horizontalAdvance(unit_text) > line.width())
      return;
    painter_.setPen(theme_.muted_text);
    painter_.drawText(line.adjusted(used, 0, 0, 0), Qt::AlignLeft, unit_text);
  }

  void colour_bar() {
    const QRectF bar = legend_.bar;
    const ColourScale& scale = cells_.scale();
    painter_.setRenderHint(QPainter::Antialiasing, false);
    const int steps = static_cast<int>(bar.width());
    for (int k = 0; k < steps; ++k) {
      const double value = scale.low + (k + 0.5) / steps * (scale.high - scale.low);
      painter_.fillRect(QRectF(bar.left() + k, bar.top(), scene_.vector && k + 1 < steps ? 1.5 : 1, bar.height()),
                        QColor(scale.colour(value, theme_.dark)));
    }
    if (cells_.value() == HeatmapValue::strength && cells_.threshold() > scale.low && cells_.threshold() < scale.high) {
      const double x = snapped(x_on_bar(cells_.threshold()));
      painter_.fillRect(QRectF(x - 0.5, bar.top() - 3, 1, bar.height() + 6), theme_.threshold);
    }
    const QRectF labels(bar.left(), bar.bottom() + unit, bar.width(), metrics_.height());
    painter_.setPen(theme_.muted_text);
    painter_.drawText(labels, Qt::AlignLeft,
                      (scale.clipped_low ? QStringLiteral("≤ ") : QString()) + short_number(scale.low));
    painter_.drawText(labels, Qt::AlignRight,
                      (scale.clipped_high ? QStringLiteral("≥ ") : QString()) + short_number(scale.high));
    if (scale.diverging)
      painter_.drawText(labels, Qt::AlignHCenter, QStringLiteral("0"));
  }

  double x_on_bar(double value) const {
    return legend_.bar.left() + cells_.scale().position(value) * legend_.bar.width();
  }

  void keys() {
    const double swatch = std::floor(metrics_.ascent());
    QRectF line(legend_.bar.left(), legend_.bar.bottom() + metrics_.height() + 4 * unit, legend_.bar.width(),
                metrics_.height());
    const auto words = [&](const QString& text) {
      painter_.setPen(theme_.muted_text);
      const double left = swatch + 2 * unit;
      painter_.drawText(line.adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                        metrics_.elidedText(text, Qt::ElideRight, line.width() - left));
      line.translate(0, legend_.line);
    };
    const auto square = [&] {
      return QRectF(std::round(line.left()), std::round(line.center().y() - swatch / 2), swatch, swatch);
    };
    threshold_key(square());
    words(outlined() ? tr("strength > %1").arg(short_number(cells_.threshold()))
                     : tr("threshold %1").arg(short_number(cells_.threshold())));
    if (cells_.complete())
      return;
    hatch_key(square());
    words(tr("not sampled"));
  }

  void threshold_key(const QRectF& square) {
    painter_.setRenderHint(QPainter::Antialiasing, false);
    if (!outlined()) {
      painter_.fillRect(QRectF(std::floor(square.center().x()), square.top(), 1, square.height()), theme_.threshold);
      return;
    }
    painter_.fillRect(square, theme_.threshold);
    painter_.fillRect(square.adjusted(1, 1, -1, -1), theme_.background);
  }

  void hatch_key(const QRectF& square) {
    painter_.setRenderHint(QPainter::Antialiasing, true);
    painter_.setPen(QPen(theme_.hatch, 1));
    const double side = square.width();
    const double step = hatch_apart * std::sqrt(2.0);
    for (double sum = step / 2; sum < 2 * side; sum += step) {
      const double from = std::max(0.0, sum - side), to = std::min(side, sum);
      painter_.drawLine(square.topLeft() + QPointF(from, sum - from), square.topLeft() + QPointF(to, sum - to));
    }
  }

  // Marks

  void mark(Cell cell, const QColor& colour, double width) {
    const QRectF plot = geometry_.plot;
    QRectF square = snapped_rect(cell);
    const double least = 7;
    if (square.width() < least) {
      const QPointF middle = square.center();
      square = QRectF(std::floor(middle.x() - least / 2), std::floor(middle.y() - least / 2), least, least);
    }
    painter_.save();
    painter_.setClipRect(plot.adjusted(-width - 1, -width - 1, width + 1, width + 1));
    painter_.setRenderHint(QPainter::Antialiasing, false);
    if (geometry_.cell() < number_from) // a line would strike the numbers out
      cross_hair(square, colour);
    frame(square.adjusted(-width - 1, -width - 1, width + 1, width + 1), 1, theme_.background);
    frame(square.adjusted(-width, -width, width, width), width, colour);
    painter_.restore();
    const double x = geometry_.x(cell.j + 0.5), y = geometry_.y(cell.i + 0.5);
    if (x >= plot.left() && x <= plot.right()) {
      for (const std::uint32_t k : geometry_.column_ticks(step_of_ticks()))
        hide_under(column_label(cell.j), column_label(k));
      badge(column_label(cell.j), QString::number(cell.j), colour);
    }
    if (y >= plot.top() && y <= plot.bottom()) {
      for (const std::uint32_t k : geometry_.row_ticks(step_of_ticks()))
        hide_under(row_label(cell.i), row_label(k));
      badge(row_label(cell.i).adjusted(-2, 0, 2, 0), QString::number(cell.i), colour);
    }
  }

  /// From the cell to its numbers on the axes.
  void cross_hair(const QRectF& square, const QColor& colour) {
    const QRectF plot = geometry_.plot;
    painter_.setOpacity(0.7);
    if (square.left() > plot.left())
      painter_.fillRect(QRectF(plot.left(), std::floor(square.center().y()), square.left() - plot.left(), 1), colour);
    if (square.bottom() < plot.bottom())
      painter_.fillRect(QRectF(std::floor(square.center().x()), square.bottom(), 1, plot.bottom() - square.bottom()),
                        colour);
    painter_.setOpacity(1);
  }

  void frame(const QRectF& outer, double width, const QColor& colour) {
    painter_.fillRect(QRectF(outer.left(), outer.top(), outer.width(), width), colour);
    painter_.fillRect(QRectF(outer.left(), outer.bottom() - width, outer.width(), width), colour);
    painter_.fillRect(QRectF(outer.left(), outer.top(), width, outer.height()), colour);
    painter_.fillRect(QRectF(outer.right() - width, outer.top(), width, outer.height()), colour);
  }

  /// Takes a number of the axis away that a badge would half cover.
  void hide_under(const QRectF& badge, const QRectF& label) {
    if (badge.intersects(label))
      painter_.fillRect(label, theme_.background);
  }

  void badge(const QRectF& box, const QString& text, const QColor& colour) {
    painter_.setRenderHint(QPainter::Antialiasing, true);
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(colour);
    painter_.drawRoundedRect(box, 2, 2);
    painter_.setPen(readable_on(colour));
    painter_.drawText(box, Qt::AlignCenter, text);
  }

  void value_marks(const HeatmapMarks& marks) {
    if (legend_.bar.isNull())
      return;
    const auto at = [this](std::optional<Cell> cell, const QColor& colour) {
      const HeatmapCell* found = cell ? cells_.find(*cell) : nullptr;
      if (!found)
        return;
      const double x = x_on_bar(found->value);
      const double y = legend_.bar.bottom() + 1;
      painter_.setRenderHint(QPainter::Antialiasing, true);
      painter_.setPen(QPen(theme_.background, 1));
      painter_.setBrush(colour);
      const QPointF corners[] = {{x, y - 4}, {x + 4, y + 3}, {x - 4, y + 3}};
      painter_.drawPolygon(corners, 3);
    };
    at(marks.selected, theme_.accent);
    if (marks.hovered != marks.selected)
      at(marks.hovered, theme_.muted_text);
  }

  QPainter& painter_;
  const HeatmapScene& scene_;
  const HeatmapGeometry& geometry_;
  const Theme& theme_;
  const HeatmapCells& cells_;
  QFont small_;
  QFontMetricsF metrics_;
  Legend legend_;
};

} // namespace

HeatmapRoom heatmap_room(const QFont& font, std::uint32_t segments) {
  const QFontMetricsF metrics(small_font(font));
  const double digits = metrics.horizontalAdvance(QString(QString::number(std::max(segments, 1U) - 1).size(), u'0'));
  HeatmapRoom room;
  room.left = 3 * unit + metrics.height() + digits;
  room.top = 2 * unit;
  room.right = 2 * unit;
  room.bottom = 3 * unit + 2 * metrics.height();
  room.gap = 4 * unit;
  room.least_bars = std::ceil(metrics.horizontalAdvance(tr("specificity"))) + 2;
  room.most_bars = std::max(room.least_bars, 200.0);
  return room;
}

double least_drawn(const HeatmapCells& cells, const HeatmapGeometry& geometry) {
  const double all = 0.5 * cells.segments() * (cells.segments() - 1.0);
  return geometry.cell() < least_when_sparse && static_cast<double>(cells.all().size()) < sparse * all
             ? least_when_sparse
             : 1;
}

QImage render_cells(const HeatmapScene& scene, double device_pixel_ratio) {
  const HeatmapGeometry& geometry = scene.geometry;
  const HeatmapCells& cells = *scene.cells;
  const double side = geometry.cell() * device_pixel_ratio;
  const int length = static_cast<int>(std::ceil(geometry.plot.width() * device_pixel_ratio));
  const int least = static_cast<int>(std::lround(least_drawn(cells, geometry) * device_pixel_ratio));
  const int gap = geometry.cell() >= gap_from ? static_cast<int>(std::lround(device_pixel_ratio)) : 0;
  const QRgb ground = scene.theme.background.rgb();
  CellImage image(QSize(length, length), side < least + 1);
  for (std::uint32_t i = geometry.first_row(); i < geometry.end_row(); ++i) {
    // both edges from whole cells, so that neighbours round to the same pixel
    const double top = (i - geometry.origin.y()) * side;
    const double bottom = (i + 1 - geometry.origin.y()) * side;
    for (const HeatmapCell& cell : cells.row(i)) {
      const double left = (cell.j - geometry.origin.x()) * side;
      const double right = (cell.j + 1 - geometry.origin.x()) * side;
      if (right < 0 || left > length)
        continue;
      Stretch across(left, right, least);
      Stretch down(top, bottom, least);
      const double order = prominence(cells.scale(), cell.value);
      if (gap > 0) {
        image.fill(across, down, ground, order); // no hatch in the gaps
        across.end -= gap;
        down.end -= gap;
      }
      image.fill(across, down, cells.scale().colour(cell.value, scene.theme.dark), order);
    }
  }
  return image.take();
}

void paint_heatmap(QPainter& painter, const HeatmapScene& scene) {
  Painter(painter, scene).base();
}

void paint_marks(QPainter& painter, const HeatmapScene& scene, const HeatmapMarks& marks) {
  Painter(painter, scene).marks(marks);
}

void paint_heatmap(QPainter& painter, const QRectF& rect, const DocumentData& document, HeatmapValue value,
                   const Theme& theme, bool vector) {
  const HeatmapCells cells(document, value);
  const QString sentence = nothing_to_draw(&document, cells);
  painter.fillRect(rect, theme.background);
  if (!sentence.isEmpty()) {
    painter.setPen(theme.muted_text);
    painter.drawText(rect, static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap, sentence);
    return;
  }
  const QFont font = painter.font();
  HeatmapScene scene{&document, &cells, {}, theme, font, vector};
  scene.geometry = HeatmapGeometry::fitted(rect, heatmap_room(font, document.segments()), document.segments());
  paint_heatmap(painter, scene);
}

QString nothing_to_draw(const DocumentData* document, const HeatmapCells& cells) {
  if (!document)
    return tr("Choose a document to see its pairs.");
  if (!cells.empty())
    return {};
  if (document->row.status == Status::scored)
    return tr("No pair of this document has been scored yet.");
  return document->row.reason.empty()
             ? tr("This document has no pairs.")
             : tr("This document has no pairs: %1").arg(QString::fromStdString(document->row.reason));
}

} // namespace longview
