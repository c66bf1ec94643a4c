#include "export/export.h"

#include <algorithm>
#include <set>

#include "base/cancel.h"
#include "base/error.h"
#include "base/file.h"
#include "base/progress.h"
#include "export/csv.h"
#include "export/json_text.h"
#include "export/manifest.h"
#include "export/output_file.h"
#include "export/score_fields.h"
#include "export/source_reader.h"
#include "export/splice.h"
#include "run/settings.h"
#include "scoring/names.h"

namespace longview {
namespace {

namespace fs = std::filesystem;

constexpr NameTable<ExportFormat, 2> formats{{{ExportFormat::jsonl, "jsonl"}, {ExportFormat::csv, "csv"}}};
constexpr std::string_view document_id = "id", document_title = "title";

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) && !error; // one that does not exist is no other file
}

void refuse_to_overwrite(const fs::path& path, const StoredDataset& dataset, const Project& project) {
  for (const StoredSource& source : dataset.sources)
    if (same_file(path, source.file.path))
      throw Error(ErrorCode::conflict, "this is a source file of the dataset; give another name for the output",
                  path.string());
  if (same_file(path, project.path()))
    throw Error(ErrorCode::conflict, "this is the project itself; give another name for the output", path.string());
}

/// One export, from the checked request to the two finished files.
class Exporter {
 public:
  Exporter(const ExportRequest& request, const Project& project, const ExportObserver& observer, std::stop_token stop)
      : request_(request), project_(project), observer_(observer), stop_(std::move(stop)),
        run_(project.run(request.run)), settings_(settings_from_json(run_.identity.settings)),
        dataset_(project.dataset(run_.identity.dataset)), scores_(find_score_fields(request.scores)),
        reader_(dataset_, settings_.text_field, settings_.id_field) {
    if (request_.manifest.empty())
      request_.manifest = request_.out.string() + ".manifest.json";
  }

  ExportSummary run() {
    check_request();
    check_outputs();
    tell(ExportProgress::Stage::choosing, 0, 0);
    const ExportSelection selection = choose_documents(request_, project_, observer_, stop_);
    check_sources(selection.rows);
    ExportSummary summary = write(selection);
    tell(ExportProgress::Stage::finished, selection.rows.size(), selection.rows.size());
    return summary;
  }

 private:
  void check_request() const {
    std::set<std::string_view> names;
    for (const std::string& field : request_.fields)
      if (!names.insert(field).second)
        throw Error(ErrorCode::usage, fmt::format("the field '{}' is named twice; name it once", field));
    if (request_.format == ExportFormat::jsonl)
      check_key(request_.key, settings_);
    if (request_.format == ExportFormat::jsonl && names.contains(request_.key))
      throw Error(ErrorCode::usage,
                  fmt::format("'{}' is a field to keep and the key to add; choose another with --key", request_.key));
    if (request_.format == ExportFormat::csv)
      for (const ScoreField* score : scores_)
        if (names.contains(score->name))
          throw Error(ErrorCode::usage,
                      fmt::format("'{}' is a field to keep and a score to add; a column needs a name of "
                                  "its own, so leave one of them out",
                                  score->name));
  }

  void check_outputs() const {
    if (request_.out.empty() || !request_.out.has_filename() || fs::is_directory(request_.out))
      throw Error(ErrorCode::usage, "the output needs the name of a file", request_.out.string());
    for (const fs::path& path : {request_.out, request_.manifest})
      refuse_to_overwrite(path, dataset_, project_);
    if (fs::absolute(request_.out).lexically_normal() == fs::absolute(request_.manifest).lexically_normal() ||
        same_file(request_.out, request_.manifest))
      throw Error(ErrorCode::usage, "output and manifest are the same file; give the manifest another name",
                  request_.out.string());
    if (!request_.force && fs::exists(request_.out) && !is_untouched_export(request_.out, request_.manifest, stop_))
      throw Error(ErrorCode::conflict,
                  "this file exists already and is not an earlier export; choose another name, or "
                  "overwrite it with --force",
                  request_.out.string());
  }

  /// All of them before the first byte is written.
  void check_sources(const std::vector<TableRow>& rows) {
    if (!reads_sources())
      return;
    std::set<std::uint32_t> sources;
    for (const TableRow& row : rows)
      sources.insert(row.document.place.source);
    std::uint64_t done = 0;
    for (const std::uint32_t source : sources) {
      tell(ExportProgress::Stage::checking, done++, sources.size());
      reader_.check(source, stop_);
    }
  }

  ExportSummary write(const ExportSelection& selection) {
    OutputFile out(request_.out);
    if (request_.format == ExportFormat::csv)
      out.write(csv_header());
    Throttle throttle;
    std::uint64_t done = 0;
    for (const TableRow& row : selection.rows) {
      throw_if_cancelled(stop_);
      if (done == 0 || throttle.due())
        tell(ExportProgress::Stage::writing, done, selection.rows.size());
      out.write(record(row));
      ++done;
    }
    out.finish();
    ExportSummary summary{selection.counts, out.size(), out.hash(), request_.manifest};
    AtomicFile manifest(request_.manifest);
    manifest.write(manifest_text(request_, selection, summary, project_));
    out.commit();
    manifest.commit();
    return summary;
  }

  /// Errors about a line say which.
  std::string record(const TableRow& row) try {
    return request_.format == ExportFormat::csv ? csv_line(row) : json_line(row);
  } catch (const Error& error) {
    if (!error.context().empty())
      throw;
    const bool bad = row.result.status == Status::bad_input;
    throw Error(error.code(),
                bad ? error.message() + "; leave such lines out with status != 'bad_input'" : error.message(),
                reader_.where(row.document));
  }

  std::string json_line(const TableRow& row) {
    const SourceReader::Line line = reader_.line(row.document, row.result.status);
    const std::string picked = request_.fields.empty() ? std::string() : pick_fields(line.bytes, request_.fields);
    std::string record = splice_key(request_.fields.empty() ? line.bytes : picked, request_.key,
                                    score_object(row.result, scores_), request_.force ? Clash::replace : Clash::refuse);
    return record.append(line.end);
  }

  bool reads_sources() const { return request_.format == ExportFormat::jsonl || !request_.fields.empty(); }

  std::string csv_header() const {
    std::vector<std::string> cells = request_.fields;
    if (cells.empty())
      cells = {std::string(document_id), std::string(document_title)};
    for (const ScoreField* score : scores_)
      cells.emplace_back(score->name);
    return csv_record(cells);
  }

  std::string csv_line(const TableRow& row) {
    std::vector<std::string> cells;
    if (request_.fields.empty()) {
      cells = {row.document.name, row.document.title};
    } else {
      const SourceReader::Line line = reader_.line(row.document, row.result.status);
      for (const std::string& field : request_.fields)
        cells.push_back(csv_cell(raw_field(line.bytes, field).value_or("null")));
    }
    for (const ScoreField* score : scores_)
      cells.push_back(csv_cell(score->json(row.result)));
    return csv_record(cells);
  }

  void tell(ExportProgress::Stage stage, std::uint64_t done, std::uint64_t total) const {
    if (observer_)
      observer_({stage, done, total});
  }

  ExportRequest request_;
  const Project& project_;
  const ExportObserver& observer_;
  const std::stop_token stop_;
  const StoredRun run_;
  const RunSettings settings_;
  const StoredDataset dataset_;
  const std::vector<const ScoreField*> scores_;
  SourceReader reader_;
};

/// `key` is the field, or an object on the way to it ("meta" of "meta.body").
bool holds(const std::string& key, const std::string& field) {
  return field == key || field.starts_with(key + '.');
}

} // namespace

void check_key(const std::string& key, const RunSettings& settings) {
  for (const auto& [field, what] : {std::pair(settings.text_field, "text"), std::pair(settings.id_field, "id")})
    if (holds(key, field))
      throw Error(ErrorCode::usage,
                  fmt::format("the key '{}' holds the {} of the documents, which is never replaced; choose another key",
                              key, what));
}

std::string_view name(ExportFormat format) {
  return name_of(formats, format);
}
std::optional<ExportFormat> parse_export_format(std::string_view word) {
  return named(formats, word);
}

ExportSummary export_rows(const ExportRequest& request, const Project& project, const ExportObserver& observer,
                          std::stop_token stop) {
  return Exporter(request, project, observer, std::move(stop)).run();
}

} // namespace longview
