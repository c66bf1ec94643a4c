#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QObject>

#include "filter/filter.h"
#include "jobs/background.h"
#include "models/documents_model.h"
#include "run/settings.h"
#include "store/project.h"

namespace longview {

class TableReader;
struct WantedTable;

/// A run as the window shows it: with its settings understood.
struct RunInfo {
  StoredRun stored;
  RunSettings settings;
};

/// What a project holds, for the choosers.
struct ProjectContents {
  std::filesystem::path path;
  std::vector<StoredDataset> datasets;
  std::vector<RunInfo> runs; ///< oldest first

  const StoredDataset* dataset(DatasetId id) const;
  const RunInfo* run(RunId id) const;
  /// Null when the dataset has none.
  const RunInfo* newest_run(DatasetId id) const;
};

/// Reads the documents table of one run, filters and sorts it, all on a thread of its own; the answers come as signals.
/// While a run fills the project, refresh() brings what is new since the last time.
class TableFeed : public QObject {
  Q_OBJECT

 public:
  explicit TableFeed(QObject* parent = nullptr);
  ~TableFeed() override;

  /// Reads what datasets and runs there are; contents_ready() or failed() follows.
  void read_contents(const std::filesystem::path& project);
  /// From now on the table is that of this run, with numbers of these parameters.
  void show_run(const std::filesystem::path& project, const RunInfo& run, const std::string& dataset,
                const LiveParameters& parameters);
  /// Derives all numbers anew; the model is not run. `moving`: rows stay, and stay where they are, until the next call
  /// without.
  void set_parameters(const LiveParameters& parameters, bool moving);
  /// Forgets everything, without a signal.
  void clear();
  /// Reads what the run stored since; after the read that is under way, where there is one.
  void refresh();
  /// The file is another now: reads all of it again.
  void reload();
  void set_filter(const Filter& filter);
  void set_sort(const std::string& column, bool descending);
  /// Shows what the filter does not keep.
  void set_removed(bool removed);
  /// Rows stay, and stay where they are, whatever parameters and filter say; for another order or filter the list is
  /// made anew, once.
  void set_list_fixed(bool fixed);
  void set_histogram(const HistogramWish& wish);
  /// Columns to sum up, by key.
  void set_summaries(const std::vector<std::string>& columns);
  /// Column whose values are counted; empty: none.
  void set_group(const std::string& column);
  /// Labels or notes were written.
  void marks_changed();

  /// An answer to show_run(), reload() or a new filter or order is still awaited.
  bool busy() const;
  const LiveParameters& parameters() const;

 signals:
  void contents_ready(const longview::ProjectContents& contents);
  void table_ready(const longview::TableSnapshot& snapshot);
  void failed(const longview::Error& error);
  /// Pairs are read, so that numbers can follow live parameters: documents done, of how many. On any thread.
  void progressed(quint64 done, quint64 total);

 private:
  template <typename T, typename U>
  void change(T WantedTable::*what, const U& value);
  void request();
  void start();
  void answered(bool complete);

  std::shared_ptr<TableReader> reader_; ///< used on the thread alone
  std::unique_ptr<WantedTable> wanted_;
  bool again_ = false;  ///< something else is wanted since
  bool moving_ = false; ///< a slider is held
  bool list_fixed_ = false;
  bool list_anew_ = false; ///< the fixed list is made once more
  Background background_;  // last: its thread uses the reader
};

} // namespace longview
