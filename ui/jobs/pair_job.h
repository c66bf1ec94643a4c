#pragma once

#include <functional>
#include <memory>
#include <thread>

#include <QObject>

#include "base/error.h"
#include "run/score_extra.h"

namespace longview {

/// Scores extra pairs of one document, or tells beforehand what that costs, on a thread of its own: one request at a
/// time. Lives on the GUI thread. Destroying it stops what runs and waits for that; what was scored is in the project.
class PairJob : public QObject {
  Q_OBJECT

 public:
  explicit PairJob(std::shared_ptr<DocumentModel> model, QObject* parent = nullptr);
  ~PairJob() override;

  /// told() or failed() follows. Only while nothing runs.
  void forecast(const ExtraRequest& request);
  /// progressed() and stored() come, then finished() or failed(). Only while nothing runs.
  void start(const ExtraRequest& request);
  /// What runs ends within a batch, with failed(cancelled).
  void stop();

  bool busy() const { return busy_; }
  bool stopping() const { return stopping_; }
  /// Of what runs, or ran last.
  const ExtraRequest& request() const { return request_; }

 signals:
  void told(const longview::ExtraForecast& forecast);
  void progressed(const longview::RunProgress& progress);
  /// The project has more pairs of the document than before.
  void stored();
  void finished(const longview::ExtraSummary& summary);
  void failed(const longview::Error& error);

 private:
  using Answer = std::function<void()>; ///< runs on the GUI thread
  void run(const ExtraRequest& request, std::function<Answer(std::stop_token)> work);
  void end(const Answer& answer);

  std::shared_ptr<DocumentModel> model_;
  ExtraRequest request_;
  bool busy_ = false, stopping_ = false;
  std::jthread thread_;
};

} // namespace longview
