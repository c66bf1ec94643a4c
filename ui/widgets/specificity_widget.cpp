#include "widgets/specificity_widget.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QVBoxLayout>

#include "widgets/plot_view.h"

namespace longview {

struct SpecificityWidget::State {
  PlotView* view = nullptr;
  DocumentPointer document;
  std::optional<std::uint32_t> marked;

  void draw() {
    if (!document) {
      view->set_draw({});
      return;
    }
    view->set_draw([this](QCustomPlot& plot, const Theme& theme, const QFont& font) {
      return plot_specificity(plot, *document, marked, theme, font);
    });
  }
};

SpecificityWidget::SpecificityWidget(QWidget* parent) : QWidget(parent), state_(std::make_unique<State>()) {
  state_->view = new PlotView(tr("Specificity appears with the first complete row of pairs."),
                              tr("Point at a bar; click to select its row."), this);
  connect(state_->view, &PlotView::row_chosen, this, &SpecificityWidget::row_chosen);
  state_->view->setAccessibleName(tr("Specificity by segment"));
  setFocusProxy(state_->view);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(state_->view);
}

SpecificityWidget::~SpecificityWidget() {
  state_->view->set_draw({}); // it draws from the state, which goes first
}

void SpecificityWidget::set_document(DocumentPointer document) {
  state_->document = std::move(document);
  state_->draw();
}

void SpecificityWidget::set_marked(std::optional<std::uint32_t> segment) {
  if (segment == state_->marked)
    return;
  state_->marked = segment;
  state_->draw();
}

ShownFigure SpecificityWidget::figure() const {
  return {FigureKind::specificity, state_->document, {}};
}

void SpecificityWidget::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  add_figure_actions(&menu, this, figure());
  menu.addActions(actions());
  menu.exec(event->globalPos());
}

QSize SpecificityWidget::sizeHint() const {
  return {240, 180};
}

} // namespace longview
