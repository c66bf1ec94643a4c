#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scoring/settings.h"
#include "store/project.h"

namespace longview {

/// A way of looking at the documents of any run, kept in a project under a name.
struct NamedView {
  std::string name;
  std::string filter; ///< empty: all
  std::string sort;   ///< column; empty: by score
  bool descending = true;
  std::vector<std::string> columns;         ///< of the table, from the left; empty: as it is
  std::optional<LiveParameters> parameters; ///< none: the run's own
  bool operator==(const NamedView&) const = default;
};

StoredView stored(const NamedView& view);
/// What is missing in the settings is as above; throws Error(input) where they are no JSON object of such things.
NamedView named_view(const StoredView& view);
/// By name. Throws Error(not_found) naming what there is.
NamedView find_view(const Project& project, std::string_view name);
/// The filter that keeps what both keep; either may be empty.
std::string both_filters(const std::string& one, const std::string& other);

} // namespace longview
