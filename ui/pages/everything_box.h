#pragma once

#include <functional>

#include <QLineEdit>
#include <QPointer>
#include <QTimer>

#include "jobs/search_everything.h"

class QFrame;
class QLabel;
class QListView;
class QToolButton;

namespace longview {

class FindingsModel;

/// The field that searches everything, and what it found in a list below it, over the window. The field keeps the
/// keyboard: Up, Down, Page up and down choose, Enter goes there, Esc closes and gives the keyboard back. Texts of the
/// dataset are read once nobody types, and can be stopped.
class EverythingBox : public QLineEdit {
  Q_OBJECT

 public:
  static constexpr int least_letters = 3; ///< of what is looked for in the texts of the dataset

  /// `scope` says what is there to be searched; asked with every search.
  explicit EverythingBox(std::function<SearchScope()> scope, QWidget* parent = nullptr);
  ~EverythingBox() override;

  /// Somebody wants to search: keyboard to the field, what is in it is selected.
  void begin();
  FindingsModel* model() const { return model_; }
  QListView* list() const { return list_; }
  bool is_open() const;
  /// What stands below the list.
  QString status_text() const;
  QToolButton* stop_button() const { return stop_; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  /// Enter, or a click. The words are those that were looked for.
  void chosen(const longview::Finding& finding, const QString& words);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void build_results();
  void look();
  void show_groups(const std::vector<FoundGroup>& groups);
  void show_texts(const FoundGroup& group, const TextsProgress& progress, bool over);
  void tell(const QString& status, bool reading);
  void open_results();
  void close_results();
  void place_results();
  void move_to(int row);
  void move_by(int rows);
  void go(int row);

  std::function<SearchScope()> scope_;
  EverythingSearch* search_;
  FindingsModel* model_;
  QFrame* results_ = nullptr;
  QListView* list_ = nullptr;
  QLabel* status_ = nullptr;
  QToolButton* stop_ = nullptr;
  QPointer<QWidget> before_;   ///< had the keyboard
  QTimer typing_, resting_;    ///< until it is looked for, and until texts are read
  bool go_when_found_ = false; ///< Enter was faster than the search
};

} // namespace longview
