#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "widgets/document_data.h"
#include "widgets/figure_menu.h"

namespace longview {

/// Specificity of each segment that has one, 0 to 1, by segment number.
class SpecificityWidget : public QWidget {
  Q_OBJECT

 public:
  explicit SpecificityWidget(QWidget* parent = nullptr);
  ~SpecificityWidget() override;
  void set_document(DocumentPointer document);
  /// Marks a segment (the selected row).
  void set_marked(std::optional<std::uint32_t> segment);
  /// As it is shown, for files and the clipboard.
  ShownFigure figure() const;
  QSize sizeHint() const override;

 signals:
  /// By a click on its bar, or Enter.
  void row_chosen(std::uint32_t row);

 protected:
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace longview
