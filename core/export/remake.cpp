// A manifest read back, and its file made again.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "export/manifest.h"
#include "run/settings.h"

namespace longview {
namespace {

using nlohmann::json;

/// A value that must be there and of the right kind; anything else is told as a broken manifest.
template <typename T>
T value_at(const json& manifest, const char* pointer) {
  return manifest.at(json::json_pointer(pointer)).get<T>();
}

Hash128 hash_at(const json& manifest, const char* pointer) {
  const auto hash = Hash128::from_hex(value_at<std::string>(manifest, pointer));
  if (!hash)
    throw Error(ErrorCode::input, fmt::format("{} is no hash", pointer));
  return *hash;
}

template <typename T>
T word_at(const json& manifest, const char* pointer, std::optional<T> (*parse)(std::string_view)) {
  const std::optional<T> value = parse(value_at<std::string>(manifest, pointer));
  if (!value)
    throw Error(ErrorCode::input, fmt::format("{} is no known word", pointer));
  return *value;
}

LiveParameters parameters_of(const json& manifest) {
  LiveParameters parameters;
  parameters.threshold = value_at<double>(manifest, "/parameters/threshold");
  parameters.alpha = value_at<double>(manifest, "/parameters/alpha");
  parameters.beta = value_at<double>(manifest, "/parameters/beta");
  parameters.distance = word_at(manifest, "/parameters/distance", parse_distance_scale);
  parameters.specificity = word_at(manifest, "/parameters/specificity", parse_specificity_mode);
  parameters.score = word_at(manifest, "/parameters/score", parse_score_kind);
  return parameters;
}

/// A manifest from elsewhere names no other folder.
std::filesystem::path beside(const std::filesystem::path& manifest, const std::filesystem::path& file) {
  if (file.empty() || file.filename() != file)
    throw Error(ErrorCode::input, "what it names as output is not the name of a file");
  return manifest.parent_path() / file;
}

std::vector<ManifestContents::File> files_of(const json& manifest, const std::filesystem::path& path) {
  if (!manifest.contains("/output/files"_json_pointer))
    return {{beside(path, value_at<std::string>(manifest, "/output/file")), hash_at(manifest, "/output/xxh3_128")}};
  std::vector<ManifestContents::File> files;
  for (const json& one : manifest.at("/output/files"_json_pointer))
    files.push_back({beside(path, value_at<std::string>(one, "/file")), hash_at(one, "/xxh3_128")});
  return files;
}

ExportRequest request_of(const json& manifest, const std::filesystem::path& path) {
  ExportRequest request;
  request.run = RunId{value_at<std::int64_t>(manifest, "/run/number")};
  request.where = value_at<std::string>(manifest, "/selection/where");
  request.top = parse_top(value_at<std::string>(manifest, "/selection/top"));
  request.group = value_at<std::string>(manifest, "/selection/group");
  request.parameters = parameters_of(manifest);
  request.fields = value_at<std::vector<std::string>>(manifest, "/output/fields");
  request.scores = value_at<std::vector<std::string>>(manifest, "/output/scores");
  request.key = value_at<std::string>(manifest, "/output/key");
  request.format = word_at(manifest, "/output/format", parse_export_format);
  request.force = value_at<bool>(manifest, "/output/replace_key");
  if (manifest.contains("/output/split_by"_json_pointer))
    request.split = value_at<std::string>(manifest, "/output/split_by");
  request.out = beside(path, value_at<std::string>(manifest, "/output/file"));
  request.manifest = path;
  return request;
}

void check_same(const std::vector<ManifestContents::File>& before, const std::vector<ExportedFile>& now) {
  constexpr const char* why = "the project or the program has changed";
  if (before.size() != now.size())
    throw Error(ErrorCode::conflict,
                fmt::format("it was made again, but as {} files, before {}: {}", now.size(), before.size(), why));
  for (std::size_t k = 0; k < now.size(); ++k) {
    if (now[k].path != before[k].path)
      throw Error(
          ErrorCode::conflict,
          fmt::format("it was made again under another name, before {}: {}", before[k].path.filename().string(), why),
          now[k].path.string());
    if (now[k].hash != before[k].hash)
      throw Error(ErrorCode::conflict,
                  fmt::format("it was made again, but with other bytes (hash {}, before {}): {}", now[k].hash.hex(),
                              before[k].hash.hex(), why),
                  now[k].path.string());
  }
}

} // namespace

ManifestContents read_manifest(const std::filesystem::path& path) {
  const json manifest = json::parse(read_file(path), nullptr, false);
  if (!manifest.is_object() || manifest.value("program", json()) != "Longview")
    throw Error(ErrorCode::input, "this is no manifest of an export", path.string());
  try {
    ManifestContents contents;
    contents.project = value_at<std::string>(manifest, "/project");
    contents.settings = to_json(settings_from_json(manifest.at(json::json_pointer("/run/settings")).dump()));
    contents.model = hash_at(manifest, "/run/model/xxh3_128");
    contents.tokenizer = hash_at(manifest, "/run/tokenizer/xxh3_128");
    contents.files = files_of(manifest, path);
    contents.request = request_of(manifest, path);
    return contents;
  } catch (const json::exception& problem) {
    throw Error(ErrorCode::input, fmt::format("this manifest does not say all that is needed ({})", problem.what()),
                path.string());
  } catch (const Error& problem) {
    throw Error(ErrorCode::input, fmt::format("this manifest cannot be followed: {}", problem.message()),
                path.string());
  }
}

ExportSummary export_again(const ManifestContents& contents, const Project& project, bool force,
                           const ExportObserver& observer, std::stop_token stop) {
  ExportRequest request = contents.request;
  const StoredRun run = project.run(request.run);
  if (to_json(settings_from_json(run.identity.settings)) != contents.settings || run.identity.model != contents.model ||
      run.identity.tokenizer != contents.tokenizer)
    throw Error(
        ErrorCode::conflict,
        fmt::format("run {} of this project is not the one of the manifest: settings, model or tokenizer differ",
                    static_cast<std::int64_t>(request.run)),
        project.path().string());
  // replace_key is about keys; a file that is something else now is still not overwritten unasked
  for (const ManifestContents::File& file : contents.files)
    if (!force && std::filesystem::exists(file.path) && !is_untouched_export(file.path, request.manifest, stop))
      throw Error(ErrorCode::conflict,
                  "this file is no longer the one its manifest describes; move it away, or overwrite it with --force",
                  file.path.string());
  request.force = request.force || force;
  const ExportSummary summary = export_rows(request, project, observer, stop);
  check_same(contents.files, summary.files);
  return summary;
}

} // namespace longview
