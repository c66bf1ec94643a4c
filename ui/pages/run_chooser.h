#pragma once

#include <optional>

#include <QWidget>

#include "jobs/table_feed.h"

class QComboBox;
class QLabel;

namespace longview {

/// "SmolLM2 135M · T 500 · longview": tells the runs of a dataset apart.
QString run_title(const RunInfo& run);
/// Model, settings, times and program version of a run, a line each.
QString run_details(const RunInfo& run);

/// Which dataset of the project and which run of it the window shows.
class RunChooser : public QWidget {
  Q_OBJECT

 public:
  explicit RunChooser(QWidget* parent = nullptr);

  /// Chooses `wanted` where it is given and there; else keeps the chosen dataset and run where they are still there;
  /// else takes the newest run. Tells of a change.
  void set_contents(const ProjectContents& contents, std::optional<RunId> wanted = {});
  void clear();

  /// Null while no run is chosen. Lives until the contents change.
  const RunInfo* run() const;
  const StoredDataset* dataset() const;
  const ProjectContents& contents() const { return contents_; }

 signals:
  /// Another run than before; run() may be null.
  void run_changed();

 private:
  void fill_datasets(std::optional<DatasetId> wanted);
  void fill_runs(std::optional<RunId> wanted);
  void announce();
  void describe_run();

  ProjectContents contents_;
  QLabel* dataset_label_;
  QComboBox* datasets_;
  QLabel* run_label_;
  QComboBox* runs_;
  std::optional<RunId> announced_;
};

} // namespace longview
