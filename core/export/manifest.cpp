#include "export/manifest.h"

#include <chrono>

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/machine.h"
#include "export/output_file.h"
#include "export/score_fields.h"

namespace longview {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

const char* name_of(Compression compression) {
  return compression == Compression::gzip ? "gzip" : compression == Compression::zstd ? "zstd" : "none";
}

ordered_json describe_dataset(const StoredDataset& dataset) {
  ordered_json files = ordered_json::array();
  for (const StoredSource& source : dataset.sources)
    files.push_back(
        {{"path", source.file.path.string()}, {"size", source.file.stamp.size}, {"xxh3_128", source.hash.hex()}});
  return {{"name", dataset.name}, {"version", dataset.version}, {"files", std::move(files)}};
}

ordered_json describe_run(const StoredRun& run) {
  return {{"number", static_cast<std::int64_t>(run.id)},
          {"started", run.started},
          {"finished", run.finished.empty() ? ordered_json() : ordered_json(run.finished)},
          {"program_version", run.program_version},
          {"model", {{"name", run.model_name}, {"path", run.model_path}, {"xxh3_128", run.identity.model.hex()}}},
          {"tokenizer", {{"xxh3_128", run.identity.tokenizer.hex()}}},
          {"settings", ordered_json::parse(run.identity.settings)}};
}

ordered_json describe_parameters(const LiveParameters& parameters) {
  return {{"threshold", parameters.threshold},
          {"alpha", parameters.alpha},
          {"beta", parameters.beta},
          {"distance", name(parameters.distance)},
          {"specificity", name(parameters.specificity)},
          {"score", name(parameters.score)}};
}

ordered_json describe_counts(const ExportCounts& counts) {
  return {{"documents_before", counts.documents_before},
          {"documents", counts.documents},
          {"tokens_before", counts.tokens_before},
          {"tokens", counts.tokens}};
}

ordered_json describe_selection(const ExportRequest& request, const ExportSelection& selection) {
  ordered_json described = {{"where", request.where},
                            {"top", request.top.text},
                            {"group", request.group},
                            {"ranked_by", selection.parameters.score == ScoreKind::sum ? "lds" : "lds_mean"}};
  described.update(describe_counts(selection.counts));
  if (!selection.groups.empty()) {
    ordered_json groups = ordered_json::array();
    for (const GroupCounts& group : selection.groups) {
      ordered_json one = {{"value", group.missing ? ordered_json() : ordered_json(group.value)}};
      one.update(describe_counts(group.counts));
      groups.push_back(std::move(one));
    }
    described["groups"] = std::move(groups);
  }
  return described;
}

ordered_json describe_file(const ExportedFile& file) {
  return {{"file", file.path.filename().string()},
          {"value", file.missing ? ordered_json() : ordered_json(file.value)},
          {"documents", file.documents},
          {"tokens", file.tokens},
          {"bytes", file.bytes},
          {"xxh3_128", file.hash.hex()}};
}

ordered_json describe_output(const ExportRequest& request, const ExportSummary& summary) {
  ordered_json scores = ordered_json::array();
  for (const ScoreField* field : find_score_fields(request.scores))
    scores.push_back(field->name);
  ordered_json described = {{"file", request.out.filename().string()},
                            {"format", name(request.format)},
                            {"compression", name_of(compression_of(request.out))},
                            {"fields", request.fields},
                            {"scores", std::move(scores)},
                            {"key", request.key},
                            {"replace_key", request.force},
                            {"bytes", summary.bytes()}};
  if (request.split.empty()) {
    described["xxh3_128"] = summary.files.front().hash.hex();
    return described;
  }
  described["split_by"] = request.split; // then "file" names none of these, but what their names are made from
  described["files"] = ordered_json::array();
  for (const ExportedFile& file : summary.files)
    described["files"].push_back(describe_file(file));
  return described;
}

/// The hash that a manifest has for a file, whatever its name is now where there is only one; empty: none.
std::string hash_in(const json& output, const std::string& file) {
  if (!output.is_object())
    return {};
  const json files = output.value("files", json());
  if (!files.is_array())
    return output.value("xxh3_128", std::string());
  for (const json& one : files)
    if (one.is_object() && one.value("file", std::string()) == file)
      return one.value("xxh3_128", std::string());
  return {};
}

} // namespace

std::string manifest_text(const ExportRequest& request, const ExportSelection& selection, const ExportSummary& summary,
                          const Project& project) {
  const StoredRun run = project.run(request.run);
  const ordered_json manifest = {{"program", "Longview"},
                                 {"version", program_version()},
                                 {"created", now()},
                                 {"project", std::filesystem::absolute(project.path()).string()},
                                 {"dataset", describe_dataset(project.dataset(run.identity.dataset))},
                                 {"run", describe_run(run)},
                                 {"parameters", describe_parameters(selection.parameters)},
                                 {"selection", describe_selection(request, selection)},
                                 {"output", describe_output(request, summary)}};
  return manifest.dump(2, ' ', false, json::error_handler_t::replace) + "\n"; // paths need not be UTF-8
}

bool is_untouched_export(const std::filesystem::path& file, const std::filesystem::path& manifest,
                         std::stop_token stop) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(manifest, ignored) || !std::filesystem::is_regular_file(file, ignored))
    return false;
  try {
    const json read = json::parse(read_file(manifest), nullptr, false);
    if (!read.is_object() || read.value("program", json()) != "Longview")
      return false;
    const std::string hash = hash_in(read.value("output", json()), file.filename().string());
    return !hash.empty() && hash_file(file, stop).hex() == hash;
  } catch (const json::exception&) {
    return false;
  }
}

} // namespace longview
