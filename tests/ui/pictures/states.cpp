#include "states.h"

#include <fstream>

#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTimer>
#include <QTreeWidget>

#include "model/default_model.h"
#include "pages/compare_page.h"
#include "pages/compare_results.h"
#include "pages/distribution_panel.h"
#include "pages/document_page.h"
#include "pages/documents_panel.h"
#include "pages/export_dialog.h"
#include "pages/filter_box.h"
#include "pages/find_bar.h"
#include "pages/help_window.h"
#include "pages/notice.h"
#include "pages/path_field.h"
#include "pages/prefix_words.h"
#include "pages/reader_panel.h"
#include "pages/run_chooser.h"
#include "pages/score_dialog.h"
#include "pages/start_page.h"
#include "widgets/heatmap_widget.h"
#include "widgets/pair_text_widget.h"

namespace longview::pictures {
namespace {

// The start page

QWidget* start(Studio& studio) {
  studio.wait(
      [&] {
        for (const Notice* notice : studio.window().start_page().findChildren<Notice*>())
          if (notice->text().contains(QStringLiteral("model"), Qt::CaseInsensitive) ||
              notice->text().contains(QStringLiteral("will read")))
            return true;
        return false;
      },
      "the start page names no model");
  return &studio.window();
}

QWidget* not_a_project(Studio& studio) {
  const std::filesystem::path path = Studio::seen_folder() / "essays.longview";
  std::ofstream(path) << "This is no project.\n";
  studio.window().open_project(path);
  studio.wait(
      [&] {
        for (const Notice* notice : studio.window().start_page().findChildren<Notice*>())
          if (notice->is_error())
            return true;
        return false;
      },
      "the start page tells of no problem");
  return &studio.window();
}

// One document

QWidget* document(Studio& studio) {
  studio.demo(QStringLiteral("perl-manual"));
  studio.select_strongest();
  return &studio.window();
}

QWidget* all_pairs(Studio& studio) {
  studio.demo(QStringLiteral("closer-look"));
  studio.select_strongest();
  studio.show_dock(QStringLiteral("documents"), false);
  studio.show_dock(QStringLiteral("why"));
  return &studio.window();
}

QWidget* thin(Studio& studio) {
  studio.states(QStringLiteral("thin"));
  return &studio.window();
}

QWidget* long_document(Studio& studio) {
  studio.states(QStringLiteral("manual"));
  studio.select_strongest();
  studio.show_dock(QStringLiteral("documents"), false);
  return &studio.window();
}

QWidget* changed(Studio& studio) {
  studio.states(QStringLiteral("changed"));
  studio.select_strongest();
  return &studio.window();
}

QWidget* gains(Studio& studio) {
  all_pairs(studio);
  studio.show_dock(QStringLiteral("why"), false);
  studio.window().page().texts()->set_gains_wanted(true);
  auto* tokens = studio.window().page().texts()->findChild<QTableView*>();
  studio.wait([&] { return tokens->isVisible() && tokens->model()->rowCount() > 0; }, "no token gains come");
  return &studio.window();
}

QWidget* words(Studio& studio) {
  all_pairs(studio);
  studio.show_dock(QStringLiteral("why"), false);
  PrefixWords* words = studio.window().page().prefix_words();
  words->button()->click();
  studio.wait([&] { return !words->text().isEmpty(); }, "no words come");
  return &studio.window();
}

QWidget* parameters(Studio& studio) {
  document(studio);
  studio.show_dock(QStringLiteral("documents"), false);
  studio.show_dock(QStringLiteral("parameters"));
  studio.show_dock(QStringLiteral("why"));
  return &studio.window();
}

/// A menu runs a loop of its own, so its picture is taken from within.
QWidget* pair_menu(Studio& studio) {
  document(studio);
  studio.rest();
  auto* shown = new QLabel(&studio.window(), Qt::Window);
  QTimer::singleShot(500, shown, [shown] {
    if (QWidget* menu = QApplication::activePopupWidget()) {
      shown->setPixmap(menu->grab());
      menu->close();
    }
  });
  HeatmapWidget* heatmap = studio.window().page().heatmap();
  QContextMenuEvent event(QContextMenuEvent::Mouse, {80, 120}, heatmap->mapToGlobal(QPoint(80, 120)));
  QCoreApplication::sendEvent(heatmap, &event);
  shown->adjustSize();
  return shown;
}

// The whole text

void show_text(Studio& studio) {
  studio.window().page().show_reader(true);
  studio.wait([&] { return studio.window().page().reader()->text()->in_sight().end > 0; }, "no text comes");
}

QWidget* text(Studio& studio) {
  studio.demo(QStringLiteral("closer-look"));
  studio.show_dock(QStringLiteral("documents"), false);
  studio.select_strongest();
  show_text(studio);
  studio.window().page().find_in_text();
  FindBar* find = studio.window().page().reader()->find_bar();
  find->field()->setText(QStringLiteral("thread"));
  studio.wait([&] { return !find->count_text().isEmpty() && !find->is_busy(); }, "no hits come");
  return &studio.window();
}

QWidget* scripts(Studio& studio) {
  studio.states(QStringLiteral("scripts"));
  studio.select_strongest();
  show_text(studio);
  studio.window().page().reader()->text()->centre(1800);
  return &studio.window();
}

QWidget* scripts_pair(Studio& studio) {
  studio.states(QStringLiteral("scripts"));
  studio.select_strongest();
  return &studio.window();
}

// The table

QWidget* groups(Studio& studio) {
  studio.states(QStringLiteral("kinds"));
  auto* distribution = studio.window().documents().distribution();
  QComboBox* group = nullptr;
  studio.wait(
      [&] {
        for (QComboBox* box : distribution->findChildren<QComboBox*>())
          if (box->findData(QStringLiteral("source.kind")) >= 0 &&
              box->accessibleName().contains(QStringLiteral("group")))
            group = box;
        return group != nullptr;
      },
      "the documents have no kind");
  group->setCurrentIndex(group->findData(QStringLiteral("source.kind")));
  studio.wait([&] { return distribution->groups()->topLevelItemCount() == 2; }, "no groups come");
  return &studio.window();
}

QWidget* scatter(Studio& studio) {
  studio.states(QStringLiteral("kinds"));
  studio.trigger(QStringLiteral("Distribution of documents"));
  studio.show_dock(QStringLiteral("scatter"));
  return &studio.window();
}

QWidget* filter_error(Studio& studio) {
  document(studio);
  studio.window().documents().filter_box()->setText(QStringLiteral("tokens > 4k and lds_maen > 0.2"));
  return &studio.window();
}

QWidget* filter_empty(Studio& studio) {
  studio.demo(QStringLiteral("perl-manual"));
  studio.window().documents().filter_box()->setText(QStringLiteral("lds_mean > 0.9"));
  studio.wait([&] { return studio.window().documents().model()->rowCount() == 0; }, "the filter keeps something");
  return &studio.window();
}

// Scoring, exporting, comparing

QWidget* scoring(Studio& studio) {
  RunRequest request;
  studio.demo(QStringLiteral("perl-manual"));
  for (const StoredSource& source : studio.window().chooser().dataset()->sources)
    request.inputs.push_back(source.file.path);
  request.project = studio.folder() / "essays.longview";
  request.dataset = "essays";
  request.model = default_model();
  request.settings.sampling.pairs_per_document = 64;
  request.settings.parameters = default_parameters(Preset::longview);
  studio.window().score({request, [&] {
                           RunRequest next = request;
                           next.dataset = "essays again";
                           next.settings.sampling.seed = 7;
                           return next;
                         }()});
  studio.wait(
      [&] {
        const QueuedRun* run = studio.window().queue().running();
        return run && run->progress.documents_done >= 2 && run->progress.seconds_left &&
               studio.window().documents().model()->rowCount() >= 2 && studio.window().page().document();
      },
      "nothing is scored");
  return &studio.window();
}

PathField* field_of(const QWidget& dialog, const std::filesystem::path& path) {
  for (PathField* field : dialog.findChildren<PathField*>())
    if (field->path() == path)
      return field;
  throw NoPicture("no field holds " + path.string());
}

ScoreDialog* score_dialog(Studio& studio) {
  const std::filesystem::path folder = Studio::seen_folder();
  const std::filesystem::path model = folder / default_model().filename();
  std::filesystem::copy_file(studio.projects().demo.parent_path() / "perl-manual.jsonl", folder / "perl-manual.jsonl",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove(model);
  std::filesystem::create_symlink(default_model(), model);
  studio.window().ask_what_to_score({folder / "perl-manual.jsonl"});
  auto* dialog = qobject_cast<ScoreDialog*>(studio.dialog());
  field_of(*dialog, default_model())->set_path(model);
  return dialog;
}

QWidget* score(Studio& studio) {
  ScoreDialog* dialog = score_dialog(studio);
  studio.wait(
      [&] {
        for (const Notice* notice : dialog->findChildren<Notice*>())
          if (notice->accessibleName() == QStringLiteral("Forecast"))
            return notice->text().contains(QStringLiteral("pairs"));
        return false;
      },
      "no forecast comes");
  return dialog;
}

QWidget* bad_model(Studio& studio) {
  ScoreDialog* dialog = score_dialog(studio);
  const std::filesystem::path path = Studio::seen_folder() / "half-loaded.gguf";
  std::ifstream whole(default_model(), std::ios::binary);
  std::string bytes(100'000, '\0');
  whole.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  std::ofstream(path, std::ios::binary) << bytes;
  field_of(*dialog, Studio::seen_folder() / default_model().filename())->set_path(path);
  studio.wait(
      [&] {
        for (const Notice* notice : dialog->findChildren<Notice*>())
          if (notice->is_error() && notice->isVisible())
            return true;
        return false;
      },
      "the model is read");
  return dialog;
}

QWidget* export_dialog(Studio& studio) {
  studio.demo(QStringLiteral("perl-manual"));
  studio.window().documents().filter_box()->setText(QStringLiteral("lds_mean > 0.2"));
  studio.window().ask_what_to_export();
  auto* dialog = studio.dialog();
  const std::filesystem::path file = "perl-manual-export.jsonl";
  field_of(*dialog, studio.projects().demo.parent_path() / file)->set_path(Studio::seen_folder() / file);
  studio.rest(1000); // counted after a pause in typing
  return dialog;
}

QWidget* compare(Studio& studio, int tab) {
  studio.demo(QStringLiteral("perl-manual"));
  studio.show_dock(QStringLiteral("documents"), false);
  studio.window().compare({});
  ComparePage& page = studio.window().compare_page();
  studio.wait([&] { return page.runs()->topLevelItemCount() > 0 && page.runs()->topLevelItem(0)->childCount() >= 3; },
              "no runs to compare");
  for (const char* dataset : {"perl-manual", "stitched"})
    for (int k = 0; k < page.runs()->topLevelItem(0)->childCount(); ++k)
      if (QTreeWidgetItem* run = page.runs()->topLevelItem(0)->child(k);
          run->text(0).startsWith(QLatin1String(dataset)))
        run->setCheckState(0, Qt::Checked);
  studio.wait([&] { return page.sides().size() == 2 && page.results().comparison() != nullptr && !page.busy(); },
              "nothing is compared");
  page.results().findChild<QTabWidget*>()->setCurrentIndex(tab);
  return &studio.window();
}

QWidget* compare_empty(Studio& studio) {
  studio.demo(QStringLiteral("perl-manual"));
  studio.window().compare({});
  return &studio.window();
}

// Help

QWidget* keys(Studio& studio) {
  studio.trigger(QStringLiteral("Keys"));
  return studio.dialog();
}

QWidget* help(Studio& studio) {
  studio.trigger(QStringLiteral("Tour"));
  QWidget* window = studio.dialog();
  return window;
}

template <int tab>
QWidget* compare_tab(Studio& studio) {
  return compare(studio, tab);
}

} // namespace

const std::vector<State>& all_states() {
  constexpr QSize medium{1152, 720};
  constexpr QSize small{1024, 640};
  static const std::vector<State> states{
      {"start", start},
      {"not-a-project", not_a_project},
      {"document", document},
      {"document-dark", document, medium, ThemeChoice::dark},
      {"document-high-contrast", document, medium, ThemeChoice::high_contrast},
      {"document-small", document, small},
      {"document-200", document, {1024, 640}, ThemeChoice::light, "2"},
      {"document-large-font", document, medium, ThemeChoice::light, "1", 1.5},
      {"all-pairs", all_pairs},
      {"thin", thin},
      {"long", long_document},
      {"changed", changed},
      {"gains", gains},
      {"gains-dark", gains, medium, ThemeChoice::dark},
      {"words", words},
      {"parameters", parameters},
      {"parameters-small", parameters, small},
      {"pair-menu", pair_menu},
      {"text", text},
      {"text-dark", text, medium, ThemeChoice::dark},
      {"text-small", text, small},
      {"scripts", scripts},
      {"scripts-pair", scripts_pair},
      {"groups", groups},
      {"scatter", scatter},
      {"groups-dark", groups, medium, ThemeChoice::dark},
      {"filter-error", filter_error},
      {"filter-empty", filter_empty},
      {"scoring", scoring},
      {"score", score},
      {"score-dark", score, medium, ThemeChoice::dark},
      {"bad-model", bad_model},
      {"export", export_dialog},
      {"compare", compare_tab<0>},
      {"compare-distance", compare_tab<2>},
      {"compare-statistics", compare_tab<3>},
      {"compare-small", compare_tab<0>, small},
      {"compare-dark", compare_tab<0>, medium, ThemeChoice::dark},
      {"compare-empty", compare_empty},
      {"keys", keys},
      {"help", help},
      {"help-dark", help, medium, ThemeChoice::dark},
  };
  return states;
}

} // namespace longview::pictures
