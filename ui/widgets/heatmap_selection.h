#pragma once

#include <cstdint>
#include <optional>

#include <QMetaType>
#include <QString>

#include "widgets/document_data.h"

namespace longview {

/// A rectangle of whole cells, ends included: targets first_i … last_i after prefixes first_j … last_j. It may reach
/// over the diagonal; only the cells below it are pairs.
struct CellRange {
  std::uint32_t first_i = 0, last_i = 0;
  std::uint32_t first_j = 0, last_j = 0;

  /// From one corner to another, whichever way, cut to what holds pairs of the document; nothing where none is in it.
  /// The corners need not be below the diagonal.
  static std::optional<CellRange> between(Cell corner, Cell other, std::uint32_t segments);

  bool contains(Cell cell) const {
    return cell.i >= first_i && cell.i <= last_i && cell.j >= first_j && cell.j <= last_j && cell.j < cell.i;
  }
  /// Cells below the diagonal.
  std::uint64_t pairs() const;
  bool operator==(const CellRange&) const = default;
};

/// What a rectangle of pairs says together.
struct SelectionSummary {
  std::uint64_t pairs = 0;         ///< below the diagonal
  std::uint64_t scored = 0;        ///< of them
  std::uint64_t above = 0;         ///< of the scored ones, with a strength above the threshold
  double mean_strength = no_value; ///< over the scored ones; NaN without any
  double contribution = 0;         ///< to LDS
  double share = no_value;         ///< of all contributions; NaN where there are none
};

/// "c_12 … c_40 after c_0 … c_9: 63 of 290 pairs scored, 17 above the threshold 0.1, mean strength 0.143, 12.4 % of
/// LDS".
QString selection_line(const DocumentData& document, const CellRange& range, const SelectionSummary& summary);

/// What later segments owe to one segment.
struct ColumnLean {
  std::uint32_t pairs = 0;         ///< scored ones with it as prefix
  double mean_strength = no_value; ///< over them; NaN without any
  double contribution = 0;         ///< of them to LDS
};

/// "c_7 before 12 of 40 later segments: mean strength 0.143; contribution 2.1, 3.4 % of LDS", over two lines.
QString lean_text(const DocumentData& document, std::uint32_t j, const ColumnLean& lean, double all_contributions);

} // namespace longview

Q_DECLARE_METATYPE(longview::CellRange)
