#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "export/export.h"
#include "export/score_fields.h"
#include "export/source_reader.h"

namespace longview {

/// Makes the records of an export, one a document. The rows of one source come together, in source order.
class RecordMaker {
 public:
  /// Throws Error(usage) for a request whose fields, key and scores do not fit together.
  RecordMaker(const ExportRequest& request, const StoredDataset& dataset, const RunSettings& settings,
              std::stop_token stop);

  /// Makes sure of a source before its first record, see SourceReader::check(); nothing where no source is read.
  void check_source(std::uint32_t source, std::uint64_t wanted);
  bool reads_sources() const;

  /// What stands before the first record: the header of CSV.
  std::string header() const;
  /// Appends the record with its line end. Errors about a line say which.
  void append(const TableRow& row, std::string& to);
  /// After the last record. Throws Error(conflict) when the records are void, see SourceReader::finish().
  void finish() { reader_.finish(); }

 private:
  void append_json(const TableRow& row, std::string& to);
  void append_csv(const TableRow& row, std::string& to);

  const ExportRequest& request_;
  const std::vector<const ScoreField*> scores_;
  SourceReader reader_;
};

} // namespace longview
