#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include <QByteArray>
#include <QImage>
#include <QPainter>
#include <QSize>
#include <QString>

namespace longview {

/// A figure on its way into a file or onto the clipboard: a page of `size` points, painted anew for each kind of
/// output.
struct FigurePage {
  QSize size{900, 700};
  QString title; ///< of a PDF
  /// `vector`: nothing that a vector format cannot keep should be painted as pixels.
  std::function<void(QPainter&, bool vector)> paint;
  std::function<std::string()> table = {}; ///< what it shows as tab-separated lines; none where there is no table
};

/// PNG (two pixels a point), SVG or PDF by the suffix of the name, or the table for TSV; the file is there whole or not
/// at all. Needs a QGuiApplication. Throws Error (usage: another suffix; io).
void write_figure(const FigurePage& page, const std::filesystem::path& path);
QByteArray figure_svg(const FigurePage& page);
/// As in a PNG.
QImage figure_image(const FigurePage& page);

} // namespace longview
