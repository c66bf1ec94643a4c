#pragma once

#include <string>
#include <vector>

#include "compare/comparison.h"

namespace longview {

/// A side on its way into a Comparison: its project is open, its rows are there.
struct LoadedSide {
  Project project;
  Side side;
  std::vector<TableRow> rows;              ///< what the filter keeps, in source order
  std::vector<std::string> unknown_fields; ///< sentences, see unknown_fields(): of the filter, the column, the group
};

/// The rows of a side with its parameters. Throws as compare().
LoadedSide load_side(const SideChoice& choice, const CompareOptions& options, const std::stop_token& stop);
/// Fills what is told of each document from the rows. `group` as in CompareOptions.
void read_values(LoadedSide& loaded, const std::string& column, const std::string& group);
/// Names the groups of all sides and fills each side's.
void read_groups(Comparison& comparison);
/// Fills the profiles, over bins that all sides share.
void read_profiles(std::vector<LoadedSide>& sides, PairValue value, const CompareOptions& options,
                   const std::stop_token& stop);
/// Labels as short as they may be and still tell the sides apart.
void name_sides(std::vector<Side>& sides);

} // namespace longview
