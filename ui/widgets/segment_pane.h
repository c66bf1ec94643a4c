#pragma once

#include <memory>
#include <vector>

#include <QPlainTextEdit>
#include <QWidget>

#include "run/attribution.h"
#include "store/project.h"
#include "widgets/colour_map.h"
#include "widgets/document_data.h"

class QLabel;

namespace longview {

/// The text of one segment with which it is above it; plain text, never markup. A target can be coloured by what a
/// prefix does to each of its tokens.
class SegmentPane : public QWidget {
  Q_OBJECT

 public:
  /// "Prefix", "Target".
  explicit SegmentPane(const QString& role, QWidget* parent = nullptr);

  void show_segment(const DocumentData& document, std::uint32_t k);
  void show_nothing(const QString& why);
  /// Colours the tokens of the segment that is shown; null takes the colours away.
  void show_gain(const DocumentData& document, std::uint32_t k, std::shared_ptr<const TokenGain> gain);
  /// Colours the words of a prefix by what they are estimated to do for its target; null takes the colours away.
  void show_words(const DocumentData& document, std::uint32_t k, std::shared_ptr<const Attribution> words);

  /// Selects a token of the gains that are shown, and brings it into sight.
  void go_to_token(std::size_t token);
  /// What is told of the token at a place of the text; empty where there is none.
  QString words_at(int position) const;
  /// Background of the token at a place; invalid where there is none.
  QColor colour_at(int position) const;
  QPlainTextEdit* text() const { return text_; }

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void choose_colours();
  void set_text(const QString& text, const QString& placeholder = {});
  void paint_tokens();
  int token_at(int position) const;

  QString role_;
  QLabel* header_;
  QPlainTextEdit* text_;
  bool problem_ = false; ///< in place of a text
  std::shared_ptr<const TokenGain> gain_;
  std::vector<int> ends_; ///< of the tokens, in the text view
  ColourScale scale_;
  std::shared_ptr<const Attribution> words_; ///< what gain_ stands for, where it is about words
};

} // namespace longview
