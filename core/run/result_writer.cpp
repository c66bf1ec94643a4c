#include "run/result_writer.h"

#include <cmath>

#include <fmt/format.h>

#include "scoring/dependency.h"

namespace longview {
namespace {

/// A number that is not finite makes the document failed: never a score from half of it.
void check_finite(const DocumentPairs& pairs, const std::vector<std::uint32_t>& needed, ResultRow& row) {
  for (const std::uint32_t k : needed)
    if (!std::isfinite(pairs.perplexity_alone[k])) {
      row.status = Status::failed;
      row.reason = fmt::format("the model gave no finite perplexity for segment {} alone; try --dtype float32", k);
      return;
    }
  for (const Pair& pair : pairs.pairs)
    if (!std::isfinite(pair.perplexity_after)) {
      row.status = Status::failed;
      row.reason = fmt::format(
          "the model gave no finite perplexity for segment {} after segment {}; try --dtype float32", pair.i, pair.j);
      return;
    }
  for (const Control& control : pairs.controls)
    if (!std::isfinite(control.perplexity_after)) {
      row.status = Status::failed;
      row.reason =
          fmt::format("the model gave no finite perplexity for segment {} after control {}; try --dtype float32",
                      control.i, control.k);
      return;
    }
}

} // namespace

ResultWriter::ResultWriter(const std::filesystem::path& project, RunId run, const RunSettings& settings,
                           ProgressBoard& board, Failure& failure)
    : run_(run), settings_(settings), board_(board), failure_(failure),
      thread_([this, project] { failure_.guard([&] { write(project); }); }) {}

ResultWriter::~ResultWriter() {
  finish();
}

void ResultWriter::finish() {
  queue_.close();
  if (thread_.joinable())
    thread_.join();
}

void ResultWriter::finished(DocumentJob& job) {
  Whole whole;
  whole.row = job.row;
  whole.row.document = job.document;
  if (whole.row.status == Status::scored || whole.row.status == Status::too_few_pairs)
    check_finite(job.pairs, job.needed, whole.row);
  whole.data = {job.bounds, job.pairs};
  whole.has_data = true;
  queue_.push(std::move(whole), {});
}

void ResultWriter::finished(DocumentId document, Status status, std::string reason) {
  Whole whole;
  whole.row.document = document;
  whole.row.status = status;
  whole.row.reason = std::move(reason);
  queue_.push(std::move(whole), {});
}

void ResultWriter::partial(const DocumentJob& job) {
  queue_.push(Part{job.document, job.pairs}, {});
}

void ResultWriter::write(const std::filesystem::path& path) {
  struct CloseQueue { // so that nobody waits for a writer that has failed
    BoundedQueue<Item>& queue;
    ~CloseQueue() { queue.close(); }
  } close_queue{queue_};
  Project project = Project::open(path, Project::Mode::read_write);
  while (auto item = queue_.pop({})) {
    const Timed timed(storing_);
    if (auto* whole = std::get_if<Whole>(&*item)) {
      store(project, *whole);
    } else {
      const Part& part = std::get<Part>(*item);
      project.put_partial(run_, part.document, part.pairs);
      board_.stored(part.document, false);
    }
  }
}

void ResultWriter::store(Project& project, Whole& whole) {
  if (whole.row.status == Status::scored)
    whole.row.take(derive_numbers(whole.data.pairs, settings_.sampling, settings_.parameters));
  project.put_result(run_, whole.row, whole.has_data ? &whole.data : nullptr);
  count(whole.row);
  board_.stored(whole.row.document, true);
}

void ResultWriter::count(const ResultRow& row) {
  switch (row.status) {
  case Status::scored:
    ++summary_.scored;
    break;
  case Status::too_short:
    ++summary_.too_short;
    break;
  case Status::too_few_pairs:
    ++summary_.too_few_pairs;
    break;
  case Status::bad_input:
    ++summary_.bad_input;
    break;
  case Status::failed:
    ++summary_.failed;
    break;
  }
}

} // namespace longview
