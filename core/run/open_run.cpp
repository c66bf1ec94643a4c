#include "run/open_run.h"

#include <filesystem>
#include <optional>

#include "run/fingerprint.h"

namespace longview {
namespace {

DType dtype_of_device(const RunRequest& request) {
  return request.settings.dtype != DType::automatic ? request.settings.dtype
                                                    : engine().automatic_dtype(device_list(request.device).front());
}

/// The type a run uses: what was asked for; for "auto" that of an earlier run which was the same otherwise, so that a
/// resumed run keeps its numbers, else what the device is good at.
DType resolve_dtype(const Project& project, const RunIdentity& identity, const RunRequest& request) {
  if (request.settings.dtype != DType::automatic)
    return request.settings.dtype;
  const auto same_but_dtype = [&](const StoredRun& run) {
    RunSettings settings = settings_from_json(run.identity.settings);
    settings.dtype = DType::automatic;
    return run.identity.dataset == identity.dataset && run.identity.model == identity.model &&
           run.identity.tokenizer == identity.tokenizer && settings == request.settings;
  };
  const std::vector<StoredRun> runs = project.runs();
  for (auto run = runs.rbegin(); run != runs.rend(); ++run)
    if (same_but_dtype(*run))
      return settings_from_json(run->identity.settings).dtype;
  return dtype_of_device(request);
}

std::vector<Hash128> source_hashes(const PreparedRun& prepared, const std::stop_token& stop) {
  std::vector<Hash128> hashes;
  for (const SourceFile& source : prepared.sources)
    hashes.push_back(fingerprint(source.path, stop));
  return hashes;
}

/// Enters the dataset in the project and settles the type.
RunIdentity identify(Project& project, PreparedRun& prepared, const std::vector<Hash128>& hashes) {
  RunIdentity identity;
  identity.dataset = project.put_dataset(dataset_name(prepared.request), prepared.sources, hashes);
  identity.model = prepared.model_hash;
  identity.tokenizer = prepared.tokenizer->fingerprint();
  prepared.request.settings.dtype = resolve_dtype(project, identity, prepared.request);
  identity.settings = to_json(prepared.request.settings);
  return identity;
}

Project open_project(const PreparedRun& prepared, RunModel& model, const std::stop_token& stop) {
  if (!std::filesystem::exists(prepared.request.project))
    model.scorers(dtype_of_device(prepared.request), stop);
  return Project::open(prepared.request.project, Project::Mode::create);
}

RunId find_or_make(Project& project, PreparedRun& prepared, RunModel& model, const std::stop_token& stop) {
  const std::vector<Hash128> hashes = source_hashes(prepared, stop);
  {
    Project::Transaction look(project);
    if (const std::optional<RunId> known = project.find_run(identify(project, prepared, hashes))) {
      look.commit();
      return *known;
    }
  }
  model.scorers(prepared.request.settings.dtype, stop);
  return project.put_run(identify(project, prepared, hashes), prepared.model.string(), prepared.model_name);
}

} // namespace

OpenRun::OpenRun(PreparedRun& prepared, RunModel& model, const std::stop_token& stop)
    : project(open_project(prepared, model, stop)), id(find_or_make(project, prepared, model, stop)) {}

} // namespace longview
