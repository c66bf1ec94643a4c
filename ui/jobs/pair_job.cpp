#include "jobs/pair_job.h"

#include <exception>
#include <new>
#include <utility>

#include "base/thread_priority.h"

namespace longview {

PairJob::PairJob(std::shared_ptr<DocumentModel> model, QObject* parent) : QObject(parent), model_(std::move(model)) {}

PairJob::~PairJob() {
  thread_.request_stop(); // ~jthread waits; messages still under way go with this object
}

void PairJob::forecast(const ExtraRequest& request) {
  run(request, [this, request, model = model_](const std::stop_token& stop) -> Answer {
    const ExtraForecast forecast = forecast_extra(request, *model, stop);
    return [this, forecast] { emit told(forecast); };
  });
}

void PairJob::start(const ExtraRequest& request) {
  const auto observe = [this](const RunProgress& progress) { // at most ten a second
    QMetaObject::invokeMethod(
        this,
        [this, progress] {
          emit progressed(progress);
          if (progress.changed)
            emit stored();
        },
        Qt::QueuedConnection);
  };
  run(request, [this, request, observe, model = model_](const std::stop_token& stop) -> Answer {
    const ExtraSummary summary = score_extra(request, *model, observe, stop);
    return [this, summary] { emit finished(summary); };
  });
}

void PairJob::stop() {
  if (!busy_)
    return;
  stopping_ = true;
  thread_.request_stop();
}

void PairJob::run(const ExtraRequest& request, std::function<Answer(std::stop_token)> work) {
  Q_ASSERT(!busy_);
  request_ = request;
  busy_ = true;
  stopping_ = false;
  thread_ = std::jthread([this, work = std::move(work)](const std::stop_token& stop) {
    lower_thread_priority();
    const auto failure = [this](const Error& error) -> Answer { return [this, error] { emit failed(error); }; };
    Answer answer;
    try {
      answer = work(stop);
    } catch (const Error& error) {
      answer = failure(error);
    } catch (const std::bad_alloc&) {
      answer = failure(Error(ErrorCode::out_of_memory, "there is not enough memory for this; close something and try "
                                                       "again: it goes on where it stopped"));
    } catch (const std::exception& error) {
      answer = failure(Error(ErrorCode::internal, error.what()));
    }
    QMetaObject::invokeMethod(
        this, [this, answer] { end(answer); }, Qt::QueuedConnection);
  });
}

void PairJob::end(const Answer& answer) {
  thread_.join();
  busy_ = stopping_ = false;
  answer(); // may start the next
}

} // namespace longview
