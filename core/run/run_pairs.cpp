#include "run/run_pairs.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "base/cancel.h"
#include "base/machine.h"
#include "base/parallel.h"
#include "base/progress.h"

namespace longview {
namespace {

constexpr std::size_t part_of_deriving = 256; // documents
constexpr std::size_t few = 32; // missing documents in a part: looking each up beats going through all between them

unsigned processors(unsigned wanted) {
  return wanted ? wanted : std::max(1u, std::thread::hardware_concurrency());
}

} // namespace

RunPairs::RunPairs(std::filesystem::path project, RunId run, const SamplingSettings& sampling, std::size_t most_bytes,
                   unsigned threads, std::size_t part)
    : project_(std::move(project)), run_(run), sampling_(sampling),
      most_bytes_(std::min<std::size_t>(most_bytes, available_memory() / 3)), threads_(processors(threads)),
      part_(part) {}

bool RunPairs::has(const SharedRows& rows, std::size_t place) const {
  return place < slots_.size() && slots_[place].state != State::missing && slots_[place].row == rows.ref(place);
}

std::vector<std::size_t> RunPairs::missing(const SharedRows& rows) const {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < rows.size(); ++place)
    if (rows.status(place) == Status::scored && !has(rows, place))
      places.push_back(place);
  return places;
}

void RunPairs::read(const SharedRows& rows, const RowObserver& observer, const std::stop_token& stop) {
  std::vector<std::size_t> places = missing(rows);
  slots_.resize(std::max(slots_.size(), rows.size()));
  if (places.empty())
    return;
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return rows.id(a) < rows.id(b); });
  std::mutex told;
  Throttle throttle;
  std::size_t done = 0;
  in_parts(places.size(), part_, threads_, [&](std::size_t begin, std::size_t end) {
    read_part(std::span(places).subspan(begin, end - begin), rows, stop);
    const std::scoped_lock lock(told);
    done += end - begin;
    if (observer && throttle.due())
      observer(done, places.size());
  });
}

/// `places`, by ascending document.
void RunPairs::read_part(std::span<const std::size_t> places, const SharedRows& rows, const std::stop_token& stop) {
  const Project project = Project::open(project_, Project::Mode::read_only);
  std::vector<Slot> slots(places.size());
  for (std::size_t k = 0; k < places.size(); ++k)
    slots[k] = {rows.ref(places[k]), State::no_pairs, 0, 0};
  bool full = false;
  {
    const std::scoped_lock lock(mutex_);
    full = bytes_ >= most_bytes_;
  }
  auto columns = std::make_shared<PairColumns>(sampling_);
  const auto take = [&](std::size_t k, const DocumentPairs& pairs) {
    if (full || !columns->add(pairs)) {
      slots[k].state = State::too_many;
    } else {
      slots[k].state = State::kept;
      slots[k].place = static_cast<std::uint32_t>(columns->documents() - 1);
    }
  };
  const auto id = [&](std::size_t k) { return rows.id(places[k]); };
  if (places.size() <= few) {
    for (std::size_t k = 0; k < places.size(); ++k) {
      throw_if_cancelled(stop);
      if (const std::optional<ResultData> data = project.result_data(run_, id(k)))
        take(k, data->pairs);
    }
  } else {
    std::size_t k = 0;
    project.each_pairs(run_, id(0), id(places.size() - 1), [&](DocumentId document, const DocumentPairs& pairs) {
      throw_if_cancelled(stop);
      while (k < places.size() && id(k) < document)
        ++k;
      if (k < places.size() && id(k) == document)
        take(k, pairs);
      return k < places.size();
    });
  }
  columns->shrink();
  const std::scoped_lock lock(mutex_);
  for (std::size_t k = 0; k < places.size(); ++k) {
    slots[k].chunk = static_cast<std::uint32_t>(chunks_.size());
    slots_[places[k]] = slots[k];
  }
  bytes_ += columns->bytes();
  chunks_.push_back(std::move(columns));
}

std::vector<DocumentNumbers> RunPairs::numbers(const SharedRows& rows, const LiveParameters& parameters,
                                               const std::stop_token& stop) const {
  std::vector<DocumentNumbers> numbers(rows.size());
  in_parts(rows.size(), part_of_deriving, threads_, [&](std::size_t begin, std::size_t end) {
    throw_if_cancelled(stop);
    std::optional<Project> project; // where pairs are too many to be kept
    for (std::size_t place = begin; place < end; ++place) {
      const Slot slot = has(rows, place) ? slots_[place] : Slot();
      if (slot.state == State::kept) {
        numbers[place] = chunks_[slot.chunk]->numbers(slot.place, parameters);
        continue;
      }
      numbers[place] = rows.numbers(place);
      if (slot.state != State::too_many)
        continue;
      if (!project)
        project.emplace(Project::open(project_, Project::Mode::read_only));
      if (const std::optional<ResultData> data = project->result_data(run_, rows.id(place)))
        numbers[place] = derive_numbers(data->pairs, sampling_, parameters);
    }
  });
  return numbers;
}

} // namespace longview
