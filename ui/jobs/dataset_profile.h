#pragma once

#include <filesystem>
#include <stop_token>

#include <QObject>

#include "jobs/background.h"
#include "jobs/project_connection.h"
#include "store/project.h"
#include "widgets/profile_figure.h"

namespace longview {

/// Mean strength by distance over the documents of a run, derived with these parameters. Of a large run a sample of its
/// documents is read, always the same: 1,000 of them, or fewer where they hold many pairs. Throws Error, also when it
/// is asked to stop.
DatasetProfile dataset_profile(const Project& project, RunId run, const LiveParameters& parameters,
                               const DistanceBins& bins, const std::stop_token& stop);

/// Reads it in the background and remembers the last one. The newest request wins. GUI thread.
class DatasetProfileReader : public QObject {
  Q_OBJECT

 public:
  explicit DatasetProfileReader(QObject* parent = nullptr);
  ~DatasetProfileReader() override;

  struct Wanted {
    std::filesystem::path project;
    RunId run{};
    LiveParameters parameters;
    std::vector<std::uint32_t> edges; ///< of the bins
    bool operator==(const Wanted&) const = default;
  };
  void read(const Wanted& wanted, const DistanceBins& bins);
  void cancel();
  /// The file may be another now.
  void close();

 signals:
  void ready(const longview::DatasetProfilePointer& profile);

 private:
  Wanted wanted_;
  DatasetProfilePointer known_; ///< of wanted_, once it is read
  std::shared_ptr<ProjectConnection> connection_;
  Background background_; // last: its thread uses the connection
};

} // namespace longview
