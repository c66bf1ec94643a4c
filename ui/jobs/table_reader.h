#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "filter/filter.h"
#include "jobs/document_places.h"
#include "jobs/project_connection.h"
#include "jobs/table_feed.h"
#include "models/documents_model.h"
#include "run/run_pairs.h"

namespace longview {

/// Which table the window wants.
struct WantedTable {
  std::uint64_t table = 0; ///< counts up with every other run or reload
  std::uint64_t marks = 0; ///< counts up where labels or notes were written
  std::filesystem::path project;
  std::optional<RunId> run;
  RunSettings settings;
  std::string dataset;
  LiveParameters parameters; ///< what the numbers are derived with; the run's own are those that are stored
  Filter filter;
  std::string sort_column = "lds_mean";
  bool descending = true;
  bool removed = false;   ///< shows what the filter does not keep
  bool hold_list = false; ///< rows stay, and stay where they are: a slider is held, or the list is kept fixed
  HistogramWish histogram;
  std::vector<std::string> summaries; ///< columns to sum up
  std::string group;                  ///< column whose values are counted; empty: none
};

/// The thread's side of TableFeed: what was read so far, and what was derived from it. One thread, but for those that
/// it starts itself and waits for.
class TableReader {
 public:
  ProjectContents contents(const std::filesystem::path& path);
  TableSnapshot table(const WantedTable& wanted, const RowObserver& observer, const std::stop_token& stop);

 private:
  using Values = std::vector<FilterValue>;

  void start(const WantedTable& wanted);
  void read(const WantedTable& wanted);
  void take_rows(RowPacker fresh, std::uint64_t count);
  void add_block(const std::shared_ptr<const RowBlock>& block, SharedRows& rows);
  /// Whether they are others now.
  bool read_marks(const WantedTable& wanted);
  void derive(const WantedTable& wanted, const RowObserver& observer, const std::stop_token& stop);
  /// All values of a column; those of source fields are remembered.
  std::shared_ptr<const Values> values(const std::string& column);
  std::vector<double> numbers(const std::string& column);
  void find_kept(const WantedTable& wanted, const std::stop_token& stop);
  std::vector<std::uint32_t> order(const WantedTable& wanted, const std::stop_token& stop);
  const std::vector<std::uint32_t>& source_places();
  TableFigures figures(const WantedTable& wanted, const std::stop_token& stop);

  ProjectConnection connection_;
  std::uint64_t table_ = 0;
  std::uint64_t marks_ = 0;
  bool lacks_marks_ = false; ///< rows came, and labels and notes have not been read since
  std::int64_t seen_ = 0;
  std::uint64_t portion_ = 0; ///< rows to be read next
  bool complete_ = false;
  TableCells cells_;
  DocumentPlaces places_;
  std::shared_ptr<const CompletionSource> completion_ = std::make_shared<const CompletionSource>();
  std::shared_ptr<const SharedRows> fields_of_; ///< rows that remembered fields and places belong to
  std::map<std::string, std::shared_ptr<const Values>> field_values_;
  std::vector<std::uint32_t> source_places_;

  std::optional<RunPairs> pairs_;
  std::optional<LiveParameters> parameters_; ///< of cells_.numbers; none: the run's own
  std::shared_ptr<const SharedRows> derived_from_;
  std::shared_ptr<const std::vector<std::uint8_t>> kept_; ///< by place
  std::vector<std::uint32_t> order_;                      ///< that was given last
};

} // namespace longview
