#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <QObject>

#include "jobs/background.h"
#include "store/project.h"
#include "widgets/document_data.h"

namespace longview {

/// Which document of which run.
struct DocumentKey {
  std::filesystem::path project;
  RunId run{};
  DocumentId document{};
  bool operator==(const DocumentKey&) const = default;
};

/// Reads one document with its numbers, as the run's own parameters derive them; without its text. Of a document that
/// is being scored it has what is there so far. Throws Error. Any thread; `project` is used on it.
DocumentData load_document(const Project& project, const DocumentKey& key);

/// Loads the open document, with the live parameters that were set: first its numbers, then, on another thread because
/// it may take long, its text. A document that is loaded again while it is scored keeps its text.
class DocumentLoader : public QObject {
  Q_OBJECT

 public:
  explicit DocumentLoader(QObject* parent = nullptr);
  ~DocumentLoader() override;

  void load(const DocumentKey& key);
  void cancel();
  /// From now on all numbers are derived with these; the document that was loaded last comes again at once.
  void set_parameters(const LiveParameters& parameters);
  /// The files may be others now: opens them anew with the next request.
  void forget_files();
  /// The numbers of a document are being read.
  bool busy() const;

 signals:
  /// Without its text at first, and again with it (or with why there is none).
  void loaded(const longview::DocumentKey& key, const longview::DocumentPointer& document);
  void failed(const longview::DocumentKey& key, const longview::Error& error);

 private:
  class Reader;
  /// Text of the document that was asked for last; neither text nor problem while it is being read.
  struct Text {
    DocumentKey key;
    std::shared_ptr<const std::string> text;
    std::string problem;
    bool known() const { return text || !problem.empty(); }
  };

  void load_text_of(const DocumentKey& key);
  void deliver(const DocumentKey& key, const DocumentPointer& document);
  void derive_again();

  std::optional<LiveParameters> parameters_; ///< none: the run's own
  DocumentKey shown_key_;
  DocumentPointer shown_; ///< that was delivered last
  Text text_;
  std::shared_ptr<Reader> numbers_reader_, text_reader_; ///< each used on its own thread
  Background numbers_, texts_;                           // last: their threads use the readers
};

} // namespace longview
