#include "widgets/profile_widget.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QVBoxLayout>

#include "jobs/background.h"
#include "widgets/plot_view.h"

namespace longview {
namespace {

constexpr std::uint32_t few_rows = 600; // whose band takes some milliseconds only

} // namespace

struct ProfileWidget::State {
  PlotView* view = nullptr;
  DocumentPointer document;
  ProfileFigure figure;
  DatasetProfilePointer dataset;
  BinScale distances = BinScale::linear;
  Background background; // last: its thread is waited for first

  void draw() {
    if (!document) {
      view->set_draw({});
      return;
    }
    view->set_draw([document = document, figure = figure](QCustomPlot& plot, const Theme& theme, const QFont& font) {
      return plot_profile(plot, *document, figure, theme, font);
    });
  }
};

ProfileWidget::ProfileWidget(QWidget* parent) : QWidget(parent), state_(std::make_unique<State>()) {
  state_->view = new PlotView(tr("Mean strength by distance appears with the first pair."),
                              tr("Point at a distance to read it."), this);
  state_->view->setAccessibleName(tr("Strength by distance"));
  setFocusProxy(state_->view);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(state_->view);
}

ProfileWidget::~ProfileWidget() = default;

void ProfileWidget::set_document(DocumentPointer document) {
  const bool same = document && state_->document && document->document.id == state_->document->document.id;
  state_->document = std::move(document);
  if (!same)
    state_->dataset.reset();
  compute();
}

void ProfileWidget::set_distances(BinScale distances) {
  if (distances == state_->distances)
    return;
  state_->distances = distances;
  state_->dataset.reset();
  compute();
  emit bins_changed();
}

BinScale ProfileWidget::distances() const {
  return state_->distances;
}

void ProfileWidget::set_dataset(DatasetProfilePointer dataset) {
  state_->dataset = std::move(dataset);
  state_->figure.dataset = state_->dataset;
  state_->draw();
}

void ProfileWidget::compute() {
  constexpr Background::Kind only = 0;
  state_->background.cancel(only);
  const auto show = [this](ProfileFigure figure) {
    state_->figure = std::move(figure);
    state_->figure.dataset = state_->dataset;
    state_->draw();
  };
  if (!state_->document || state_->document->segments() <= few_rows) {
    show(state_->document ? profile_of(*state_->document, state_->distances) : ProfileFigure());
    return;
  }
  state_->background.request(only,
                             [document = state_->document, distances = state_->distances](std::stop_token) {
                               return profile_of(*document, distances);
                             },
                             show, {});
}

ShownFigure ProfileWidget::figure() const {
  ShownFigure shown{FigureKind::profile, state_->document, {}};
  shown.options.distances = state_->distances;
  shown.options.dataset = state_->dataset;
  return shown;
}

void ProfileWidget::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  add_figure_actions(&menu, this, figure());
  menu.addSeparator();
  menu.addActions(actions());
  menu.exec(event->globalPos());
}

QSize ProfileWidget::sizeHint() const {
  return {400, 180};
}

} // namespace longview
