#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include <QByteArray>

#include "widgets/document_data.h"
#include "widgets/figure.h"

namespace longview {

/// The figures of a report as SVG, drawn on the GUI thread.
struct DocumentFigures {
  QByteArray heatmap, profile, specificity;
};
DocumentFigures draw_figures(const DocumentData& document, const FigureOptions& options);

/// What a report says beside the document itself.
struct DocumentHtmlFacts {
  std::string dataset, run, model;
  /// Token gains of the linked pairs, where somebody asked for them before: by (i, j).
  std::map<std::pair<std::uint32_t, std::uint32_t>, TokenGain> gains;
};

/// How many of the strongest links have their texts in the report.
constexpr std::size_t links_with_text = 8;

/// One document on one page of HTML that opens anywhere, without a network or scripts: its score taken apart, the three
/// figures, the strongest links and the texts of the first of them. Text of the document is only ever shown as text.
/// Any thread.
QByteArray document_html(const DocumentData& document, const DocumentFigures& figures, const DocumentHtmlFacts& facts);

/// Reads what the report needs of the project and writes the file. Any thread. Throws Error.
void write_document_html(const Project& project, RunId run, const DocumentData& document,
                         const DocumentFigures& figures, const std::filesystem::path& path);

} // namespace longview
