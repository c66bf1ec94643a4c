#include "widgets/plot_style.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <QPicture>
#include <qcustomplot.h>

namespace longview {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("longview::Plot", text);
}

/// The least 1, 2 or 5 times a power of ten that is not below `least`.
double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double digit : {1.0, 2.0, 5.0})
    if (digit * power >= least * (1 - 1e-9))
      return digit * power;
  return 10 * power;
}

/// Words of a plot that are cut with "…" where there is no room; QCPTextElement would widen the plot for them.
class Heading : public QCPTextElement {
 public:
  Heading(QCustomPlot* plot, QString words, const QFont& font) : QCPTextElement(plot, font), words_(std::move(words)) {
    setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
    setMargins(QMargins(0, 0, 0, 0));
  }

 protected:
  QSize minimumOuterSizeHint() const override {
    return {1, static_cast<int>(std::ceil(QFontMetricsF(mFont).height()))};
  }
  QSize maximumOuterSizeHint() const override { return {QWIDGETSIZE_MAX, minimumOuterSizeHint().height()}; }
  void draw(QCPPainter* painter) override {
    setText(QFontMetricsF(mFont).elidedText(words_, Qt::ElideRight, mRect.width()));
    QCPTextElement::draw(painter);
  }

 private:
  QString words_;
};

} // namespace

QFont small_font(const QFont& font) {
  constexpr double factor = 0.9;
  QFont made = font;
  if (made.pixelSize() > 0)
    made.setPixelSize(std::max(1, static_cast<int>(std::lround(made.pixelSize() * factor))));
  else
    made.setPointSizeF(made.pointSizeF() * factor);
  return made;
}

QColor data_colour(const Theme& theme) {
  return Theme::categories()[theme.dark ? 5 : 0]; // the dark blue is too dark there
}

QString setting_text(double value) {
  return QString::number(value, 'g', 5).replace(u'-', QChar(0x2212));
}

std::vector<Tick> round_ticks(double low, double high, int most) {
  std::vector<Tick> ticks;
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
    return ticks;
  const double step = round_step((high - low) / std::max(1, most));
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  const double slack = 1e-6;
  for (double k = std::ceil(low / step - slack); k <= high / step + slack; ++k) {
    const double value = k * step + 0.0; // no "−0"
    ticks.emplace_back(value, QLocale::c().toString(value, 'f', decimals).replace(u'-', QChar(0x2212)));
  }
  return ticks;
}

std::vector<std::uint32_t> segment_ticks(std::uint32_t last, int most) {
  std::uint64_t step = 1;
  while (last / step > static_cast<std::uint64_t>(std::max(1, most)))
    step *= 2;
  std::vector<std::uint32_t> ticks;
  for (std::uint64_t tick = 0; tick <= last; tick += step)
    ticks.push_back(static_cast<std::uint32_t>(tick));
  return ticks;
}

std::vector<std::uint32_t> doubling_ticks(std::uint32_t last, int most) {
  int shift = 1;
  while (last > 0 && static_cast<int>(std::log2(last)) / shift + 1 > std::max(1, most))
    ++shift;
  std::vector<std::uint32_t> ticks;
  for (std::uint64_t tick = 1; tick <= last; tick <<= shift)
    ticks.push_back(static_cast<std::uint32_t>(tick));
  return ticks;
}

void clear_plot(QCustomPlot& plot, const PlotLook& look) {
  plot.clearPlottables();
  plot.clearItems();
  plot.plotLayout()->clear();
  plot.plotLayout()->simplify();
  plot.plotLayout()->setRowSpacing(4);
  plot.plotLayout()->setMargins(QMargins(0, 0, 0, 0));
  plot.setBackground(QBrush(look.theme.background));
}

QCPAxisRect* add_axes(QCustomPlot& plot, const PlotLook& look) {
  auto* axes = new QCPAxisRect(&plot, false);
  plot.plotLayout()->addElement(plot.plotLayout()->rowCount(), 0, axes);
  axes->addAxes(QCPAxis::atLeft | QCPAxis::atBottom);
  const QFont font = small_font(look.font);
  const int digit = static_cast<int>(std::ceil(QFontMetricsF(font).horizontalAdvance(u'0')));
  axes->setMinimumMargins(QMargins(0, 4, 3 * digit, 0)); // the last number is as wide right of its place as left of it
  for (QCPAxis* axis : axes->axes()) {
    axis->setBasePen(Qt::NoPen);
    axis->setTickPen(Qt::NoPen);
    axis->setSubTickPen(Qt::NoPen);
    axis->setTickLength(0);
    axis->setSubTickLength(0);
    axis->setTickLabelFont(font);
    axis->setTickLabelColor(look.theme.muted_text);
    axis->setTickLabelPadding(4);
    axis->setLabelFont(font);
    axis->setLabelColor(look.theme.muted_text);
    axis->setLabelPadding(2);
    axis->setPadding(0);
    axis->grid()->setPen(QPen(look.theme.grid, 1));
    axis->grid()->setZeroLinePen(Qt::NoPen);
    axis->setLayer(QStringLiteral("axes"));
    axis->grid()->setLayer(QStringLiteral("grid"));
  }
  return axes;
}

void add_heading(QCustomPlot& plot, const PlotLook& look, const QString& heading) {
  auto* words = new Heading(&plot, heading, small_font(look.font));
  words->setTextColor(look.theme.text);
  plot.plotLayout()->addElement(plot.plotLayout()->rowCount(), 0, words);
}

void set_ticks(QCPAxis& axis, const std::vector<Tick>& ticks) {
  QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
  for (const auto& [place, words] : ticks)
    ticker->addTick(place, words);
  ticker->setSubTickCount(0);
  axis.setTicker(ticker);
}

void add_note(QCPAxisRect& axes, const PlotLook& look, const QString& words, double across, double down,
              Qt::Alignment alignment) {
  auto* note = new QCPItemText(axes.parentPlot());
  note->setLayer(QStringLiteral("overlay"));
  note->position->setAxisRect(&axes);
  note->position->setType(QCPItemPosition::ptAxisRectRatio);
  note->position->setCoords(across, down);
  note->setPositionAlignment(alignment);
  note->setClipToAxisRect(false);
  note->setText(words);
  note->setFont(small_font(look.font));
  note->setColor(look.theme.muted_text);
}

PlotLook look_of(const QPainter& painter, const QRectF& rect, const Theme& theme) {
  QFont font = painter.font();
  if (font.pixelSize() <= 0)
    font.setPixelSize(std::max(1, qRound(font.pointSizeF() * painter.device()->logicalDpiY() / 72.0)));
  return {theme, font, rect.size().toSize()};
}

void paint_plot(QPainter& painter, const QRectF& rect, QCustomPlot& plot) {
  QPicture picture;
  {
    QCPPainter recorder(&picture);
    recorder.setMode(QCPPainter::pmVectorized);
    recorder.setMode(QCPPainter::pmNoCaching);
    plot.toPainter(&recorder, static_cast<int>(rect.width()), static_cast<int>(rect.height()));
  }
  painter.save();
  painter.drawPicture(rect.topLeft(), picture);
  painter.restore();
}

void paint_sentence(QPainter& painter, const QRectF& rect, const QString& sentence, const Theme& theme) {
  painter.save();
  painter.fillRect(rect, theme.background);
  painter.setPen(theme.muted_text);
  painter.drawText(rect, static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap, sentence);
  painter.restore();
}

QString no_pairs_sentence(const DocumentData* document, const QString& thing) {
  if (!document)
    return tr("Choose a document to see %1.").arg(thing);
  if (document->row.status == Status::scored)
    return tr("No pair of this document has been scored yet.");
  return document->row.reason.empty()
             ? tr("This document has no pairs.")
             : tr("This document has no pairs: %1").arg(QString::fromStdString(document->row.reason));
}

} // namespace longview
