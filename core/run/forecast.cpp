#include <algorithm>
#include <cmath>

#include "base/cancel.h"
#include "base/error.h"
#include "base/time_spent.h"
#include "run/control_pool.h"
#include "run/document_feed.h"
#include "run/document_job.h"
#include "run/progress_board.h"
#include "run/run_session.h"
#include "run/runner.h"
#include "run/speed.h"

namespace longview {
namespace {

/// Inputs larger than this are counted on a sample from their start and scaled.
constexpr double sample_bytes = 64.0 * (1 << 20);

/// Counts documents, tokens and model passes, by the code that would plan the run.
class Counter {
 public:
  Counter(const PreparedRun& prepared, Forecast& forecast)
      : settings_(prepared.request.settings.sampling), controls_(prepared.request.settings.controls),
        sampler_(settings_), forecast_(forecast) {
    std::vector<ControlSegment> pool(pool_segments); // which ones they are does not change the cost
    for (std::size_t k = 0; k < pool.size(); ++k)
      pool[k].text_hash = {k, 1};
    pool_ = std::make_shared<const std::vector<ControlSegment>>(std::move(pool));
  }

  void operator()(TokenizedDocument& item) {
    ++forecast_.documents;
    forecast_.tokens += item.tokens.ids.size();
    if (item.document.place.source != source_)
      sampler_ = Sampler(settings_);
    source_ = item.document.place.source;
    DocumentJob job =
        plan_document(std::move(item.tokens), hash128(item.document.text, settings_.seed), settings_, sampler_);
    if (controls_ > 0)
      plan_controls(job, pool_, item.document.text_hash, controls_);
    const WorkLeft work = work_left(job);
    forecast_.scorable += job.row.status == Status::scored;
    forecast_.segments += work.segments;
    forecast_.pairs += work.pairs;
  }
  void operator()(const UntokenizedDocument&) { ++forecast_.documents; }
  void operator()(const BadDocument&) { ++forecast_.documents; }
  void operator()(const FinishedDocument&) { ++forecast_.documents; }

 private:
  SamplingSettings settings_;
  std::uint32_t controls_;
  ControlPool pool_;
  Sampler sampler_;
  std::uint32_t source_ = 0;
  Forecast& forecast_;
};

void scale(Forecast& forecast, double share) {
  forecast.exact = false;
  for (std::uint64_t* count :
       {&forecast.documents, &forecast.scorable, &forecast.tokens, &forecast.segments, &forecast.pairs})
    *count = static_cast<std::uint64_t>(std::llround(static_cast<double>(*count) / share));
}

void count(const PreparedRun& prepared, Forecast& forecast, std::stop_token stop) {
  const RunSettings& settings = prepared.request.settings;
  double bytes = 0;
  for (const SourceFile& source : prepared.sources)
    bytes += static_cast<double>(source.stamp.size);
  Failure failure(stop);
  {
    DocumentFeed feed(prepared.sources, {settings.text_field, settings.id_field, prepared.request.limit},
                      prepared.tokenizer, settings.special_tokens, {}, 2, failure);
    Counter counter(prepared, forecast);
    while (auto item = feed.next()) {
      std::visit(counter, *item);
      if (feed.read_share() * bytes > sample_bytes && feed.read_share() < 0.9) {
        scale(forecast, feed.read_share());
        failure.stop(); // what was read ahead is not needed
        break;
      }
    }
  }
  failure.rethrow();
  throw_if_cancelled(stop);
}

Speed speed_of(const PreparedRun& prepared, Forecast& forecast, std::stop_token stop) {
  const RunRequest& request = prepared.request;
  forecast.device = device_list(request.device).front();
  forecast.dtype =
      request.settings.dtype == DType::automatic ? engine().automatic_dtype(forecast.device) : request.settings.dtype;
  const SpeedKey key = speed_key(prepared, forecast.device, forecast.dtype);
  if (const auto known = remembered_speed(key))
    return *known;
  engine();
  TimeSpent loading;
  const auto scorers = [&] {
    const Timed timed(loading);
    return open_scorers(prepared, forecast.dtype, stop);
  }();
  Speed speed = probe_speed(*scorers.front(), request.settings.sampling.segment_length, stop);
  speed.load_seconds = loading.seconds();
  remember_speed(key, speed);
  return speed;
}

} // namespace

Forecast forecast(const RunRequest& request, const RunObserver& observer, std::stop_token stop) {
  ProgressBoard board(observer, request.settings.sampling.segment_length);
  board.stage(RunProgress::Stage::counting, "reading the documents");
  const PreparedRun prepared = prepare_run(request, stop);
  Forecast result;
  result.model = prepared.model.string();
  count(prepared, result, stop);
  board.stage(RunProgress::Stage::loading_model, "timing the model");
  const Speed speed = speed_of(prepared, result, stop);
  const double devices = static_cast<double>(device_list(request.device).size());
  result.passes = result.segments + result.pairs;
  result.pairs_per_second = speed.pairs_per_second * devices;
  result.solo_per_second = speed.solo_per_second * devices;
  result.seconds = speed.load_seconds + static_cast<double>(result.segments) / result.solo_per_second +
                   static_cast<double>(result.pairs) / result.pairs_per_second;
  board.stage(RunProgress::Stage::finished, "counted");
  return result;
}

} // namespace longview
