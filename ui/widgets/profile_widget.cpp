#include "widgets/profile_widget.h"

#include <QVBoxLayout>

#include "widgets/plot_view.h"

namespace longview {

struct ProfileWidget::State {
  PlotView* view = nullptr;
  DocumentPointer document;
  BinScale distances = BinScale::linear;

  void draw() {
    if (!document) {
      view->set_draw({});
      return;
    }
    view->set_draw(
        [document = document, distances = distances](QCustomPlot& plot, const Theme& theme, const QFont& font) {
          return plot_profile(plot, *document, distances, theme, font);
        });
  }
};

ProfileWidget::ProfileWidget(QWidget* parent) : QWidget(parent), state_(std::make_unique<State>()) {
  state_->view = new PlotView(tr("Mean strength by distance appears with the first pair."),
                              tr("Point at a distance to read it."), this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(state_->view);
}

ProfileWidget::~ProfileWidget() = default;

void ProfileWidget::set_document(DocumentPointer document) {
  state_->document = std::move(document);
  state_->draw();
}

void ProfileWidget::set_distances(BinScale distances) {
  if (distances == state_->distances)
    return;
  state_->distances = distances;
  state_->draw();
}

BinScale ProfileWidget::distances() const {
  return state_->distances;
}

QSize ProfileWidget::sizeHint() const {
  return {400, 180};
}

} // namespace longview
