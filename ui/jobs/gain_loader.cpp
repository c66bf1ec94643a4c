#include "jobs/gain_loader.h"

#include "base/thread_priority.h"
#include "run/token_gains.h"

namespace longview {
namespace {

enum Kind : Background::Kind { load_kind, close_kind };

} // namespace

GainLoader::GainLoader(QObject* parent)
    : QObject(parent), model_(std::make_shared<DocumentModel>()), gains_(std::make_shared<TokenGains>(model_)) {}

GainLoader::~GainLoader() = default;

void GainLoader::load(const DocumentKey& key, Cell cell, const std::shared_ptr<const std::string>& text) {
  known_.begin(key);
  if (const auto known = known_.find(cell)) {
    cancel();
    emit loaded(key, cell, known);
    return;
  }
  background_.request(
      load_kind,
      [gains = gains_, key, cell, text](std::stop_token stop) {
        lower_thread_priority();
        Project project = open_to_keep(key.project);
        return gains->get(project, key.run, key.document, cell.i, cell.j, *text, stop);
      },
      [this, key, cell](TokenGain gain) { emit loaded(key, cell, known_.keep(key, cell, std::move(gain))); },
      [this, key, cell](const Error& error) { emit failed(key, cell, error); });
}

void GainLoader::cancel() {
  background_.cancel(load_kind);
}

void GainLoader::close() {
  cancel();
  known_.clear();
  background_.request(
      close_kind,
      [model = model_](std::stop_token) {
        model->close();
        return true;
      },
      [](bool) {}, {});
}

bool GainLoader::busy() const {
  return background_.busy(load_kind);
}

} // namespace longview
