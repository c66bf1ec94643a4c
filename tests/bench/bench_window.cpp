// Times what the window does with one document: bench_window [ROUNDS]. Documents are made up; nothing is shown unless
// QT_QPA_PLATFORM says so. One JSON object a line, milliseconds, the median of the rounds.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QWheelEvent>

#include "jobs/document_loader.h"
#include "run/settings.h"
#include "ui/support/sample_document.h"
#include "widgets/heatmap_widget.h"
#include "widgets/profile_widget.h"
#include "widgets/specificity_widget.h"

namespace {

using namespace longview;

double median_ms(int rounds, const std::function<void(int)>& what) {
  std::vector<double> times;
  for (int k = 0; k < rounds; ++k) {
    QElapsedTimer timer;
    timer.start();
    what(k);
    times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
  }
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  return times[static_cast<std::size_t>(rounds / 2)];
}

void tell(const char* what, std::uint32_t segments, double ms) {
  std::printf("{\"what\":\"%s\",\"segments\":%u,\"ms\":%.2f}\n", what, segments, ms);
  std::fflush(stdout);
}

DocumentPointer all_pairs(std::uint32_t segments) {
  return test::sample_document({.segments = segments, .pairs = 0, .with_text = false});
}

/// Shows a document and waits until it is drawn with its own cells.
void show(HeatmapWidget& heatmap, const DocumentPointer& document) {
  heatmap.set_document(document);
  while (heatmap.reading())
    QApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

void pan_and_paint(std::uint32_t segments, int rounds) {
  HeatmapWidget heatmap;
  heatmap.resize(900, 700);
  heatmap.show();
  show(heatmap, all_pairs(segments));
  QImage target(heatmap.size(), QImage::Format_RGB32);
  const auto paint = [&] { heatmap.render(&target); };
  paint();
  const auto paint_afresh = [&](int) { // without what was kept
    QEvent style(QEvent::StyleChange);
    QApplication::sendEvent(&heatmap, &style);
    paint();
  };
  tell("repaint afresh", segments, median_ms(rounds, paint_afresh));
  tell("cursor", segments, median_ms(rounds, [&](int k) {
         heatmap.set_selected(Cell{segments - 1, static_cast<std::uint32_t>(k)});
         paint();
       }));
  heatmap.set_selected({});
  for (const double share : {0.5, 0.1}) { // of the document, from one side to the other
    heatmap.fit();
    const QPointF middle(300, 450);
    const int notches = static_cast<int>(std::lround(std::log(1 / share) / std::log(1.25)));
    QWheelEvent wheel(middle, middle, {}, QPoint(0, 120 * notches), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(&heatmap, &wheel);
    const auto mouse = [&](QEvent::Type type, QPointF at) {
      QMouseEvent event(type, at, at, Qt::LeftButton,
                        type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
      QApplication::sendEvent(&heatmap, &event);
    };
    tell(share > 0.2 ? "repaint afresh, half seen" : "repaint afresh, a tenth seen", segments,
         median_ms(rounds, paint_afresh));
    mouse(QEvent::MouseButtonPress, middle);
    tell(share > 0.2 ? "pan frame, half seen" : "pan frame, a tenth seen", segments, median_ms(rounds, [&](int k) {
           mouse(QEvent::MouseMove, middle + QPointF(20 + 5 * (k % 20), 20 + 3 * (k % 20)));
           paint();
         }));
    mouse(QEvent::MouseButtonRelease, middle);
  }
}

/// Of a project file to three figures that are drawn.
void open_stored(std::uint32_t segments, int rounds) {
  const QTemporaryDir folder;
  const std::filesystem::path path = folder.filePath(QStringLiteral("bench.longview")).toStdString();
  const DocumentPointer made = all_pairs(segments);
  DocumentKey key{path, {}, {}};
  {
    Project project = Project::open(path, Project::Mode::create);
    SourceFile source;
    source.path = "/nowhere/bench.jsonl";
    const Hash128 hash{1, 2};
    const DatasetId dataset = project.put_dataset("bench", {&source, 1}, {&hash, 1});
    RunSettings settings;
    settings.sampling = made->sampling;
    key.run = project.put_run({dataset, to_json(settings), {1, 1}, {2, 2}}, "/nowhere/model.gguf", "none");
    Document document;
    document.place = {0, 0, 100, 1};
    document.text_hash = {3, 4};
    document.id = "document";
    document.fields = "{}";
    key.document = project.put_document(dataset, document);
    ResultRow row = made->row;
    row.document = key.document;
    project.put_result(key.run, row, &made->data);
  }
  HeatmapWidget heatmap;
  ProfileWidget profile;
  SpecificityWidget specificity;
  heatmap.resize(900, 700);
  profile.resize(500, 200);
  specificity.resize(400, 200);
  QImage target(900, 700, QImage::Format_RGB32);
  const Project project = Project::open(path, Project::Mode::read_only);
  tell("open a stored document", segments, median_ms(rounds, [&](int) {
         heatmap.set_document(nullptr);
         const auto document = std::make_shared<DocumentData>(load_document(project, key));
         show(heatmap, document);
         profile.set_document(document);
         specificity.set_document(document);
         heatmap.render(&target);
         profile.render(&target);
         specificity.render(&target);
       }));
}

/// Other parameters to a heatmap that shows them: derived anew, sorted, painted.
void slide(std::uint32_t segments, int rounds) {
  HeatmapWidget heatmap;
  heatmap.resize(900, 700);
  const DocumentPointer document = all_pairs(segments);
  show(heatmap, document);
  QImage target(heatmap.size(), QImage::Format_RGB32);
  tell("slider to repaint", segments, median_ms(rounds, [&](int k) {
         LiveParameters parameters = document->parameters;
         parameters.threshold = 0.05 + 0.001 * k;
         show(heatmap, std::make_shared<DocumentData>(document->with(parameters)));
         heatmap.render(&target);
       }));
}

} // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
    qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication::setStyle(QStringLiteral("Fusion"));
  const QApplication app(argc, argv);
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 21;
  open_stored(256, rounds);
  for (const std::uint32_t segments : {256U, 2000U}) {
    pan_and_paint(segments, rounds);
    slide(segments, rounds);
  }
  return 0;
}
