// Makes the picture of the window that README and help show, without a display:
//   build/release/bin/window_picture ~/.local/share/longview/demo/demo.longview closer-look resources/help/window.png
// The project is the one that packaging/run.sh scores from the Perl manual.
#include <functional>
#include <iostream>

#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QTemporaryDir>
#include <QtTest>

#include "application.h"
#include "main_window.h"
#include "pages/document_page.h"
#include "pages/documents_panel.h"
#include "pages/run_chooser.h"
#include "widgets/pair_text_widget.h"
#include "widgets/segment_pane.h"
#include "widgets/theme.h"

namespace {

using namespace longview;

constexpr int patience = 60000; // ms: the model is opened for the token gains

bool wait(const std::function<bool()>& done) {
  return QTest::qWaitFor(done, patience);
}

/// The dataset's newest run, its best document, the pair that adds most, and its tokens coloured.
bool arrange(MainWindow& window, const QString& dataset) {
  if (!wait([&] { return window.page().document() != nullptr; }))
    return false;
  auto* datasets = window.chooser().findChild<QComboBox*>();
  const int place = datasets->findText(dataset);
  if (place < 0)
    return false;
  datasets->setCurrentIndex(place);
  const auto has_text = [&] {
    const DocumentPointer document = window.page().document();
    return document && document->text && window.chooser().dataset()->name == dataset.toStdString();
  };
  if (!wait(has_text))
    return false;
  window.page().step_link(1);
  window.page().texts()->set_gains_wanted(true);
  auto* target = window.page().findChild<SegmentPane*>(QStringLiteral("target"));
  return wait([&] { return !target->words_at(1).isEmpty(); });
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "window_picture PROJECT DATASET OUT.png\n";
    return 2;
  }
  qputenv("QT_QPA_PLATFORM", "offscreen");
  const QTemporaryDir settings; // the window as it is at its first start
  qputenv("XDG_CONFIG_HOME", settings.path().toUtf8());
  QApplication::setStyle(QStringLiteral("Fusion"));
  const QApplication app(argc, argv);
  name_application();
  apply_theme(ThemeChoice::light);
  MainWindow window;
  window.resize(1480, 860);
  window.show();
  window.open_project(argv[1]);
  if (!arrange(window, QString::fromLocal8Bit(argv[2]))) {
    std::cerr << "window_picture: the project has no such dataset, or its model is not there\n";
    return 1;
  }
  if (auto* why = window.findChild<QDockWidget*>(QStringLiteral("why")))
    why->show();
  QTest::qWait(500); // layout and queued plots
  return window.grab().save(QString::fromLocal8Bit(argv[3]), "PNG") ? 0 : 1;
}
