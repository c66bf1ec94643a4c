#include "widgets/heatmap_actions.h"

#include <QActionGroup>
#include <QMenu>

#include "widgets/heatmap_range_dialog.h"
#include "widgets/heatmap_widget.h"

namespace longview {
namespace {

struct Entry {
  int value;
  const char* title;
};

template <typename Value>
constexpr Entry entry(Value value, const char* title) {
  return {static_cast<int>(value), title};
}

constexpr Entry values[] = {
    entry(HeatmapValue::strength, QT_TRANSLATE_NOOP("longview::HeatmapActions", "&Strength")),
    entry(HeatmapValue::gain, QT_TRANSLATE_NOOP("longview::HeatmapActions", "&Gain")),
    entry(HeatmapValue::weight, QT_TRANSLATE_NOOP("longview::HeatmapActions", "S&trength + distance")),
    entry(HeatmapValue::contribution, QT_TRANSLATE_NOOP("longview::HeatmapActions", "&Contribution to the score")),
    entry(HeatmapValue::perplexity_after,
          QT_TRANSLATE_NOOP("longview::HeatmapActions", "&Perplexity after the prefix")),
    entry(HeatmapValue::corrected, QT_TRANSLATE_NOOP("longview::HeatmapActions", "Strength less c&ontrols"))};
constexpr Entry axes[] = {entry(AxisUnit::segments, QT_TRANSLATE_NOOP("longview::HeatmapActions", "&Segments")),
                          entry(AxisUnit::tokens, QT_TRANSLATE_NOOP("longview::HeatmapActions", "&Tokens"))};
constexpr Entry strips[] = {
    entry(ColumnStrip::strength, QT_TRANSLATE_NOOP("longview::HeatmapActions", "&Mean strength of what follows")),
    entry(ColumnStrip::contribution, QT_TRANSLATE_NOOP("longview::HeatmapActions", "&Share of LDS")),
    entry(ColumnStrip::none, QT_TRANSLATE_NOOP("longview::HeatmapActions", "&Nothing"))};

template <std::size_t count>
QActionGroup* group_of(QObject* parent, const Entry (&entries)[count]) {
  auto* group = new QActionGroup(parent);
  for (const Entry& one : entries) {
    auto* action = new QAction(HeatmapActions::tr(one.title), group);
    action->setCheckable(true);
    action->setData(one.value);
  }
  return group;
}

void check(const QActionGroup& group, int value) {
  for (QAction* action : group.actions())
    if (action->data().toInt() == value)
      action->setChecked(true);
}

} // namespace

HeatmapActions::HeatmapActions(HeatmapWidget* heatmap)
    : QObject(heatmap), heatmap_(heatmap), values_(group_of(this, values)), axes_(group_of(this, axes)),
      strips_(group_of(this, strips)), fade_(new QAction(tr("Fade what is not a&bove the threshold"), this)),
      range_(new QAction(tr("Colour &range…"), this)), fit_(new QAction(tr("&Fit the heatmap"), this)) {
  fade_->setCheckable(true);
  fit_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_0));
  build();
  follow();
  connect(heatmap, &HeatmapWidget::view_changed, this, &HeatmapActions::follow);
}

void HeatmapActions::build() {
  connect(values_, &QActionGroup::triggered, this,
          [this](QAction* action) { heatmap_->set_value(static_cast<HeatmapValue>(action->data().toInt())); });
  const auto changed = [this](auto change) {
    HeatmapView view = heatmap_->view();
    change(view);
    heatmap_->set_view(view);
  };
  connect(axes_, &QActionGroup::triggered, this, [changed](QAction* action) {
    changed([action](HeatmapView& view) { view.axes = static_cast<AxisUnit>(action->data().toInt()); });
  });
  connect(strips_, &QActionGroup::triggered, this, [changed](QAction* action) {
    changed([action](HeatmapView& view) { view.strip = static_cast<ColumnStrip>(action->data().toInt()); });
  });
  connect(fade_, &QAction::toggled, this, [changed](bool on) { changed([on](HeatmapView& view) { view.fade = on; }); });
  connect(range_, &QAction::triggered, this, [this] {
    auto* dialog = new HeatmapRangeDialog(heatmap_);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
  });
  connect(fit_, &QAction::triggered, heatmap_, &HeatmapWidget::fit);
}

/// The view may have been changed by somebody else.
void HeatmapActions::follow() {
  const HeatmapView& view = heatmap_->view();
  check(*values_, static_cast<int>(view.value));
  check(*axes_, static_cast<int>(view.axes));
  check(*strips_, static_cast<int>(view.strip));
  fade_->setChecked(view.fade);
}

void HeatmapActions::add_to(QMenu* menu) const {
  menu->addMenu(tr("Heatmap &shows"))->addActions(values_->actions());
  menu->addMenu(tr("Heatmap a&xes"))->addActions(axes_->actions());
  menu->addMenu(tr("&Bars below the columns"))->addActions(strips_->actions());
  menu->addActions({range_, fade_, fit_});
}

} // namespace longview
