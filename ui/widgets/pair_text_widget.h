#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "store/project.h"
#include "widgets/document_data.h"

namespace longview {

/// The texts of prefix c_j and target c_i side by side, or one above the other where lines would get too short; plain
/// text that can be selected and copied, never markup. On request the target is coloured by what the prefix does to
/// each of its tokens, and the tokens are listed, the most helped first.
class PairTextWidget : public QWidget {
  Q_OBJECT

 public:
  explicit PairTextWidget(QWidget* parent = nullptr);
  ~PairTextWidget() override;
  void set_document(DocumentPointer document);
  void set_pair(std::optional<Cell> cell);
  std::optional<Cell> pair() const;

  /// The user wants to see token gains.
  bool gains_wanted() const;
  void set_gains_wanted(bool wanted);
  /// Of a pair; shown as long as that pair is. Null: none.
  void set_gain(Cell cell, std::shared_ptr<const TokenGain> gain);
  /// What there is to say in place of gains; `error`: as something that went wrong.
  void explain_gains(const QString& text, bool error);

 signals:
  void gains_wanted_changed();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void build_table();

  struct State;
  std::unique_ptr<State> state_;
};

} // namespace longview
