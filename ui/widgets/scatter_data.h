#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace longview {

/// Two columns of the same documents, as arrays that go together: all that a scatter needs of a table.
struct ScatterColumns {
  std::string x_name, y_name; ///< as filters call them
  std::vector<double> x, y;   ///< NaN where a document has no number
  std::vector<std::string> names;
};

struct ScatterAxis {
  double low = 0, high = 1;
  bool logarithmic = false; ///< then low > 0

  /// 0 at `low`, 1 at `high`.
  double place(double value) const;
  double value(double place) const;
};

/// The range of the finite values (of those above zero on a logarithmic axis), a little wider. Nothing without values.
std::optional<ScatterAxis> scatter_axis(const std::vector<double>& values, bool logarithmic);

/// Documents in the cells of a grid, row 0 at the bottom. Linear in the documents: a million take some milliseconds.
struct ScatterGrid {
  std::uint32_t columns = 0, rows = 0;
  std::vector<std::uint32_t> counts; ///< row after row
  std::uint32_t most = 0;            ///< in one cell
  std::uint64_t inside = 0;          ///< documents with both numbers on the axes

  std::uint32_t at(std::uint32_t column, std::uint32_t row) const { return counts[row * columns + column]; }
};
ScatterGrid scatter_grid(const ScatterColumns& data, const ScatterAxis& x, const ScatterAxis& y, std::uint32_t columns,
                         std::uint32_t rows);

/// "lds_mean in 0.1..0.35": a filter for the values between two ends, rounded outwards to four digits so that nothing
/// that was in the rectangle falls out.
std::string range_filter(const std::string& column, double low, double high);

} // namespace longview
