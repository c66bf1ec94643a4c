#pragma once

#include <memory>

#include <QObject>

#include "jobs/background.h"
#include "jobs/document_loader.h"
#include "jobs/pair_answers.h"

namespace longview {

class DocumentModel;
class TokenGains;

/// Computes what a prefix does to each token of a target, or finds it in the project, on a thread of its own; the model
/// is opened with the first request and kept. The newest request wins.
class GainLoader : public QObject {
  Q_OBJECT

 public:
  using Gain = PairAnswers<TokenGain>::Pointer;

  explicit GainLoader(QObject* parent = nullptr);
  ~GainLoader() override;

  /// loaded() or failed() follows, at once where it was asked for before.
  void load(const DocumentKey& key, Cell cell, const std::shared_ptr<const std::string>& text);
  void cancel();
  /// Forgets what is known and lets go of the model.
  void close();
  bool busy() const;
  /// For others that compute on the same document.
  const std::shared_ptr<DocumentModel>& model() const { return model_; }

 signals:
  void loaded(const longview::DocumentKey& key, longview::Cell cell, const longview::GainLoader::Gain& gain);
  void failed(const longview::DocumentKey& key, longview::Cell cell, const longview::Error& error);

 private:
  PairAnswers<TokenGain> known_;
  std::shared_ptr<DocumentModel> model_;
  std::shared_ptr<TokenGains> gains_; ///< used on the thread alone
  Background background_;             // last: its thread uses the others
};

} // namespace longview
