#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <QString>

#include "widgets/colour_map.h"
#include "widgets/document_data.h"
#include "widgets/heatmap_widget.h"

namespace longview {

/// One scored pair as the heatmap draws it.
struct HeatmapCell {
  std::uint32_t i = 0;
  std::uint32_t j = 0;
  double value = 0;    ///< of the HeatmapValue that was asked for; finite
  double strength = 0; ///< what the threshold is compared with
};

enum class Direction { left, right, up, down };

/// The scored pairs of a document with the values to draw, sorted by row and then column. Pairs that are not computed
/// or left out of the score are not in it. Pure; any thread.
class HeatmapCells {
 public:
  HeatmapCells() = default;
  HeatmapCells(const DocumentData& document, HeatmapValue value);

  const std::vector<HeatmapCell>& all() const { return cells_; }
  bool empty() const { return cells_.empty(); }
  /// Every pair of the document is there: no cell needs the hatch.
  bool complete() const;
  std::uint32_t segments() const { return segments_; }
  HeatmapValue value() const { return value_; }
  double threshold() const { return threshold_; }
  const ColourScale& scale() const { return scale_; }

  /// Of target i, columns rising; empty beyond the document.
  std::span<const HeatmapCell> row(std::uint32_t i) const;
  const HeatmapCell* find(Cell cell) const;
  /// The scored cell within `reach` cells that is nearest to a place (column, row), for cells too small to point at.
  std::optional<Cell> near(double column, double row, double reach) const;
  /// The next scored cell: left and right within the row; up and down the nearest column of the next row that has
  /// scored cells. Nothing where there is none.
  std::optional<Cell> next(Cell from, Direction direction) const;
  /// Nothing without scored cells.
  std::optional<Cell> strongest() const;

 private:
  std::vector<HeatmapCell>::const_iterator row_begin(std::uint32_t i) const;

  std::vector<HeatmapCell> cells_;
  std::vector<std::uint32_t> rows_; ///< where row i begins in cells_; segments + 1 of them
  std::uint32_t segments_ = 0;
  HeatmapValue value_ = HeatmapValue::strength;
  double threshold_ = 0;
  ColourScale scale_;
};

/// The title of the colour bar: "strength", "gain", …
QString value_title(HeatmapValue value);
/// What it is measured in, as words that follow the title.
QString value_unit(HeatmapValue value);

} // namespace longview
