#include "pages/views_button.h"

#include <QInputDialog>
#include <QMenu>

#include "pages/menu_button.h"

namespace longview {

ViewsButton::ViewsButton(std::function<NamedView()> now, QWidget* parent) : QToolButton(parent), now_(std::move(now)) {
  setText(menu_button_text(tr("Views")));
  setToolTip(tr("Filter, order, columns and parameters under a name, kept in the project"));
  setPopupMode(QToolButton::InstantPopup);
  setMenu(new QMenu(this));
  connect(&views_, &NamedViews::changed, this, &ViewsButton::fill);
  fill();
}

void ViewsButton::set_project(const std::filesystem::path& project) {
  views_.read(project);
}

void ViewsButton::fill() {
  const auto title = [](const NamedView& view) {
    return QString::fromStdString(view.name).replace(u'&', QStringLiteral("&&"));
  };
  menu()->clear();
  for (const NamedView& view : views_.views())
    menu()->addAction(title(view), this, [this, view] { emit view_chosen(view); });
  if (views_.views().empty())
    menu()->addAction(tr("No view yet"))->setEnabled(false);
  menu()->addSeparator();
  menu()->addAction(tr("&Keep this view…"), this, &ViewsButton::ask_name);
  QMenu* remove = menu()->addMenu(tr("&Remove"));
  remove->setEnabled(!views_.views().empty());
  for (const NamedView& view : views_.views())
    remove->addAction(title(view), this, [this, name = view.name] { views_.remove(name); });
}

void ViewsButton::ask_name() {
  auto* dialog = new QInputDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("Keep this view"));
  dialog->setLabelText(tr("Name of the view"));
  connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& name) {
    if (name.trimmed().isEmpty())
      return;
    NamedView view = now_();
    view.name = name.trimmed().toStdString();
    views_.put(view);
  });
  dialog->open();
}

} // namespace longview
