#pragma once

#include <optional>

#include <QTimer>
#include <QWidget>

#include "base/error.h"
#include "jobs/background.h"
#include "jobs/text_search.h"

class QLabel;
class QLineEdit;
class QToolButton;

namespace longview {

/// Looks for words in a text, on a thread of its own, and goes from hit to hit. Enter and Shift+Enter in the field, F3
/// and Shift+F3 anywhere in the parent; Esc closes.
class FindBar : public QWidget {
  Q_OBJECT

 public:
  explicit FindBar(QWidget* parent = nullptr);

  /// The text to look into; null: none. Looks again where the bar is open.
  void set_text(std::shared_ptr<const std::string> text);
  /// Shows the bar with these words, or with those of last time where they are empty.
  void open(const QString& words);
  /// Shows the bar and goes to the first place of these words from a byte on.
  void go_to(const QString& words, std::uint64_t byte);
  void close_bar();
  /// Where a step without a current hit goes on from.
  void set_start(std::uint64_t byte) { start_ = byte; }
  void step(int by);

  QLineEdit* field() const { return field_; }
  QString count_text() const;
  bool is_busy() const { return search_.busy(0) || wait_.isActive(); }

 signals:
  /// Null: none any more.
  void hits_found(const std::shared_ptr<const std::vector<longview::ByteRange>>& hits);
  void hit_chosen(std::size_t hit, const longview::ByteRange& range);
  void closed();

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void build();
  QToolButton* button(const QString& text, const QString& name, const QString& tip);
  void look();
  void take(const std::shared_ptr<const SearchHits>& hits);
  void choose(std::size_t hit);
  void show_count();
  void tell(const QString& text, bool error);
  void choose_colour();

  QLineEdit* field_;
  QToolButton* case_;
  QToolButton* expression_;
  QToolButton* previous_;
  QToolButton* next_;
  QLabel* count_;
  bool error_ = false;
  std::shared_ptr<const std::string> text_;
  std::shared_ptr<const SearchHits> hits_;
  std::optional<std::size_t> current_;
  std::uint64_t start_ = 0;
  bool go_ = false; ///< to the first hit, once it is known
  QTimer wait_;     ///< while one types
  Background search_;
};

} // namespace longview
