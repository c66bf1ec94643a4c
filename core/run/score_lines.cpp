#include "run/score_lines.h"

#include <cmath>
#include <optional>
#include <set>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "corpus/byte_stream.h"
#include "corpus/input_file.h"
#include "corpus/line_reader.h"
#include "run/run_view.h"

namespace longview {
namespace {

using nlohmann::json;

struct ScoreLine {
  std::string place; ///< FILE:LINE
  std::optional<std::string> id;
  double score = no_value; ///< NaN where there is none
};

/// A key, or the dotted path of one in objects below; the key itself wins.
const json* field_of(const json& object, const std::string& path) {
  if (const auto found = object.find(path); found != object.end())
    return &*found;
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos)
    return nullptr;
  const auto below = object.find(path.substr(0, dot));
  return below != object.end() && below->is_object() ? field_of(*below, path.substr(dot + 1)) : nullptr;
}

ScoreLine parse_line(std::string_view text, std::string place, const ImportRequest& request) {
  const json value = json::parse(text, nullptr, false);
  ScoreLine line{std::move(place), {}, no_value};
  if (value.is_number()) {
    line.score = value.get<double>();
    return line;
  }
  if (!value.is_object())
    throw Error(
        ErrorCode::input,
        "is neither a number nor an object with an id and a score; scores that stand alone need one or the other",
        line.place);
  const json* const id = field_of(value, request.id_field);
  const json* const score = field_of(value, request.score_field);
  if (!id || !(id->is_string() || id->is_number()))
    throw Error(ErrorCode::input,
                fmt::format("has no id in its field \"{}\"; name the field with --id-field", request.id_field),
                line.place);
  line.id = id->is_string() ? id->get<std::string>() : id->dump();
  if (score && score->is_number())
    line.score = score->get<double>();
  return line;
}

std::vector<ScoreLine> read_lines(const ImportRequest& request, const std::stop_token& stop) {
  std::vector<ScoreLine> lines;
  for (const SourceFile& source : find_sources(request.inputs)) {
    InputFile file(source.path);
    const auto stream = open_stream(file, source.compression);
    LineReader reader(*stream);
    while (const auto line = reader.next(stop)) {
      const std::string place = fmt::format("{}:{}", source.path.string(), line->number);
      if (line->too_long)
        throw Error(ErrorCode::input, "is too long for a score", place);
      if (line->bytes.find_first_not_of(" \t\r") != std::string_view::npos)
        lines.push_back(parse_line(line->bytes, place, request));
    }
  }
  if (lines.empty())
    throw Error(ErrorCode::input, "there is no score in it", request.inputs.front().string());
  return lines;
}

/// The documents of the dataset, in source order: those of its fullest run, since a run of imported scores need not
/// have all of them.
std::vector<TableRow> documents_of(const Project& project, const ImportRequest& request, DatasetId& dataset) {
  dataset = choose_run(project, request.score_of, {}).dataset.id;
  std::optional<RunId> fullest;
  std::uint64_t most = 0;
  for (const StoredRun& run : project.runs())
    if (const std::uint64_t count = project.result_count(run.id); run.identity.dataset == dataset && count > most) {
      most = count;
      fullest = run.id;
    }
  return fullest ? project.table(*fullest) : std::vector<TableRow>();
}

std::vector<std::optional<DocumentId>> match_by_order(const std::vector<ScoreLine>& lines,
                                                      const std::vector<TableRow>& rows, const std::string& dataset) {
  if (lines.size() != rows.size())
    throw Error(ErrorCode::input,
                fmt::format("there are {} scores without ids, and the dataset \"{}\" has {} documents; "
                            "give one score for each document, or ids",
                            lines.size(), dataset, rows.size()));
  std::vector<std::optional<DocumentId>> documents;
  for (const TableRow& row : rows)
    documents.emplace_back(row.document.id);
  return documents;
}

std::vector<std::optional<DocumentId>> match_by_id(const std::vector<ScoreLine>& lines,
                                                   const std::vector<TableRow>& rows) {
  std::unordered_map<std::string, std::vector<DocumentId>> by_name;
  for (const TableRow& row : rows)
    by_name[row.document.name].push_back(row.document.id);
  std::vector<std::optional<DocumentId>> documents;
  std::set<DocumentId> seen;
  for (const ScoreLine& line : lines) {
    const auto found = by_name.find(*line.id);
    if (found == by_name.end()) {
      documents.emplace_back();
      continue;
    }
    if (found->second.size() > 1)
      throw Error(ErrorCode::input,
                  fmt::format("{} documents have the id \"{}\"; scores for them need the order of the "
                              "dataset in place of ids",
                              found->second.size(), *line.id),
                  line.place);
    if (!seen.insert(found->second.front()).second)
      throw Error(ErrorCode::input, fmt::format("the id \"{}\" has a score already", *line.id), line.place);
    documents.emplace_back(found->second.front());
  }
  return documents;
}

} // namespace

ImportSummary import_scores_alone(const ImportRequest& request, const std::stop_token& stop) {
  const std::vector<ScoreLine> lines = read_lines(request, stop);
  for (const ScoreLine& line : lines)
    if (line.id.has_value() != lines.front().id.has_value())
      throw Error(ErrorCode::input, "some lines have an id and some are a number alone; make them alike", line.place);
  Project project = Project::open(request.project, Project::Mode::read_write);
  DatasetId dataset{};
  const std::vector<TableRow> rows = documents_of(project, request, dataset);
  const auto documents = lines.front().id ? match_by_id(lines, rows) : match_by_order(lines, rows, request.score_of);
  const std::string imported = request.inputs.front().filename().string();
  Project::Transaction transaction(project);
  ImportSummary summary;
  summary.run =
      project.put_run(imported_identity(request, dataset, imported), "", fmt::format("imported from {}", imported));
  for (std::size_t k = 0; k < lines.size(); ++k) {
    if (!documents[k]) {
      ++summary.unmatched;
      continue;
    }
    ResultRow row;
    row.document = *documents[k];
    row.lds = lines[k].score;
    if (std::isfinite(row.lds)) {
      ++summary.imported;
    } else {
      row.lds = no_value;
      row.status = Status::failed;
      row.reason = fmt::format("the line has no number in its field \"{}\"", request.score_field);
      ++summary.without_score;
    }
    project.put_result(summary.run, row, nullptr);
  }
  if (summary.imported + summary.without_score == 0)
    throw Error(ErrorCode::input,
                fmt::format("none of the {} ids is one of the dataset \"{}\"", lines.size(), request.score_of),
                request.inputs.front().string());
  project.finish_run(summary.run);
  transaction.commit();
  return summary;
}

} // namespace longview
