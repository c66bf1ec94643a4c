#include "jobs/label_names.h"

#include <algorithm>

#include <QSettings>

#include "application.h"
#include "base/hash.h"
#include "store/project.h"

namespace longview {
namespace {

constexpr Background::Kind read_kind = 0;

using Names = std::vector<std::string>;

/// Where version 0.2 kept them, for each project by its path.
QString old_place(const std::filesystem::path& project) {
  return QStringLiteral("labels/") + QString::fromStdString(hash128(project.string()).hex());
}

Names to_names(const QStringList& list) {
  Names names;
  for (const QString& name : list)
    names.push_back(name.toStdString());
  names.resize(label_keys);
  return names;
}

QStringList to_list(const Names& names) {
  QStringList list;
  for (const std::string& name : names)
    list << QString::fromStdString(name);
  return list;
}

bool any(const Names& names) {
  return std::any_of(names.begin(), names.end(), [](const std::string& name) { return !name.empty(); });
}

} // namespace

LabelNames::LabelNames(QObject* parent) : QObject(parent) {
  names_.resize(label_keys);
}

LabelNames::~LabelNames() = default;

void LabelNames::take(const QStringList& names) {
  if (names == names_)
    return;
  names_ = names;
  emit changed();
}

void LabelNames::read(const std::filesystem::path& project) {
  if (project != project_)
    take(to_list(Names(label_keys)));
  project_ = project;
  background_.cancel(read_kind);
  if (project.empty())
    return;
  const QString place = old_place(project);
  const Names old = to_names(application_settings().value(place).toStringList());
  background_.request(
      read_kind,
      [project, old](std::stop_token) {
        const Names names = Project::open(project, Project::Mode::read_only).label_names();
        if (any(names) || !any(old))
          return names;
        Project::open(project, Project::Mode::read_write).put_label_names(old);
        return old;
      },
      [this, place](const Names& names) {
        QSettings settings = application_settings();
        settings.remove(place); // the project has them now
        take(to_list(names));
      },
      // The project's own problem is told where it is opened. One that cannot be written keeps its old place.
      [this, old](const Error&) {
        if (any(old)) // else what is shown stays
          take(to_list(old));
      });
}

void LabelNames::put(const QStringList& names) {
  const Names wanted = to_names(names);
  background_.cancel(read_kind); // older than these
  take(to_list(wanted));
  if (project_.empty())
    return;
  background_.request(
      ++writes_, // a kind each: a later one does not take the place of one for another project
      [project = project_, wanted](std::stop_token) {
        Project::open(project, Project::Mode::read_write).put_label_names(wanted);
        return true;
      },
      [](bool) {}, [this](const Error& error) { emit failed(error); });
}

} // namespace longview
