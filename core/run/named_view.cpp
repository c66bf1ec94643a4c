#include "run/named_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "run/settings.h"

namespace longview {

StoredView stored(const NamedView& view) {
  nlohmann::json settings = {{"sort", view.sort}, {"descending", view.descending}, {"columns", view.columns}};
  if (view.parameters)
    settings["parameters"] = nlohmann::json::parse(to_json(*view.parameters));
  return {view.name, view.filter, settings.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

NamedView named_view(const StoredView& kept) {
  NamedView view;
  view.name = kept.name;
  view.filter = kept.filter;
  try {
    const nlohmann::json settings = nlohmann::json::parse(kept.settings);
    view.sort = settings.value("sort", std::string());
    view.descending = settings.value("descending", true);
    view.columns = settings.value("columns", std::vector<std::string>());
    if (settings.contains("parameters"))
      view.parameters = parameters_from_json(settings["parameters"].dump());
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::input, fmt::format("the settings of the view \"{}\" cannot be read", kept.name));
  }
  return view;
}

NamedView find_view(const Project& project, std::string_view name) {
  std::vector<std::string> names;
  for (const StoredView& view : project.views()) {
    if (view.name == name)
      return named_view(view);
    names.push_back(view.name);
  }
  throw Error(ErrorCode::not_found,
              names.empty() ? fmt::format("there is no view \"{}\"; this project has none", name)
                            : fmt::format("there is no view \"{}\"; there are: {}", name, fmt::join(names, ", ")),
              project.path().string());
}

std::string both_filters(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty())
    return one + other;
  return "(" + one + ") and (" + other + ")";
}

} // namespace longview
