#pragma once

#include <memory>

#include <QObject>

#include "jobs/background.h"
#include "jobs/document_loader.h"
#include "jobs/pair_answers.h"
#include "run/attribution.h"

namespace longview {

/// Estimates which words of a prefix help its target, on a thread of its own, and remembers what it found of the
/// document that is open. The newest request wins.
class WordLoader : public QObject {
  Q_OBJECT

 public:
  using Words = PairAnswers<Attribution>::Pointer;

  explicit WordLoader(std::shared_ptr<DocumentModel> model, QObject* parent = nullptr);
  ~WordLoader() override;

  /// progressed() may come, then loaded() or failed(); loaded() at once where it was asked for before.
  void load(const DocumentKey& key, Cell cell, const std::shared_ptr<const std::string>& text);
  /// Stops within a batch; nothing is told any more.
  void cancel();
  bool busy() const;

 signals:
  void progressed(longview::Cell cell, int done, int all);
  void loaded(const longview::DocumentKey& key, longview::Cell cell, const longview::WordLoader::Words& words);
  void failed(const longview::DocumentKey& key, longview::Cell cell, const longview::Error& error);

 private:
  std::shared_ptr<DocumentModel> model_;
  PairAnswers<Attribution> known_;
  Cell wanted_;
  Background background_; // last: its thread uses the others
};

} // namespace longview
