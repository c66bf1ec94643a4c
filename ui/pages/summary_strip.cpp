#include "pages/summary_strip.h"

#include <algorithm>

#include <QHeaderView>
#include <QPainter>
#include <QScrollBar>
#include <QTableView>

#include "models/format.h"
#include "pages/notice.h"

namespace longview {

SummaryStrip::SummaryStrip(QTableView& table, const DocumentsModel& model, QWidget* parent)
    : QWidget(parent), table_(table), model_(model) {
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  const QHeaderView* header = table.horizontalHeader();
  const auto again = [this] { update(); };
  connect(header, &QHeaderView::sectionResized, this, again);
  connect(header, &QHeaderView::sectionMoved, this, again);
  connect(table.horizontalScrollBar(), &QScrollBar::valueChanged, this, again);
}

QSize SummaryStrip::sizeHint() const {
  return {200, 2 * (fontMetrics().height() + 2)};
}

QString SummaryStrip::words(int line, int column) const {
  if (column < 0 || column >= model_.columnCount())
    return {};
  const DocumentColumn& shown = model_.columns()[static_cast<std::size_t>(column)];
  if (shown.key == "title")
    return line == 0 ? tr("mean") : tr("median");
  for (const ColumnSummary& summary : model_.snapshot().figures.summaries)
    if (summary.column == shown.key && summary.count > 0) {
      const double value = line == 0 ? summary.mean : summary.median;
      return shown.type == ColumnType::count ? grouped(static_cast<std::uint64_t>(value)) : three_digits(value);
    }
  return {};
}

void SummaryStrip::paintEvent(QPaintEvent*) {
  if (model_.rowCount() == 0)
    return;
  QPainter painter(this);
  painter.setPen(quiet_colour(palette()));
  const QHeaderView* header = table_.horizontalHeader();
  const int left = table_.viewport()->mapTo(parentWidget(), QPoint(0, 0)).x() - x();
  const int line_height = fontMetrics().height() + 2;
  painter.setClipRect(QRect(left, 0, table_.viewport()->width(), height()));
  for (int column = 0; column < model_.columnCount(); ++column) {
    if (header->isSectionHidden(column))
      continue;
    const bool title = column == 0;
    for (int line = 0; line < 2; ++line) {
      const QRect cell(left + header->sectionViewportPosition(column) + 3, line * line_height,
                       header->sectionSize(column) - 6, line_height);
      painter.drawText(cell, (title ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter, words(line, column));
    }
  }
}

} // namespace longview
