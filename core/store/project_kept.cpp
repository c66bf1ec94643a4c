// What a person keeps in a project beside its results.
#include "store/project_impl.h"

namespace longview {

std::vector<StoredParameterSet> Project::parameter_sets() const {
  std::vector<StoredParameterSet> sets;
  Query query = impl_->connection.query("SELECT name, parameters FROM parameter_set ORDER BY name");
  while (query.next())
    sets.push_back({query.text(0), query.text(1)});
  return sets;
}

void Project::put_parameter_set(std::string_view name, std::string_view parameters) {
  if (name.empty())
    throw Error(ErrorCode::usage, "a set of parameters needs a name");
  impl_->connection.run("INSERT OR REPLACE INTO parameter_set (name, parameters) VALUES (?, ?)", name, parameters);
}

void Project::remove_parameter_set(std::string_view name) {
  impl_->connection.run("DELETE FROM parameter_set WHERE name = ?", name);
}

} // namespace longview
