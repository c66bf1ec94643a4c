#include "widgets/heatmap_painter.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

#include "widgets/heatmap_axes.h"
#include "widgets/reading_line.h"
#include "widgets/small_font.h"

namespace longview {
namespace {

constexpr double unit = HeatmapCanvas::unit;
constexpr double strip_height = 36;

QString tr(const char* text) {
  return QCoreApplication::translate("longview::HeatmapPainter", text);
}

} // namespace

HeatmapRoom heatmap_room(const QFont& font, std::uint32_t segments, const HeatmapView& view,
                         std::uint32_t segment_length) {
  const QFontMetricsF metrics(small_font(font));
  HeatmapRoom room;
  room.left = 3 * unit + metrics.height() + HeatmapAxes::labels_width(metrics, segments, view.axes, segment_length);
  room.top = 2 * unit;
  room.right = 2 * unit;
  room.bottom = 3 * unit + 2 * metrics.height();
  room.gap = 4 * unit;
  room.least_bars = std::ceil(metrics.horizontalAdvance(tr("specificity"))) + 2;
  room.most_bars = std::max(room.least_bars, 200.0);
  if (view.strip != ColumnStrip::none) {
    room.strip = strip_height;
    room.strip_gap = std::ceil(metrics.height()) + unit;
  }
  return room;
}

void paint_heatmap(QPainter& painter, const HeatmapScene& scene) {
  const HeatmapCanvas canvas(painter, scene);
  draw_grid(canvas);
  draw_hatch(canvas);
  draw_cells(canvas);
  draw_contour(canvas);
  draw_numbers(canvas);
  draw_diagonal(canvas);
  draw_axes(canvas);
  draw_bars(canvas);
  draw_strip(canvas);
  draw_legend(canvas);
}

void paint_marks(QPainter& painter, const HeatmapScene& scene, const HeatmapMarks& marks) {
  draw_marks(HeatmapCanvas(painter, scene), marks);
}

void paint_heatmap(QPainter& painter, const QRectF& rect, const DocumentData& document, const HeatmapView& view,
                   const std::optional<CellRange>& range, const Theme& theme, bool vector) {
  HeatmapCells cells(document, view.value);
  cells.set_range(view.range);
  const QString sentence = nothing_to_draw(&document, cells);
  painter.fillRect(rect, theme.background);
  if (!sentence.isEmpty()) {
    painter.setPen(theme.muted_text);
    painter.drawText(rect, static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap, sentence);
    return;
  }
  const QFont font = painter.font();
  const double line = range ? 2 * QFontMetricsF(small_font(font)).height() : 0;
  HeatmapScene scene{&document, &cells, {}, theme, font, view, vector};
  scene.geometry = HeatmapGeometry::fitted(
      rect.adjusted(0, 0, 0, -line), heatmap_room(font, document.segments(), view, document.sampling.segment_length),
      document.segments());
  paint_heatmap(painter, scene);
  if (!range)
    return;
  paint_marks(painter, scene, {{}, {}, range, {}});
  painter.setPen(theme.text);
  painter.drawText(QRectF(rect.left(), rect.bottom() - line, rect.width(), line),
                   static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter) | Qt::TextWordWrap,
                   selection_line(document, *range, cells.summary(*range)));
}

QString nothing_to_draw(const DocumentData* document, const HeatmapCells& cells) {
  if (!document)
    return tr("Choose a document to see its pairs.");
  if (!cells.empty())
    return {};
  if (document->scores.pair_count > 0 && cells.value() == HeatmapValue::corrected)
    return tr("This run has no control prefixes, so there is no corrected strength. Score with controls, or let the "
              "heatmap show something else.");
  if (document->row.status == Status::scored)
    return tr("No pair of this document has been scored yet.");
  return document->row.reason.empty()
             ? tr("This document has no pairs.")
             : tr("This document has no pairs: %1").arg(QString::fromStdString(document->row.reason));
}

} // namespace longview
