#include "jobs/dataset_profile.h"

#include "base/cancel.h"
#include "base/thread_priority.h"
#include "run/settings.h"
#include "scoring/random.h"

namespace longview {
namespace {

constexpr std::size_t most_documents = 1'000;
constexpr std::size_t most_pairs_read = 2'000'000;
constexpr std::uint32_t resamples = 400;

/// The scored documents of a run in an order that is drawn once for all.
std::vector<DocumentId> drawn_documents(const Project& project, RunId run) {
  std::vector<DocumentId> documents = project.scored_documents(run);
  Stream stream(11);
  for (std::size_t k = documents.size(); k > 1; --k)
    std::swap(documents[k - 1], documents[stream.below(k)]);
  return documents;
}

} // namespace

DatasetProfile dataset_profile(const Project& project, RunId run, const LiveParameters& parameters,
                               const DistanceBins& bins, const std::stop_token& stop) {
  const SamplingSettings sampling = settings_from_json(project.run(run).identity.settings).sampling;
  const std::vector<DocumentId> documents = drawn_documents(project, run);
  ProfileUnits units(bins);
  std::size_t pairs = 0;
  for (const DocumentId document : documents) {
    throw_if_cancelled(stop);
    if (units.count() == most_documents || pairs > most_pairs_read)
      break;
    if (const auto data = project.result_data(run, document)) {
      pairs += data->pairs.pairs.size();
      units.add_document(data->pairs, derive(data->pairs, sampling, parameters));
    }
  }
  DatasetProfile profile;
  profile.documents = units.count();
  profile.scored = documents.size();
  profile.points = profile_band(units, UnitWeight::equal, {.resamples = resamples});
  return profile;
}

DatasetProfileReader::DatasetProfileReader(QObject* parent)
    : QObject(parent), connection_(std::make_shared<ProjectConnection>()) {}

DatasetProfileReader::~DatasetProfileReader() = default;

void DatasetProfileReader::read(const Wanted& wanted, const DistanceBins& bins) {
  constexpr Background::Kind only = 0;
  if (wanted == wanted_ && known_) {
    emit ready(known_);
    return;
  }
  if (wanted == wanted_ && background_.busy(only))
    return;
  wanted_ = wanted;
  known_.reset();
  background_.request(
      only,
      [connection = connection_, wanted, bins](std::stop_token stop) {
        lower_thread_priority(); // the table follows the same parameters, and comes first
        return std::make_shared<DatasetProfile>(
            dataset_profile(connection->to(wanted.project), wanted.run, wanted.parameters, bins, stop));
      },
      [this](const std::shared_ptr<DatasetProfile>& profile) {
        known_ = profile;
        emit ready(known_);
      },
      [](const Error&) {}); // the document says by itself what is wrong with the project
}

void DatasetProfileReader::cancel() {
  background_.cancel(0);
  wanted_ = {};
  known_.reset();
}

void DatasetProfileReader::close() {
  cancel();
  background_.request(
      1,
      [connection = connection_](std::stop_token) {
        connection->close();
        return true;
      },
      [](bool) {}, {});
}

} // namespace longview
