#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "jobs/word_loader.h"

class QProgressBar;
class QPushButton;

namespace longview {

class Notice;
class SegmentPane;

/// Which words of the prefix help the target of the selected pair: asked for with a button, shown as colours on the
/// prefix and as a list, and always called an estimate.
class PrefixWords : public QWidget {
  Q_OBJECT

 public:
  /// Colours `prefix`, where the page shows the prefix's text.
  PrefixWords(std::shared_ptr<DocumentModel> model, SegmentPane* prefix, QWidget* parent = nullptr);
  ~PrefixWords() override;

  void set_document(std::optional<DocumentKey> key, DocumentPointer document);
  /// The selected pair, which may be asked about.
  void set_pair(std::optional<Cell> cell);
  /// The pair whose text is on show: the selected one, or one under the mouse.
  void set_shown(std::optional<Cell> cell);
  void stop();

  bool busy() const { return loader_->busy(); }
  QPushButton* button() const { return button_; }
  /// The list in words.
  QString text() const;

 private:
  void build();
  void press();
  void show_words();
  QString summary() const;

  std::optional<DocumentKey> key_;
  DocumentPointer document_;
  std::optional<Cell> pair_, shown_;
  Cell words_of_;
  WordLoader::Words words_; ///< of words_of_ in the document that is open

  WordLoader* loader_;
  SegmentPane* prefix_;
  QPushButton* button_;
  QProgressBar* progress_;
  Notice* text_;
};

} // namespace longview
