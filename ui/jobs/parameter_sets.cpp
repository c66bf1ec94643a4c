#include "jobs/parameter_sets.h"

#include "run/settings.h"
#include "store/project.h"

namespace longview {
namespace {

enum Kind : Background::Kind { read_kind, write_kind };

std::vector<NamedParameters> read_sets(const Project& project) {
  std::vector<NamedParameters> sets;
  for (const StoredParameterSet& stored : project.parameter_sets())
    sets.push_back({stored.name, parameters_from_json(stored.parameters)});
  return sets;
}

} // namespace

ParameterSets::ParameterSets(QObject* parent) : QObject(parent) {}

ParameterSets::~ParameterSets() = default;

void ParameterSets::read(const std::filesystem::path& project) {
  if (project != project_)
    clear();
  project_ = project;
  background_.request(
      read_kind, [project](std::stop_token) { return read_sets(Project::open(project, Project::Mode::read_only)); },
      [this](std::vector<NamedParameters> sets) {
        if (sets == sets_)
          return;
        sets_ = std::move(sets);
        emit changed();
      },
      {}); // the project's own problem is told where it is opened
}

void ParameterSets::clear() {
  background_.cancel(read_kind);
  project_.clear();
  if (sets_.empty())
    return;
  sets_.clear();
  emit changed();
}

template <typename Change>
void ParameterSets::change(Change change) {
  if (project_.empty())
    return;
  background_.request(
      write_kind,
      [project = project_, change](std::stop_token) {
        Project opened = Project::open(project, Project::Mode::read_write);
        change(opened);
        return read_sets(opened);
      },
      [this](std::vector<NamedParameters> sets) {
        sets_ = std::move(sets);
        emit changed();
      },
      [this](const Error& error) { emit failed(error); });
}

void ParameterSets::put(const std::string& name, const LiveParameters& parameters) {
  change([name, json = to_json(parameters)](Project& project) { project.put_parameter_set(name, json); });
}

void ParameterSets::remove(const std::string& name) {
  change([name](Project& project) { project.remove_parameter_set(name); });
}

} // namespace longview
