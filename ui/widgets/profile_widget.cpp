#include "widgets/profile_widget.h"

#include <QVBoxLayout>

#include "widgets/plot_view.h"

namespace longview {

struct ProfileWidget::State {
  PlotView* view = nullptr;
};

ProfileWidget::ProfileWidget(QWidget* parent) : QWidget(parent), state_(std::make_unique<State>()) {
  state_->view = new PlotView(tr("Mean strength by distance appears with the first pair."), this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(state_->view);
}

ProfileWidget::~ProfileWidget() = default;

void ProfileWidget::set_document(DocumentPointer document) {
  if (!document) {
    state_->view->set_draw({});
    return;
  }
  state_->view->set_draw([document](QCustomPlot& plot, const Theme& theme, const QFont& font) {
    return plot_profile(plot, *document, theme, font);
  });
}

QSize ProfileWidget::sizeHint() const {
  return {400, 180};
}

} // namespace longview
