#include "jobs/named_views.h"

#include <utility>

namespace longview {
namespace {

enum Kind : Background::Kind { read_kind, write_kind };

std::vector<NamedView> read_views(const Project& project) {
  std::vector<NamedView> views;
  for (const StoredView& view : project.views())
    views.push_back(named_view(view));
  return views;
}

} // namespace

NamedViews::NamedViews(QObject* parent) : QObject(parent) {}

NamedViews::~NamedViews() = default;

template <typename Work>
void NamedViews::request(Background::Kind kind, Work work) {
  background_.request(
      kind, std::move(work),
      [this](std::vector<NamedView> views) {
        views_ = std::move(views);
        emit changed();
      },
      [this](const Error& error) { emit failed(error); });
}

void NamedViews::read(const std::filesystem::path& project) {
  project_ = project;
  if (project_.empty()) {
    background_.cancel(read_kind);
    views_.clear();
    emit changed();
    return;
  }
  request(read_kind,
          [project](std::stop_token) { return read_views(Project::open(project, Project::Mode::read_only)); });
}

void NamedViews::put(const NamedView& view) {
  request(write_kind, [project = project_, view](std::stop_token) {
    Project opened = Project::open(project, Project::Mode::read_write);
    opened.put_view(stored(view));
    return read_views(opened);
  });
}

void NamedViews::remove(const std::string& name) {
  request(write_kind, [project = project_, name](std::stop_token) {
    Project opened = Project::open(project, Project::Mode::read_write);
    opened.remove_view(name);
    return read_views(opened);
  });
}

} // namespace longview
