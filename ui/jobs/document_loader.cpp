#include "jobs/document_loader.h"

#include "base/cancel.h"
#include "jobs/project_connection.h"
#include "run/document_text.h"
#include "run/settings.h"

namespace longview {
namespace {

enum Kind : Background::Kind { load_kind, derive_kind, close_kind };

/// The row that a document would have if it ended here.
ResultRow unfinished_row(const DocumentKey& key, const DocumentData& loaded) {
  ResultRow row;
  row.document = key.document;
  row.segments = loaded.data.pairs.segments();
  row.pair_count = loaded.scores.pair_count;
  row.take(loaded.scores);
  return row;
}

} // namespace

DocumentData load_document(const Project& project, const DocumentKey& key) {
  const RunSettings settings = settings_from_json(project.run(key.run).identity.settings);
  DocumentData loaded;
  loaded.document = project.document(key.document);
  loaded.sampling = settings.sampling;
  loaded.parameters = settings.parameters;
  const auto row = project.result(key.run, key.document);
  if (auto data = project.result_data(key.run, key.document))
    loaded.data = std::move(*data);
  else if (auto partial = project.partial(key.run, key.document))
    loaded.data.pairs = std::move(*partial);
  loaded.scores = derive(loaded.data.pairs, loaded.sampling, loaded.parameters);
  loaded.row = row ? *row : unfinished_row(key, loaded);
  if (auto extra = project.extra(key.run, key.document);
      extra && extra->perplexity_alone.size() == loaded.data.pairs.segments())
    loaded.add_extra(*std::move(extra));
  loaded.index_pairs();
  return loaded;
}

class DocumentLoader::Reader {
 public:
  DocumentData document(const DocumentKey& key) { return load_document(connection_.to(key.project), key); }
  std::string text(const DocumentKey& key) { return document_text(connection_.to(key.project), key.run, key.document); }
  bool close() {
    connection_.close();
    return true;
  }

 private:
  ProjectConnection connection_;
};

DocumentLoader::DocumentLoader(QObject* parent)
    : QObject(parent), numbers_reader_(std::make_shared<Reader>()), text_reader_(std::make_shared<Reader>()) {}

DocumentLoader::~DocumentLoader() = default;

void DocumentLoader::load(const DocumentKey& key) {
  if (text_.key != key) {
    texts_.cancel(load_kind);
    text_ = {key, nullptr, {}};
  }
  numbers_.request(
      load_kind,
      [reader = numbers_reader_, key, text = text_, live = parameters_](std::stop_token stop) {
        auto document = std::make_shared<DocumentData>(reader->document(key));
        throw_if_cancelled(stop);
        if (live && *live != document->parameters)
          *document = document->with(*live);
        document->text = text.text;
        document->text_problem = text.problem;
        return document;
      },
      [this, key](const std::shared_ptr<DocumentData>& document) {
        deliver(key, document);
        if (text_.key == key && !text_.known() && !texts_.busy(load_kind))
          load_text_of(key);
      },
      [this, key](const Error& error) { emit failed(key, error); });
}

/// The parameters may have changed while it was read.
void DocumentLoader::deliver(const DocumentKey& key, const DocumentPointer& document) {
  shown_key_ = key;
  shown_ = document;
  emit loaded(key, document);
  if (parameters_ && shown_ && *parameters_ != shown_->parameters)
    derive_again();
}

void DocumentLoader::set_parameters(const LiveParameters& parameters) {
  parameters_ = parameters;
  if (shown_ && parameters != shown_->parameters)
    derive_again();
}

void DocumentLoader::derive_again() {
  numbers_.request(
      derive_kind,
      [document = shown_, live = *parameters_](std::stop_token) {
        return std::make_shared<DocumentData>(document->with(live));
      },
      [this, key = shown_key_, from = shown_](const std::shared_ptr<DocumentData>& document) {
        if (shown_ == from) // else it was read again meanwhile, with what is there now
          deliver(key, document);
      },
      {});
}

void DocumentLoader::load_text_of(const DocumentKey& key) {
  const auto known = [this, key](std::shared_ptr<const std::string> text, std::string problem) {
    text_ = {key, std::move(text), std::move(problem)};
    load(key);
  };
  texts_.request(
      load_kind,
      [reader = text_reader_, key](std::stop_token) { return std::make_shared<const std::string>(reader->text(key)); },
      [known](const std::shared_ptr<const std::string>& text) { known(text, {}); },
      [known](const Error& error) { known(nullptr, error.what()); });
}

void DocumentLoader::cancel() {
  numbers_.cancel(load_kind);
  numbers_.cancel(derive_kind);
  texts_.cancel(load_kind);
  text_ = {};
  shown_.reset();
}

void DocumentLoader::forget_files() {
  text_ = {};
  numbers_.request(
      close_kind, [reader = numbers_reader_](std::stop_token) { return reader->close(); }, [](bool) {}, {});
  texts_.request(
      close_kind, [reader = text_reader_](std::stop_token) { return reader->close(); }, [](bool) {}, {});
}

bool DocumentLoader::busy() const {
  return numbers_.busy(load_kind);
}

} // namespace longview
