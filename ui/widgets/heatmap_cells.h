#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "widgets/colour_map.h"
#include "widgets/document_data.h"
#include "widgets/heatmap_levels.h"
#include "widgets/heatmap_selection.h"
#include "widgets/heatmap_view.h"

namespace longview {

enum class Direction { left, right, up, down };

/// The scored pairs of a document with the values to draw, sorted by row and then column. Pairs that are not computed
/// or left out of the score are not in it. Pure; any thread. Linear in the pairs, but for sorting what is not sorted.
class HeatmapCells {
 public:
  HeatmapCells() = default;
  HeatmapCells(const DocumentData& document, HeatmapValue value);

  const std::vector<HeatmapCell>& all() const { return levels_.front().cells(); }
  bool empty() const { return all().empty(); }
  /// Every pair of the document is there: no cell needs the hatch.
  bool complete() const;
  std::uint32_t segments() const { return segments_; }
  HeatmapValue value() const { return value_; }
  double threshold() const { return threshold_; }
  /// Fitted to the values, or with the ends that were chosen.
  const ColourScale& scale() const { return scale_; }
  void set_range(const std::optional<ColourRange>& range);

  /// The coarsest level whose tiles are at most so many cells wide; single cells where there are few.
  const HeatmapLevel& level(double most_across) const;
  /// How much a cell stands out: what is drawn where several share a pixel.
  double stands_out(const HeatmapCell& cell) const { return fitted_.diverging ? std::abs(cell.value) : cell.value; }

  /// Of target i, columns rising; empty beyond the document.
  std::span<const HeatmapCell> row(std::uint32_t i) const { return levels_.front().row(i); }
  const HeatmapCell* find(Cell cell) const;
  /// The scored cell within `reach` cells that is nearest to a place (column, row), for cells too small to point at.
  std::optional<Cell> near(double column, double row, double reach) const;
  /// The next scored cell: left and right within the row; up and down the nearest column of the next row that has
  /// scored cells. Nothing where there is none.
  std::optional<Cell> next(Cell from, Direction direction) const;
  /// The scored cell of row i that is nearest to column j; else of the nearest row above or below that has one.
  std::optional<Cell> nearest_in_rows(std::uint32_t i, std::uint32_t j, Direction direction) const;
  /// Nothing without scored cells.
  std::optional<Cell> strongest() const;

  /// One a segment.
  const std::vector<ColumnLean>& columns() const { return columns_; }
  /// Of all pairs, to LDS.
  double contribution() const { return contribution_; }
  /// Linear in the pairs of its rows.
  SelectionSummary summary(const CellRange& range) const;

 private:
  void take(const DocumentData& document);
  void build_levels();

  std::vector<HeatmapLevel> levels_ = std::vector<HeatmapLevel>(1); ///< from single cells to coarse ones
  std::vector<double> contributions_;                               ///< of all(), in its order
  std::vector<ColumnLean> columns_;
  double contribution_ = 0;
  std::uint32_t segments_ = 0;
  HeatmapValue value_ = HeatmapValue::strength;
  double threshold_ = 0;
  ColourScale fitted_, scale_;
};

} // namespace longview
