#include "run/planner.h"

#include <utility>
#include <variant>

#include "run/control_pool.h"
#include "scoring/repetition.h"

namespace longview {

Planner::Planner(Project& project, RunId run, const PreparedRun& prepared, ControlPool pool, ProgressBoard& board,
                 ResultWriter& writer)
    : project_(project), run_(run), dataset_(project.run(run).identity.dataset), prepared_(prepared),
      pool_(std::move(pool)), board_(board), writer_(writer), sampler_(prepared.request.settings.sampling) {}

void Planner::run(DocumentFeed& feed, JobQueue& jobs, const std::stop_token& stop) {
  while (auto item = feed.next()) {
    read_share_ = feed.read_share();
    auto job = planned(*item);
    if (job && !jobs.push(std::move(job), stop))
      return;
  }
  if (!stop.stop_requested())
    board_.all_planned();
}

Planner::JobPointer Planner::planned(FeedItem& item) {
  const Timed timed(planning_);
  return std::visit([this](auto& one) { return plan(one); }, item);
}

Planner::JobPointer Planner::plan(TokenizedDocument& item) {
  auto job = std::make_unique<DocumentJob>(plan_document(std::move(item.tokens),
                                                         hash128(item.document.text, settings().sampling.seed),
                                                         settings().sampling, sampler_for(item.document.place.source)));
  job->row.repetition = repetition(item.document.text);
  job->pairs.overlap = overlaps(job->pairs.pairs, job->pairs.segments(),
                                [&](std::uint32_t k) { return std::as_const(*job).segment(k); });
  if (pool_)
    plan_controls(*job, pool_, item.document.text_hash, settings().controls);
  job->document = put(item.document);
  if (const auto partial = project_.partial(run_, job->document))
    resume_from(*job, *partial);
  const WorkLeft left = work_left(*job);
  board_.planned(left.passes(), left.pairs, read_share_);
  if (left.passes() > 0)
    return job;
  writer_.finished(*job);
  return nullptr;
}

Planner::JobPointer Planner::plan(UntokenizedDocument& item) {
  board_.planned(0, 0, read_share_);
  writer_.finished(put(item.document), Status::failed, item.reason);
  return nullptr;
}

Planner::JobPointer Planner::plan(BadDocument& item) {
  board_.planned(0, 0, read_share_);
  const DocumentId document = project_.put_document(dataset_, item);
  writer_.finished(document, Status::bad_input, item.reason);
  return nullptr;
}

Planner::JobPointer Planner::plan(const FinishedDocument& item) {
  if (item.sampled)
    sampler_for(item.place.source).draw(item.tokens, {}); // its draws are in the stream before those of later documents
  return nullptr;
}

Sampler& Planner::sampler_for(std::uint32_t source) {
  if (source != source_) {
    sampler_ = Sampler(settings().sampling);
    source_ = source;
  }
  return sampler_;
}

DocumentId Planner::put(const Document& document) {
  const DocumentId id = project_.put_document(dataset_, document);
  if (prepared_.request.embed)
    project_.put_embedded_text(id, document.text);
  return id;
}

} // namespace longview
