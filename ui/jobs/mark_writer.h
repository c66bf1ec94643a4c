#pragma once

#include <filesystem>
#include <utility>
#include <vector>

#include <QObject>
#include <QUndoStack>

#include "jobs/background.h"
#include "store/project.h"

namespace longview {

/// What documents carry, each in place of what it had.
using GivenMarks = std::vector<std::pair<DocumentId, Marks>>;

/// Labels and notes as a person gives them: written to the project on a thread of its own, in order, each change one
/// step that can be undone.
class MarkWriter : public QObject {
  Q_OBJECT

 public:
  explicit MarkWriter(QObject* parent = nullptr);
  ~MarkWriter() override;

  /// Steps of another project cannot be undone in this one.
  void set_project(const std::filesystem::path& project);
  /// Gives the marks in `after` in place of those in `before`; `text` names the step in the Edit menu.
  void change(const QString& text, GivenMarks before, GivenMarks after);
  QUndoStack& steps() { return steps_; }
  /// What was given to a document and may not be in the table yet; null where nothing was.
  const Marks* on_its_way(DocumentId document) const;
  /// The table shows what was written.
  void settle();

 signals:
  void written();
  void failed(const longview::Error& error);

 private:
  class Step;
  void write(const GivenMarks& marks);

  std::filesystem::path project_;
  QUndoStack steps_;
  int requests_ = 0, answers_ = 0;
  DocumentMarks given_;   ///< since the table was last up to date
  Background background_; // last: it delivers to this
};

} // namespace longview
