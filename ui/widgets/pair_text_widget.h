#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "widgets/document_data.h"

namespace longview {

/// The texts of prefix c_j and target c_i side by side, or one above the other where lines would get too short; plain
/// text that can be selected and copied; never markup.
class PairTextWidget : public QWidget {
  Q_OBJECT

 public:
  explicit PairTextWidget(QWidget* parent = nullptr);
  ~PairTextWidget() override;
  void set_document(DocumentPointer document);
  void set_pair(std::optional<Cell> cell);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace longview
