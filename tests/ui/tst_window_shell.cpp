#include <algorithm>

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QScrollArea>
#include <QTableView>
#include <QToolButton>
#include <qcustomplot.h>

#include "application.h"
#include "pages/document_page.h"
#include "pages/document_window.h"
#include "pages/extra_pairs_bar.h"
#include "pages/filter_box.h"
#include "pages/keys_sheet.h"
#include "pages/parameters_panel.h"
#include "pages/scatter_panel.h"
#include "pages/score_dialog.h"
#include "ui/support/main_window_test.h"
#include "widgets/heatmap_widget.h"
#include "widgets/scatter_view.h"

using namespace longview;
using namespace longview::test;

namespace {

/// What a screen reader would say: a name, words on it, or the label in front of it.
bool has_name(const QWidget& widget) {
  if (!widget.accessibleName().isEmpty())
    return true;
  if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
    return !button->text().isEmpty();
  for (const QLabel* label : widget.window()->findChildren<QLabel*>())
    if (label->buddy() == &widget)
      return true;
  return false;
}

/// Parts of a widget that takes its name from the whole.
bool is_inner(const QWidget& widget) {
  const QWidget* parent = widget.parentWidget();
  return widget.objectName().startsWith(QStringLiteral("qt_")) || qobject_cast<const QScrollArea*>(&widget) ||
         qobject_cast<const QAbstractSpinBox*>(parent) || qobject_cast<const QComboBox*>(parent) ||
         (parent && qobject_cast<const QComboBox*>(parent->parentWidget()));
}

QString nameless(const QWidget& window) {
  QStringList found;
  for (const QWidget* widget : window.findChildren<QWidget*>())
    if ((widget->focusPolicy() & Qt::TabFocus) && !is_inner(*widget) && !has_name(*widget))
      found << QStringLiteral("%1 %2 in %3")
                   .arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName(),
                        QString::fromLatin1(widget->parentWidget()->metaObject()->className()));
  return found.join(QStringLiteral("; "));
}

} // namespace

/// What goes around the pages: where one was, the keys, further windows, names for who does not see.
class TestWindowShell : public MainWindowTest {
  Q_OBJECT

  bool shown(DocumentId document) const {
    return window_->page().document() && window_->page().document()->document.id == document;
  }
  DocumentId document_in_row(int row) const { return *model().id(model().index(row, 0)); }

 private slots:
  void init() { open(); }
  void cleanup() {
    close();
    application_settings().clear(); // each test begins with the layout of a first start
  }

  /// Sides, order, floating or not, shown or not, and how wide: as they were when the window was closed.
  void docks_come_back_where_they_were_left() {
    const auto dock = [](const MainWindow& window, const char* name) {
      return window.findChild<QDockWidget*>(QLatin1String(name));
    };
    window_->score({request(1)}); // without a project there is nothing to show in them
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    window_->resize(1200, 800);
    QVERIFY(!dock(*window_, "parameters")->isVisible() && !dock(*window_, "why")->isVisible());
    window_->addDockWidget(Qt::LeftDockWidgetArea, dock(*window_, "parameters"));
    window_->addDockWidget(Qt::RightDockWidgetArea, dock(*window_, "scatter"));
    dock(*window_, "why")->setFloating(true);
    for (const char* name : {"parameters", "scatter", "why"})
      if (QDockWidget* hidden = dock(*window_, name); !hidden->isVisible())
        hidden->toggleViewAction()->trigger();
    QTRY_VERIFY(dock(*window_, "parameters")->isVisible());
    QTRY_VERIFY(dock(*window_, "scatter")->isVisible());
    QTRY_VERIFY(dock(*window_, "why")->isVisible());
    const int before = dock(*window_, "parameters")->width();
    window_->resizeDocks({dock(*window_, "parameters")}, {before - 40}, Qt::Horizontal);
    QTRY_VERIFY(dock(*window_, "parameters")->width() < before);
    QVERIFY(window_->close());
    const int width = dock(*window_, "parameters")->width();

    MainWindow again;
    again.open_project(path("p.longview"));
    again.show();
    QVERIFY(QTest::qWaitForWindowExposed(&again));
    QCOMPARE(again.size(), QSize(1200, 800));
    QCOMPARE(again.dockWidgetArea(dock(again, "parameters")), Qt::LeftDockWidgetArea);
    QCOMPARE(again.dockWidgetArea(dock(again, "scatter")), Qt::RightDockWidgetArea);
    QTRY_VERIFY_WITH_TIMEOUT(again.page().document(), patience);
    QVERIFY(dock(again, "parameters")->isVisible() && dock(again, "scatter")->isVisible());
    QVERIFY(dock(again, "why")->isVisible() && dock(again, "why")->isFloating());
    QTRY_COMPARE(dock(again, "parameters")->width(), width);
    QVERIFY(dock(again, "scatter")->toggleViewAction()->isChecked());
  }

  void dialogs_are_opened_from_the_menu_data() {
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("title");
    QTest::newRow("score") << "Score documents…"
                           << "Score documents";
    QTest::newRow("import") << "Import scores…"
                            << "Import scores";
    QTest::newRow("stitch") << "Labelled test from texts…"
                            << "Labelled test from your own texts";
  }
  /// With the mouse, as a person does.
  void dialogs_are_opened_from_the_menu() {
    QFETCH(QString, entry);
    QFETCH(QString, title);
    auto* const bar = window_->menuBar();
    QMenu* const menu = action(*bar, QStringLiteral("Score"))->menu();
    QTest::mouseClick(bar, Qt::LeftButton, {}, bar->actionGeometry(menu->menuAction()).center());
    QTRY_VERIFY(menu->isVisible());
    QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action(*menu, entry)).center());
    auto* const dialog = window_->findChild<QDialog*>();
    QVERIFY(dialog && dialog->isVisible() && !menu->isVisible());
    QCOMPARE(dialog->windowTitle(), title);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!window_->findChild<QDialog*>() || !window_->findChild<QDialog*>()->isVisible());
  }

  void goes_back_and_forward() {
    window_->score({request(3)});
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 3, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QAction* back = action(*window_, QStringLiteral("Back"));
    QAction* forward = action(*window_, QStringLiteral("Forward"));
    const DocumentId first = window_->page().document()->document.id;
    const DocumentId other = document_in_row(first == document_in_row(0) ? 1 : 0);
    window_->page().step_link(1);
    const std::optional<Cell> cell = window_->page().heatmap()->selected();
    QVERIFY(cell.has_value());
    window_->documents().table()->selectRow(model().find(other).row());
    QTRY_VERIFY_WITH_TIMEOUT(shown(other), patience);
    QVERIFY(back->isEnabled() && !forward->isEnabled());
    // to a document that the table does not list any more
    window_->documents().filter_box()->setText(
        QStringLiteral("id = \"%1\"").arg(QString::fromStdString(window_->page().document()->document.name)));
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 1, patience);
    QTest::keyClick(window_.get(), Qt::Key_Left, Qt::AltModifier);
    QTRY_VERIFY_WITH_TIMEOUT(shown(first) && window_->page().heatmap()->selected() == cell, patience);
    QVERIFY(forward->isEnabled());
    QTest::keyClick(window_.get(), Qt::Key_Right, Qt::AltModifier);
    QTRY_VERIFY_WITH_TIMEOUT(shown(other), patience);
    QCOMPARE(document_in_row(0), other);
    QTRY_VERIFY_WITH_TIMEOUT(!forward->isEnabled(), patience);
    window_->close_project();
    QVERIFY(!back->isEnabled());
  }

  void shows_all_keys() {
    QTest::keyClick(window_.get(), Qt::Key_Question);
    auto* sheet = window_->findChild<KeysSheet*>();
    QVERIFY(sheet && sheet->isVisible());
    QStringList words;
    for (const QLabel* label : sheet->findChildren<QLabel*>())
      words << label->text();
    const QString all = words.join(u'\n');
    for (const QAction* found : window_->findChildren<QAction*>())
      if (const QList<QKeySequence> keys = found->shortcuts(); !keys.isEmpty())
        QVERIFY2(std::any_of(keys.begin(), keys.end(), [&](const auto& one) { return all.contains(one.toString()); }),
                 qPrintable(QStringLiteral("%1 (%2) is not on the sheet").arg(keys[0].toString(), found->text())));
    QTest::keyClick(sheet, Qt::Key_Escape);
    QTRY_VERIFY(!window_->findChild<KeysSheet*>());
  }

  void reads_keys_of_a_page_data() {
    QTest::addColumn<QString>("page");
    QTest::addColumn<QString>("groups");
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("another section") << "## Other\n### A\n| k | w |\n|---|---|\n| F1 | help |\n" << QString();
    QTest::newRow("two groups")
        << "## Keys\nwords\n### A\n\n| Key | What |\n|---|---|\n| F1 | help |\n| ?, ! | all |\n\n### B\n| Key | What "
           "|\n|---|---|\n| Esc | back |\n## After\n| Key | What |\n|---|---|\n| F2 | no |\n"
        << "A: F1=help ?, !=all; B: Esc=back";
    QTest::newRow("a group without rows") << "## Keys\n### A\n### B\n| k | w |\n|---|---|\n| x | y |\n"
                                          << "B: x=y";
  }
  void reads_keys_of_a_page() {
    QFETCH(QString, page);
    QFETCH(QString, groups);
    QStringList read;
    for (const KeyGroup& group : read_key_groups(page)) {
      QStringList rows;
      for (const KeyGroup::Row& row : group.rows)
        rows << row.keys + u'=' + row.what;
      read << group.title + QStringLiteral(": ") + rows.join(u' ');
    }
    QCOMPARE(read.join(QStringLiteral("; ")), groups);
  }

  void opens_a_document_beside_another() {
    window_->score({request(2)});
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 2, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTest::keyClick(window_.get(), Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(window_->document_windows().size(), std::size_t{1});
    DocumentWindow* second = window_->document_windows().front();
    const DocumentId first = window_->page().document()->document.id;
    QTRY_VERIFY_WITH_TIMEOUT(second->page().document() && second->page().document()->document.id == first, patience);
    window_->documents().step(1);
    QTRY_VERIFY_WITH_TIMEOUT(!shown(first), patience);
    QCOMPARE(second->page().document()->document.id, first); // it stays
    // it follows the parameters
    const double before = second->page().document()->row.lds;
    named<QDoubleSpinBox>(window_->parameters(), "Threshold, exactly")->setValue(0.3);
    QTRY_VERIFY_WITH_TIMEOUT(second->page().document()->parameters.threshold == 0.3, patience);
    QVERIFY(second->page().document()->row.lds < before);
    window_->close_project();
    QTRY_VERIFY(window_->document_windows().empty());
  }

  void a_rectangle_of_the_scatter_filters() {
    window_->score({request(4)});
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 4, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle(), patience);
    QLineEdit* box = window_->documents().filter_box();
    box->setText(QStringLiteral("segments >= 13"));
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 3, patience);
    emit window_->scatter().brushed(QStringLiteral("segments <= 13"));
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 1, patience);
    emit window_->scatter().brushed(QStringLiteral("segments <= 14")); // in place of the one before
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 2, patience);
    window_->documents().focus_table();
    QTest::keyClick(window_.get(), Qt::Key_Escape);
    QCOMPARE(box->text(), QStringLiteral("segments >= 13"));
    const DocumentId hidden = [&] {
      const SharedRows& rows = *model().snapshot().cells.rows;
      for (std::size_t place = 0; place < rows.size(); ++place)
        if (rows.name(place) == "d0")
          return rows.id(place);
      return DocumentId{};
    }();
    emit window_->scatter().document_clicked(static_cast<qlonglong>(hidden));
    QTRY_VERIFY_WITH_TIMEOUT(shown(hidden), patience);
  }

  void a_rectangle_is_drawn_in_the_scatter() {
    window_->score({request(3)}); // 12, 13 and 14 segments
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 3, patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle(), patience);
    ScatterPanel& scatter = window_->scatter();
    action(*window_, QStringLiteral("Scatter"))->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(scatter.isVisible(), patience);
    scatter.x()->setCurrentText(QStringLiteral("segments"));
    scatter.y()->setCurrentText(QStringLiteral("tokens"));
    ScatterView* view = scatter.view();
    const auto drawn = [view] {
      return view->picture() && view->picture()->data->x_name == "segments" &&
             view->picture()->data->y_name == "tokens" && view->picture()->data->x.size() == 3;
    };
    QTRY_VERIFY_WITH_TIMEOUT(drawn(), patience);
    QCustomPlot& plot = view->plot();
    const auto at = [&plot](double segments, double height) {
      const QRect axes = plot.axisRect()->rect();
      return QPoint(qRound(plot.xAxis->coordToPixel(segments)), axes.top() + qRound(height * axes.height()));
    };
    QTest::mousePress(&plot, Qt::LeftButton, {}, at(12.5, 0.02));
    QTest::mouseMove(&plot, at(13, 0.5));
    QTest::mouseMove(&plot, at(13.5, 0.98));
    QTest::mouseRelease(&plot, Qt::LeftButton, {}, at(13.5, 0.98));
    QTRY_COMPARE_WITH_TIMEOUT(model().rowCount(), 1, patience);
    QCOMPARE(model().name(model().index(0, 0)), std::string_view("d1"));
  }

  void saves_a_report() {
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->text != nullptr, patience);
    window_->save_report(path("report.html"));
    QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(path("report.html")), patience);
    QFile file(path("report.html"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString page = QString::fromUtf8(file.readAll());
    QVERIFY(page.contains(QStringLiteral("<h1>d0</h1>")));
    QVERIFY(page.contains(QStringLiteral("Words of &lt;b&gt;document&lt;/b&gt; 0")));
    window_->save_report(path("no folder") / "report.html");
    QTRY_VERIFY_WITH_TIMEOUT(window_->findChild<QMessageBox*>(), patience);
    const QString said =
        window_->findChild<QMessageBox*>()->informativeText() + window_->findChild<QMessageBox*>()->text();
    QVERIFY2(said.contains(QStringLiteral("no folder")), qPrintable(said));
  }

  /// From the header over the figures to the texts and the links, and each place once.
  void tab_goes_through_the_page_as_it_is_read() {
    window_->score({request(1)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->page().document()->text != nullptr, patience);
    DocumentPage& page = window_->page();
    page.step_link(1);
    window_->activateWindow();
    page.extra_pairs()->button()->setFocus(Qt::TabFocusReason);
    QTRY_COMPARE(QApplication::focusWidget(), static_cast<QWidget*>(page.extra_pairs()->button()));
    QStringList order;
    while (page.isAncestorOf(QApplication::focusWidget()) && order.size() < 100) {
      const QWidget* at = QApplication::focusWidget();
      const auto* button = qobject_cast<const QAbstractButton*>(at);
      order << (at->accessibleName().isEmpty() && button ? QString(button->text()).remove(u'&').trimmed()
                                                         : at->accessibleName());
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    const QStringList wanted{QStringLiteral("More pairs"),
                             QStringLiteral("Pairs or text"),
                             QStringLiteral("Heatmap of the pairs"),
                             QStringLiteral("Strength by distance"),
                             QStringLiteral("Specificity by segment"),
                             QStringLiteral("Prefix"),
                             QStringLiteral("Target"),
                             QStringLiteral("Token gains"),
                             QStringLiteral("Which words?"),
                             QStringLiteral("Strongest links")};
    QCOMPARE(order.join(QStringLiteral("; ")), wanted.join(QStringLiteral("; ")));
  }

  void everything_has_a_name() {
    window_->score({request(2)});
    QTRY_VERIFY_WITH_TIMEOUT(window_->queue().idle() && window_->page().document(), patience);
    QCOMPARE(nameless(*window_), QString());
    window_->ask_what_to_score({});
    window_->ask_what_to_export();
    for (const QDialog* dialog : window_->findChildren<QDialog*>())
      QCOMPARE(nameless(*dialog), QString());
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestWindowShell)
#include "tst_window_shell.moc"
