#include "widgets/figure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QPainter>
#include <QStringList>

#include "models/format.h"
#include "widgets/figure_file.h"
#include "widgets/figure_table.h"
#include "widgets/heatmap_painter.h"
#include "widgets/profile_painter.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

constexpr double margin = 24; // points
constexpr int text_size = 12; // points
constexpr int title_size = 15;

struct NamedKind {
  std::string_view word;
  FigureKind kind;
};
constexpr std::array<NamedKind, 3> kinds{
    {{"heatmap", FigureKind::heatmap}, {"profile", FigureKind::profile}, {"specificity", FigureKind::specificity}}};

QString tr(const char* text) {
  return QCoreApplication::translate("longview::Figure", text);
}

QFont figure_font(int size, bool bold = false) {
  QFont font = QGuiApplication::font();
  font.setPixelSize(size); // a pixel is a point here, on every device
  font.setBold(bold);
  return font;
}

/// Words of a file in one line, without the characters that XML cannot hold.
QString one_line(const std::string& text) {
  const QList<uint> characters = QString::fromStdString(text).simplified().toUcs4();
  QString clean;
  for (const char32_t character : characters)
    clean += QString::fromUcs4(QChar::isPrint(character) ? &character : U"\uFFFD", 1);
  return clean;
}

/// "Perl sample (perlsample.pod)".
QString title_of(const DocumentData& document) {
  const QString title = one_line(document.document.title);
  const QString name = one_line(document.document.name);
  return title.isEmpty() || title == name ? name : QStringLiteral("%1 (%2)").arg(title, name);
}

QString score_of(const DocumentData& document) {
  const ResultRow& row = document.row;
  if (std::isnan(row.lds))
    return {};
  const QString sum = tr("LDS %1").arg(figure_number(row.lds));
  if (document.parameters.score == ScoreKind::sum || std::isnan(row.lds_mean))
    return sum;
  return tr("mean LDS %1 (%2)").arg(with_error(row.lds_mean, row.lds_error), sum);
}

/// What the document was scored with.
QString run_of(const DocumentData& document) {
  const SamplingSettings& sampling = document.sampling;
  const std::uint64_t n = document.segments();
  return tr("%1 of %2 tokens, %3 of %4 pairs, preset %5, seed %6")
      .arg(counted(n, "segment", "segments"))
      .arg(sampling.segment_length)
      .arg(grouped(document.scores.pair_count), grouped(n * (n > 0 ? n - 1 : 0) / 2),
           QString::fromUtf8(name(sampling.preset)))
      .arg(sampling.seed);
}

/// What the score was derived with.
QString parameters_of(const DocumentData& document) {
  const LiveParameters& live = document.parameters;
  return tr("threshold %1, alpha %2, beta %3, distance over the %4, specificity %5")
      .arg(all_digits(live.threshold), all_digits(live.alpha), all_digits(live.beta),
           QString::fromUtf8(name(live.distance)), QString::fromUtf8(name(live.specificity)));
}

QString elided(const QFont& font, const QString& text, double width) {
  return QFontMetricsF(font).elidedText(text, Qt::ElideRight, width);
}

/// Title on the left, score on the right, settings below. Gives the room that is left.
QRectF draw_head(QPainter& painter, const QRectF& page, const DocumentData& document, const Theme& theme) {
  const QFont title_font = figure_font(title_size, true);
  const QFont score_font = figure_font(title_size);
  const QFont small_font = figure_font(text_size * 9 / 10);
  const double line = QFontMetricsF(title_font).height();
  const double small_line = QFontMetricsF(small_font).height();
  const QRectF top(page.left(), page.top(), page.width(), line);

  const QString score = score_of(document);
  const double score_width = std::min(QFontMetricsF(score_font).horizontalAdvance(score) + margin, page.width() / 2);
  painter.setPen(theme.text);
  painter.setFont(title_font);
  painter.drawText(top, Qt::AlignLeft | Qt::AlignVCenter,
                   elided(title_font, title_of(document), page.width() - score_width));
  painter.setFont(score_font);
  painter.drawText(top, Qt::AlignRight | Qt::AlignVCenter, elided(score_font, score, score_width));

  painter.setPen(theme.muted_text);
  painter.setFont(small_font);
  QRectF below(page.left(), top.bottom() + 4, page.width(), small_line);
  for (const QString& words : {run_of(document), parameters_of(document)}) {
    painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter, elided(small_font, words, page.width()));
    below.translate(0, small_line);
  }
  return page.adjusted(0, below.top() - page.top() + 12, 0, 0);
}

void draw(QPainter& painter, FigureKind kind, const DocumentData& document, const FigureOptions& options, bool vector) {
  const QRectF all(QPointF(), QSizeF(options.size));
  painter.fillRect(all, options.theme.background);
  const QRectF page = all.adjusted(margin, margin * 2 / 3, -margin, -margin * 2 / 3);
  const QRectF body = draw_head(painter, page, document, options.theme);
  painter.setFont(figure_font(text_size));
  switch (kind) {
  case FigureKind::heatmap:
    paint_heatmap(painter, body, document, options.view, options.range, options.theme, vector);
    break;
  case FigureKind::profile:
    paint_profile(painter, body, document, profile_of(document, options.distances, options.dataset), options.theme);
    break;
  case FigureKind::specificity:
    paint_specificity(painter, body, document, options.theme);
    break;
  }
}

FigurePage page_of(FigureKind kind, const DocumentData& document, const FigureOptions& options) {
  FigurePage page;
  page.size = options.size;
  page.title = title_of(document);
  page.paint = [kind, &document, &options](QPainter& painter, bool vector) {
    draw(painter, kind, document, options, vector);
  };
  page.table = [kind, &document, &options] { return figure_table(kind, document, options); };
  return page;
}

} // namespace

std::optional<FigureKind> parse_figure_kind(std::string_view word) {
  for (const NamedKind& named : kinds)
    if (named.word == word)
      return named.kind;
  return std::nullopt;
}

void save_figure(FigureKind kind, const DocumentData& document, const std::filesystem::path& path,
                 const FigureOptions& options) {
  write_figure(page_of(kind, document, options), path);
}

QByteArray figure_svg(FigureKind kind, const DocumentData& document, const FigureOptions& options) {
  return figure_svg(page_of(kind, document, options));
}

QImage figure_image(FigureKind kind, const DocumentData& document, const FigureOptions& options) {
  return figure_image(page_of(kind, document, options));
}

} // namespace longview
