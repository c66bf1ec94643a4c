#include "run/import_scores.h"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/cancel.h"
#include "base/error.h"
#include "corpus/corpus.h"
#include "run/fingerprint.h"
#include "run/runner.h"
#include "run/score_lines.h"
#include "run/settings.h"
#include "scoring/repetition.h"

namespace longview {
namespace {

using nlohmann::json;

double score_in(const std::string& fields, const std::string& field) {
  const json object = json::parse(fields, nullptr, false);
  const auto found = object.is_object() ? object.find(field) : object.end();
  return found != object.end() && found->is_number() ? found->get<double>() : no_value;
}

class Importer {
 public:
  Importer(const ImportRequest& request, Project& project, RunId run, DatasetId dataset)
      : request_(request), project_(project), run_(run), dataset_(dataset) {}

  void operator()(const Document& document) {
    ResultRow row;
    row.document = project_.put_document(dataset_, document);
    row.repetition = repetition(document.text);
    row.lds = score_in(document.fields, request_.score_field);
    if (std::isfinite(row.lds)) {
      ++summary.imported;
    } else {
      row.lds = no_value;
      row.status = Status::failed;
      row.reason = fmt::format("the line has no number in its field \"{}\"", request_.score_field);
      ++summary.without_score;
    }
    project_.put_result(run_, row, nullptr);
  }

  void operator()(const BadDocument& document) {
    ResultRow row;
    row.document = project_.put_document(dataset_, document);
    row.status = Status::bad_input;
    row.reason = document.reason;
    project_.put_result(run_, row, nullptr);
    ++summary.bad_input;
  }

  ImportSummary summary;

 private:
  const ImportRequest& request_;
  Project& project_;
  RunId run_;
  DatasetId dataset_;
};

} // namespace

/// The run's settings name what was imported, so that two fields of one file are two runs.
RunIdentity imported_identity(const ImportRequest& request, DatasetId dataset, const std::string& imported) {
  RunSettings settings;
  settings.sampling.preset = Preset::published; // ranks by LDS, the sum
  settings.parameters = default_parameters(Preset::published);
  settings.text_field = request.text_field;
  settings.id_field = request.id_field;
  auto object = nlohmann::ordered_json::parse(to_json(settings));
  object["imported"] = imported;
  RunIdentity identity;
  identity.dataset = dataset;
  identity.settings = object.dump();
  return identity;
}

ImportSummary import_scores(const ImportRequest& request, std::stop_token stop) {
  if (request.score_field.empty())
    throw Error(ErrorCode::usage, "the field with the scores needs a name (--score-field)");
  if (!request.score_of.empty())
    return import_scores_alone(request, stop);
  const std::vector<SourceFile> sources = find_sources(request.inputs);
  std::vector<Hash128> hashes;
  for (const SourceFile& source : sources)
    hashes.push_back(fingerprint(source.path, stop));
  RunRequest named;
  named.inputs = request.inputs;
  named.dataset = request.dataset;
  Project project = Project::open(request.project, Project::Mode::create);
  Project::Transaction transaction(project);
  const DatasetId dataset = project.put_dataset(dataset_name(named), sources, hashes);
  const RunId run = project.put_run(imported_identity(request, dataset, request.score_field), "",
                                    fmt::format("imported from \"{}\"", request.score_field));
  Importer importer(request, project, run, dataset);
  CorpusReader reader(sources, {request.text_field, request.id_field, 0});
  while (const auto item = reader.next(stop)) {
    throw_if_cancelled(stop);
    std::visit([&](const auto& one) { importer(one); }, *item);
  }
  project.finish_run(run);
  transaction.commit();
  importer.summary.run = run;
  return importer.summary;
}

} // namespace longview
