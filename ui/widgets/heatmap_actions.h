#pragma once

#include <QObject>

class QAction;
class QActionGroup;
class QMenu;

namespace longview {

class HeatmapWidget;

/// The choices of how a heatmap is shown, as actions: one set for the window's menu and for that of a right click.
class HeatmapActions : public QObject {
  Q_OBJECT

 public:
  explicit HeatmapActions(HeatmapWidget* heatmap);
  void add_to(QMenu* menu) const;

 private:
  void build();
  void follow();

  HeatmapWidget* heatmap_;
  QActionGroup *values_, *axes_, *strips_;
  QAction *fade_, *range_, *fit_;
};

} // namespace longview
