#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include <QByteArray>
#include <QImage>
#include <QSize>

#include "widgets/document_data.h"
#include "widgets/heatmap_selection.h"
#include "widgets/heatmap_view.h"
#include "widgets/profile_figure.h"
#include "widgets/theme.h"

namespace longview {

enum class FigureKind { heatmap, profile, specificity };
std::optional<FigureKind> parse_figure_kind(std::string_view word);

struct FigureOptions {
  QSize size{900, 700}; ///< points; PNG has twice as many pixels each way
  Theme theme = Theme::light();
  HeatmapView view;                      ///< of the heatmap
  std::optional<CellRange> range;        ///< pairs that the heatmap frames, with a line about them
  BinScale distances = BinScale::linear; ///< of the profile
  DatasetProfilePointer dataset;         ///< beside the profile; over its bins
};

/// Draws a figure with title, labels and legend into a file: PNG, SVG or PDF by its suffix; or writes its table
/// (figure_table.h): .tsv. The same painting code as the widgets. Needs a QGuiApplication; any platform plugin,
/// offscreen too. Throws Error (usage: another suffix; io).
void save_figure(FigureKind kind, const DocumentData& document, const std::filesystem::path& path,
                 const FigureOptions& options);
/// The same for the clipboard.
QImage figure_image(FigureKind kind, const DocumentData& document, const FigureOptions& options);
QByteArray figure_svg(FigureKind kind, const DocumentData& document, const FigureOptions& options);

} // namespace longview
