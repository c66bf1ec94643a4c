#pragma once

#include <filesystem>
#include <functional>

#include <QToolButton>

#include "jobs/named_views.h"

namespace longview {

/// The named views of a project: choose, keep, remove.
class ViewsButton : public QToolButton {
  Q_OBJECT

 public:
  /// `now` gives the view that is on screen, without a name.
  ViewsButton(std::function<NamedView()> now, QWidget* parent);

  void set_project(const std::filesystem::path& project);
  NamedViews& views() { return views_; }

 signals:
  void view_chosen(const longview::NamedView& view);

 private:
  void fill();
  void ask_name();

  std::function<NamedView()> now_;
  NamedViews views_;
};

} // namespace longview
