#include "widgets/figure.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include <QBuffer>
#include <QCoreApplication>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QImageWriter>
#include <QPageLayout>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QStringList>
#include <QSvgGenerator>

#include "base/error.h"
#include "base/file.h"
#include "models/format.h"
#include "widgets/figure_table.h"
#include "widgets/heatmap_painter.h"
#include "widgets/profile_painter.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

constexpr double margin = 24; // points
constexpr int text_size = 12; // points
constexpr int title_size = 15;
constexpr int points_per_inch = 72;
constexpr int png_scale = 2;

enum class Format { png, svg, pdf, tsv };

struct NamedKind {
  std::string_view word;
  FigureKind kind;
};
constexpr std::array<NamedKind, 3> kinds{
    {{"heatmap", FigureKind::heatmap}, {"profile", FigureKind::profile}, {"specificity", FigureKind::specificity}}};

QString tr(const char* text) {
  return QCoreApplication::translate("longview::Figure", text);
}

Format format_of(const std::filesystem::path& path) {
  std::string suffix = path.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (suffix == ".png")
    return Format::png;
  if (suffix == ".svg")
    return Format::svg;
  if (suffix == ".pdf")
    return Format::pdf;
  if (suffix == ".tsv")
    return Format::tsv;
  throw Error(ErrorCode::usage,
              "is not a kind of figure: let its name end in .png, .svg or .pdf, or in .tsv for its table",
              path.string());
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
           QString::fromUtf8(name(sampling.preset).data()))
      .arg(sampling.seed);
}

/// What the score was derived with.
QString parameters_of(const DocumentData& document) {
  const LiveParameters& live = document.parameters;
  return tr("threshold %1, alpha %2, beta %3, distance over the %4, specificity %5")
      .arg(all_digits(live.threshold), all_digits(live.alpha), all_digits(live.beta),
           QString::fromUtf8(name(live.distance).data()), QString::fromUtf8(name(live.specificity).data()));
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

[[noreturn]] void fail(const char* format) {
  throw Error(ErrorCode::internal, fmt::format("the figure could not be made into {}", format));
}

void make_png(QBuffer& buffer, FigureKind kind, const DocumentData& document, const FigureOptions& options) {
  const QImage image = figure_image(kind, document, options);
  QImageWriter writer(&buffer, "png");
  if (image.isNull() || !writer.write(image))
    fail("PNG");
}

void make_svg(QBuffer& buffer, FigureKind kind, const DocumentData& document, const FigureOptions& options) {
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setResolution(points_per_inch);
  generator.setSize(options.size);
  // No setTitle: Qt 6.4 writes it without escaping, and the file is no XML then.
  generator.setViewBox(QRect(QPoint(), options.size));
  QPainter painter;
  if (!painter.begin(&generator))
    fail("SVG");
  draw(painter, kind, document, options, true);
}

void make_pdf(QBuffer& buffer, FigureKind kind, const DocumentData& document, const FigureOptions& options) {
  QPdfWriter writer(&buffer);
  writer.setResolution(points_per_inch);
  writer.setPageLayout(QPageLayout(QPageSize(QSizeF(options.size), QPageSize::Point, QString(), QPageSize::ExactMatch),
                                   QPageLayout::Portrait, QMarginsF()));
  writer.setTitle(title_of(document));
  writer.setCreator(QStringLiteral("Longview"));
  QPainter painter;
  if (!painter.begin(&writer))
    fail("PDF");
  draw(painter, kind, document, options, true);
}

void write_whole(const std::filesystem::path& path, const QByteArray& bytes) {
  try {
    AtomicFile file(path);
    file.write({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    file.commit();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) // its folder
      throw Error(ErrorCode::io, error.message(), error.context());
    throw;
  }
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
  const Format format = format_of(path);
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  switch (format) {
  case Format::png:
    make_png(buffer, kind, document, options);
    break;
  case Format::svg:
    make_svg(buffer, kind, document, options);
    break;
  case Format::pdf:
    make_pdf(buffer, kind, document, options);
    break;
  case Format::tsv:
    buffer.write(QByteArray::fromStdString(figure_table(kind, document, options)));
    break;
  }
  write_whole(path, buffer.data());
}

QByteArray figure_svg(FigureKind kind, const DocumentData& document, const FigureOptions& options) {
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  make_svg(buffer, kind, document, options);
  return buffer.data();
}

QImage figure_image(FigureKind kind, const DocumentData& document, const FigureOptions& options) {
  QImage image(options.size * png_scale, QImage::Format_RGB32);
  image.setDevicePixelRatio(png_scale);
  QPainter painter(&image);
  draw(painter, kind, document, options, false);
  painter.end();
  return image;
}

} // namespace longview
