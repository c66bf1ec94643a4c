#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/project.h"

namespace longview {

/// A number or word of a result that an export can add; the one list behind --scores, the Export page and the columns.
struct ScoreField {
  std::string_view name;
  std::string_view help;
  /// As JSON: numbers round-trip, NaN is null.
  std::string (*json)(const ResultRow&);
  bool by_default;
};
const std::vector<ScoreField>& score_fields();

/// The fields of these names in the order named; empty: the default ones. Throws Error(usage) naming the known ones,
/// also for a name given twice.
std::vector<const ScoreField*> find_score_fields(const std::vector<std::string>& names);

/// {"lds":1.5,"tokens":300}. Numbers round-trip; NaN is null.
std::string score_object(const ResultRow& row, const std::vector<const ScoreField*>& fields);

} // namespace longview
