#include "studio.h"

#include <utility>

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDockWidget>
#include <QtTest>

#include "pages/document_page.h"
#include "pages/documents_panel.h"
#include "pages/run_chooser.h"

namespace longview::pictures {
namespace {

constexpr int patience = 300000; // ms: models are opened, documents scored

} // namespace

Studio::Studio(Projects projects, QSize size)
    : projects_(std::move(projects)), window_(std::make_unique<MainWindow>()) {
  window_->resize(size);
  window_->show();
}

Studio::~Studio() = default;

std::filesystem::path Studio::folder() const {
  return folder_.path().toStdString();
}

std::filesystem::path Studio::seen_folder() {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "longview";
  std::filesystem::create_directories(folder);
  return folder;
}

void Studio::wait(const std::function<bool()>& done, const char* what) {
  if (!QTest::qWaitFor(done, patience))
    throw NoPicture(what);
}

void Studio::open(const std::filesystem::path& project, const QString& dataset) {
  window_->open_project(project);
  wait([&] { return window_->chooser().dataset() != nullptr; }, "the project cannot be read");
  auto* datasets = window_->chooser().findChild<QComboBox*>();
  const int place = datasets->findText(dataset);
  if (place < 0)
    throw NoPicture("the project has no dataset " + dataset.toStdString());
  datasets->setCurrentIndex(place);
  emit datasets->activated(place); // as a choice in the list does
  wait(
      [&] {
        const DocumentPointer document = window_->page().document();
        const RunInfo* run = window_->chooser().run();
        return document && run && window_->page().key()->run == run->stored.id &&
               (document->text || !document->text_problem.empty());
      },
      "no document comes");
}

void Studio::select_strongest() {
  window_->page().step_link(1);
}

void Studio::show_dock(const QString& name, bool shown) {
  window_->findChild<QDockWidget*>(name)->setVisible(shown);
}

void Studio::trigger(const QString& text) {
  for (QAction* action : window_->findChildren<QAction*>())
    if (QString(action->text()).remove(u'&') == text) {
      action->trigger();
      return;
    }
  throw NoPicture("no action " + text.toStdString());
}

QWidget* Studio::dialog() {
  QWidget* found = nullptr;
  wait(
      [&found] {
        for (QWidget* widget : QApplication::topLevelWidgets())
          if (widget->isVisible() && !qobject_cast<MainWindow*>(widget) && !widget->windowTitle().isEmpty())
            found = widget;
        return found != nullptr;
      },
      "no dialog comes");
  return found;
}

void Studio::rest(int ms) {
  QTest::qWait(ms);
}

} // namespace longview::pictures
