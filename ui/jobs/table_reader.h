#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "filter/filter.h"
#include "jobs/project_connection.h"
#include "jobs/table_feed.h"
#include "models/document_columns.h"
#include "models/documents_model.h"

namespace longview {

/// Which table the window wants.
struct WantedTable {
  std::uint64_t table = 0; ///< counts up with every other run or reload
  std::filesystem::path project;
  std::optional<RunId> run;
  RunSettings settings;
  std::string dataset;
  LiveParameters parameters; ///< what the numbers are derived with; the run's own are those that are stored
  Filter filter;
  std::size_t sort_column = document_column("lds_mean");
  bool descending = true;
  bool keep_order = false; ///< rows stay where they are: numbers change while somebody moves a slider
};

/// The thread's side of TableFeed: what was read so far, and what was derived from it. One thread.
class TableReader {
 public:
  ProjectContents contents(const std::filesystem::path& path);
  TableSnapshot table(const WantedTable& wanted, const std::stop_token& stop);

 private:
  using Rows = TableSnapshot::Rows;

  void read(const WantedTable& wanted);
  void derive(const WantedTable& wanted, const std::stop_token& stop);
  TableSnapshot::Row derived(const TableSnapshot::Row& row, const WantedTable& wanted);
  const DocumentPairs* pairs_of(const TableRow& row, const WantedTable& wanted);
  std::vector<std::uint32_t> order(const WantedTable& wanted, const std::stop_token& stop) const;

  ProjectConnection connection_;
  std::uint64_t table_ = 0;
  std::int64_t seen_ = 0;
  std::shared_ptr<const Rows> stored_ = std::make_shared<const Rows>();
  std::unordered_map<DocumentId, std::size_t> places_;

  std::shared_ptr<const Rows> shown_ = stored_; ///< with the numbers of `parameters_`
  std::shared_ptr<const Rows> shown_from_ = stored_;
  std::optional<LiveParameters> parameters_; ///< none: the run's own
  std::vector<std::uint32_t> order_;         ///< that was given last

  std::unordered_map<DocumentId, std::pair<TableSnapshot::Row, DocumentPairs>> pairs_; ///< of rows, while there is room
  std::size_t cached_pairs_ = 0;
  DocumentPairs read_pairs_; ///< of the one that has no room there
};

} // namespace longview
