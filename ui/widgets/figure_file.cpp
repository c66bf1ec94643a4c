#include "widgets/figure_file.h"

#include <algorithm>
#include <cctype>
#include <string>

#include <QBuffer>
#include <QImageWriter>
#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "base/error.h"
#include "base/file.h"

namespace longview {
namespace {

constexpr int points_per_inch = 72;
constexpr int png_scale = 2;

enum class Format { png, svg, pdf, tsv };

Format format_of(const std::filesystem::path& path, bool has_table) {
  std::string suffix = path.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (suffix == ".png")
    return Format::png;
  if (suffix == ".svg")
    return Format::svg;
  if (suffix == ".pdf")
    return Format::pdf;
  if (suffix == ".tsv" && has_table)
    return Format::tsv;
  throw Error(ErrorCode::usage,
              std::string("is not a kind of figure: let its name end in .png, .svg or .pdf") +
                  (has_table ? ", or in .tsv for its table" : ""),
              path.string());
}

[[noreturn]] void fail(const char* format) {
  throw Error(ErrorCode::internal, fmt::format("the figure could not be made into {}", format));
}

void make_png(QBuffer& buffer, const FigurePage& page) {
  const QImage image = figure_image(page);
  QImageWriter writer(&buffer, "png");
  if (image.isNull() || !writer.write(image))
    fail("PNG");
}

void make_svg(QBuffer& buffer, const FigurePage& page) {
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setResolution(points_per_inch);
  generator.setSize(page.size);
  // No setTitle: Qt 6.4 writes it without escaping, and the file is no XML then.
  generator.setViewBox(QRect(QPoint(), page.size));
  QPainter painter;
  if (!painter.begin(&generator))
    fail("SVG");
  page.paint(painter, true);
}

void make_pdf(QBuffer& buffer, const FigurePage& page) {
  QPdfWriter writer(&buffer);
  writer.setResolution(points_per_inch);
  writer.setPageLayout(QPageLayout(QPageSize(QSizeF(page.size), QPageSize::Point, QString(), QPageSize::ExactMatch),
                                   QPageLayout::Portrait, QMarginsF()));
  writer.setTitle(page.title);
  writer.setCreator(QStringLiteral("Longview"));
  QPainter painter;
  if (!painter.begin(&writer))
    fail("PDF");
  page.paint(painter, true);
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

void write_figure(const FigurePage& page, const std::filesystem::path& path) {
  const Format format = format_of(path, page.table != nullptr);
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  switch (format) {
  case Format::png:
    make_png(buffer, page);
    break;
  case Format::svg:
    make_svg(buffer, page);
    break;
  case Format::pdf:
    make_pdf(buffer, page);
    break;
  case Format::tsv:
    buffer.write(QByteArray::fromStdString(page.table()));
    break;
  }
  write_whole(path, buffer.data());
}

QByteArray figure_svg(const FigurePage& page) {
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  make_svg(buffer, page);
  return buffer.data();
}

QImage figure_image(const FigurePage& page) {
  QImage image(page.size * png_scale, QImage::Format_RGB32);
  image.setDevicePixelRatio(png_scale);
  QPainter painter(&image);
  page.paint(painter, false);
  painter.end();
  return image;
}

} // namespace longview
