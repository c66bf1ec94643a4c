#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QLineEdit>

#include "filter/completion.h"
#include "filter/filter.h"

class QListView;

namespace longview {

class Notice;
class OffersModel;

/// A line for a filter. While somebody types, what may come next stands below it: Tab takes the first or the chosen
/// one, Up and Down choose, Enter takes what is chosen, Esc puts the list away; Ctrl+Space or Down asks for it. Nothing
/// is ever put in by itself. What is wrong is underlined, and its sentence goes to a notice, but for the word that is
/// being typed.
class FilterBox : public QLineEdit {
  Q_OBJECT

 public:
  explicit FilterBox(QWidget* parent = nullptr);

  /// What is known of the documents that are filtered.
  void set_completion(std::shared_ptr<const CompletionSource> source);
  const std::shared_ptr<const CompletionSource>& completion() const { return source_; }
  /// Where its sentence goes.
  void set_notice(Notice* notice) { notice_ = notice; }

  /// Of the text as it is; none where it cannot be understood. Known before textChanged() comes to anybody else.
  const std::optional<Filter>& filter() const { return filter_; }
  /// What is wrong, in characters of text() from, to; none where nothing is, or the word is still being typed.
  std::optional<std::pair<int, int>> marked() const;
  QListView* offers() const { return offers_; }

 protected:
  bool event(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  bool take_key(const QKeyEvent& key);
  void step(int rows);
  void offer();
  void place_offers();
  void close_offers();
  void take(int row);
  QString find_fault();
  QString unknown_fields() const;
  void judge();
  bool being_typed(std::size_t byte) const;

  std::shared_ptr<const CompletionSource> source_ = std::make_shared<const CompletionSource>();
  Notice* notice_ = nullptr;
  std::optional<Filter> filter_;
  std::optional<std::pair<std::size_t, std::size_t>> fault_; ///< bytes of the text
  Completions completions_;
  OffersModel* model_;
  QListView* offers_;
  bool taking_ = false; ///< the text changes by a candidate: what comes next is offered once it is there
};

} // namespace longview
