#include "models/recent_projects.h"

#include <algorithm>

#include <QFile>
#include <QSettings>
#include <QStringList>

namespace longview {
namespace {

const QString key = QStringLiteral("projects/recent");
constexpr std::size_t most = 10;

void store(QSettings& settings, const std::vector<std::filesystem::path>& projects) {
  QStringList names;
  for (const std::filesystem::path& project : projects)
    names << QFile::decodeName(QByteArray::fromStdString(project.string()));
  settings.setValue(key, names);
}

} // namespace

std::vector<std::filesystem::path> recent_projects(const QSettings& settings) {
  std::vector<std::filesystem::path> projects;
  for (const QString& name : settings.value(key).toStringList())
    projects.emplace_back(QFile::encodeName(name).toStdString());
  return projects;
}

void remember_project(QSettings& settings, const std::filesystem::path& project) {
  auto projects = recent_projects(settings);
  std::erase(projects, project);
  projects.insert(projects.begin(), project);
  projects.resize(std::min(projects.size(), most));
  store(settings, projects);
}

void forget_project(QSettings& settings, const std::filesystem::path& project) {
  auto projects = recent_projects(settings);
  std::erase(projects, project);
  store(settings, projects);
}

} // namespace longview
