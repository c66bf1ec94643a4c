#include "export/record_maker.h"

#include <set>

#include "base/error.h"
#include "export/csv.h"
#include "export/splice.h"

namespace longview {
namespace {

constexpr std::string_view document_id = "id", document_title = "title";

void check_fields(const ExportRequest& request, const RunSettings& settings,
                  const std::vector<const ScoreField*>& scores) {
  std::set<std::string_view> names;
  for (const std::string& field : request.fields)
    if (!names.insert(field).second)
      throw Error(ErrorCode::usage, fmt::format("the field '{}' is named twice; name it once", field));
  if (request.format == ExportFormat::jsonl) {
    check_key(request.key, settings);
    if (names.contains(request.key))
      throw Error(ErrorCode::usage,
                  fmt::format("'{}' is a field to keep and the key to add; choose another with --key", request.key));
    return;
  }
  for (const ScoreField* score : scores)
    if (names.contains(score->name))
      throw Error(ErrorCode::usage, fmt::format("'{}' is a field to keep and a score to add; a column needs a name of "
                                                "its own, so leave one of them out",
                                                score->name));
}

} // namespace

RecordMaker::RecordMaker(const ExportRequest& request, const StoredDataset& dataset, const RunSettings& settings,
                         std::stop_token stop)
    : request_(request), scores_(find_score_fields(request.scores)),
      reader_(dataset, settings.text_field, settings.id_field, std::move(stop)) {
  check_fields(request, settings, scores_);
}

bool RecordMaker::reads_sources() const {
  return request_.format == ExportFormat::jsonl || !request_.fields.empty();
}

void RecordMaker::check_source(std::uint32_t source, std::uint64_t wanted) {
  if (reads_sources())
    reader_.check(source, wanted);
}

std::string RecordMaker::header() const {
  if (request_.format != ExportFormat::csv)
    return {};
  std::vector<std::string> cells = request_.fields;
  if (cells.empty())
    cells = {std::string(document_id), std::string(document_title)};
  for (const ScoreField* score : scores_)
    cells.emplace_back(score->name);
  return csv_record(cells);
}

void RecordMaker::append(const TableRow& row, std::string& to) try {
  request_.format == ExportFormat::csv ? append_csv(row, to) : append_json(row, to);
} catch (const Error& error) {
  if (!error.context().empty())
    throw;
  const bool bad = row.result.status == Status::bad_input;
  throw Error(error.code(),
              bad ? error.message() + "; leave such lines out with status != 'bad_input'" : error.message(),
              reader_.where(row.document));
}

void RecordMaker::append_json(const TableRow& row, std::string& to) {
  const SourceReader::Line line = reader_.line(row.document, row.result.status);
  const std::string scores = score_object(row.result, scores_);
  const Clash clash = request_.force ? Clash::replace : Clash::refuse;
  if (request_.fields.empty())
    splice_key(line.bytes, line.shape, request_.key, scores, clash, to);
  else
    to += splice_key(pick_fields(line.bytes, line.shape, request_.fields), request_.key, scores, clash);
  to += line.end;
}

void RecordMaker::append_csv(const TableRow& row, std::string& to) {
  std::vector<std::string> cells;
  if (request_.fields.empty()) {
    cells = {row.document.name, row.document.title};
  } else {
    const SourceReader::Line line = reader_.line(row.document, row.result.status);
    for (const std::string& field : request_.fields)
      cells.push_back(csv_cell(raw_field(line.bytes, line.shape, field).value_or("null")));
  }
  for (const ScoreField* score : scores_)
    cells.push_back(csv_cell(score->json(row.result)));
  to += csv_record(cells);
}

} // namespace longview
