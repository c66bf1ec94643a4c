// Searching everything from the window, and going to what was found.
#include "main_window.h"

#include <QAction>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>

#include "pages/document_page.h"
#include "pages/documents_panel.h"
#include "pages/everything_box.h"
#include "pages/filter_box.h"
#include "pages/help_window.h"
#include "pages/run_chooser.h"

namespace longview {
namespace {

/// What can be done now, with the menus it is in.
void collect(const QMenu& menu, const QString& path, std::vector<QPointer<QAction>>& actions,
             std::vector<NamedCommand>& commands) {
  for (QAction* action : menu.actions()) {
    if (action->isSeparator() || !action->isEnabled() || !action->isVisible())
      continue;
    const QString title = QString(action->text()).remove(u'&');
    if (const QMenu* inner = action->menu()) {
      collect(*inner, path + QStringLiteral(" › ") + title, actions, commands);
      continue;
    }
    QString where = path;
    if (!action->shortcut().isEmpty())
      where += QStringLiteral(" · ") + action->shortcut().toString(QKeySequence::NativeText);
    commands.push_back({title, where});
    actions.emplace_back(action);
  }
}

} // namespace

SearchScope MainWindow::search_scope() {
  SearchScope scope;
  commands_.clear();
  for (const QAction* top : menuBar()->actions())
    if (const QMenu* menu = top->menu())
      collect(*menu, QString(top->text()).remove(u'&'), commands_, scope.commands);
  const TableSnapshot& table = documents_->model()->snapshot();
  scope.cells = table.cells;
  scope.order = table.order;
  if (table.kept) { // what the filter hides is found too, behind the rest
    std::vector<bool> shown(table.total());
    for (const std::uint32_t place : table.order)
      shown[place] = true;
    for (std::uint32_t place = 0; place < table.total(); ++place)
      if (!shown[place])
        scope.order.push_back(place);
  }
  scope.document = page_->document();
  scope.project = project_;
  if (const RunInfo* run = chooser_->run())
    scope.run = run->stored.id;
  return scope;
}

void MainWindow::go_to_found(const Finding& finding, const QString& words) {
  wanted_place_.reset();
  switch (finding.kind) {
  case FoundKind::command:
    if (finding.command < commands_.size() && commands_[finding.command])
      commands_[finding.command]->trigger();
    return;
  case FoundKind::help:
    return show_help(finding.target, words);
  case FoundKind::label:
    documents_dock_->show();
    documents_->filter_box()->setText(QStringLiteral("label = ") +
                                      QString::fromStdString(quoted_in_filter(finding.target.toStdString())));
    documents_->focus_table();
    return;
  case FoundKind::document:
  case FoundKind::note:
    show_page(page_);
    documents_->go_to(finding.document);
    documents_->focus_table();
    return;
  case FoundKind::text:
  case FoundKind::other_text:
    show_page(page_);
    wanted_place_ = WantedPlace{finding.document, words, finding.range.begin};
    documents_->go_to(finding.document);
    show_wanted_place();
  }
}

/// Once the document is there; its text may still be read.
void MainWindow::show_wanted_place() {
  if (!wanted_place_ || !page_->document() || page_->document()->document.id != wanted_place_->document)
    return;
  page_->find_in_text(wanted_place_->words, wanted_place_->byte);
  wanted_place_.reset();
}

} // namespace longview
