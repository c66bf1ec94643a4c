#include "jobs/word_loader.h"

#include "base/progress.h"
#include "base/thread_priority.h"

namespace longview {
namespace {

enum Kind : Background::Kind { load_kind };

} // namespace

WordLoader::WordLoader(std::shared_ptr<DocumentModel> model, QObject* parent)
    : QObject(parent), model_(std::move(model)) {}

WordLoader::~WordLoader() = default;

void WordLoader::load(const DocumentKey& key, Cell cell, const std::shared_ptr<const std::string>& text) {
  known_.begin(key);
  if (const auto known = known_.find(cell)) {
    cancel();
    emit loaded(key, cell, known);
    return;
  }
  wanted_ = cell;
  const auto observe = [this, cell, throttle = Throttle()](std::size_t done, std::size_t all) mutable {
    if (!throttle.due())
      return;
    const auto tell = [this, cell, done, all] {
      if (busy() && wanted_ == cell)
        emit progressed(cell, static_cast<int>(done), static_cast<int>(all));
    };
    QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
  };
  background_.request(
      load_kind,
      [model = model_, key, cell, text, observe](std::stop_token stop) {
        lower_thread_priority();
        const Project project = Project::open(key.project, Project::Mode::read_only);
        return attribute(project, key.run, key.document, cell.i, cell.j, *text, *model, observe, stop);
      },
      [this, key, cell](Attribution found) { emit loaded(key, cell, known_.keep(key, cell, std::move(found))); },
      [this, key, cell](const Error& error) { emit failed(key, cell, error); });
}

void WordLoader::cancel() {
  background_.cancel(load_kind);
}

bool WordLoader::busy() const {
  return background_.busy(load_kind);
}

} // namespace longview
