// Times of the documents table at size, in the window itself and without a screen: bench_table P.longview (made by
// make_project). Each figure is the time from the request until the window shows the answer; "longest event" is how
// long the window was deaf to everything else at worst.
#include <chrono>
#include <cstdio>

#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEventLoop>
#include <QLineEdit>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>

#include "base/machine.h"
#include "main_window.h"
#include "pages/distribution_panel.h"
#include "pages/documents_panel.h"
#include "pages/filter_box.h"
#include "pages/parameters_panel.h"
#include "run/run_pairs.h"

namespace {

using namespace longview;
using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Remembers how long the longest event took. Events inside another count with it.
class WatchedApplication : public QApplication {
 public:
  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override {
    const auto begin = Clock::now();
    ++depth_;
    const bool done = QApplication::notify(receiver, event);
    if (--depth_ == 0)
      longest_ = std::max(longest_, ms_since(begin));
    return done;
  }
  double take_longest() { return std::exchange(longest_, 0.0); }

 private:
  int depth_ = 0;
  double longest_ = 0;
};

class Bench {
 public:
  Bench(WatchedApplication& application, MainWindow& window) : application_(application), window_(window) {}

  /// Runs `what` and waits until `done` holds after an update of the table.
  template <typename What, typename Done>
  void measure(const char* name, const What& what, const Done& done) {
    application_.take_longest();
    QEventLoop loop;
    bool over = false;
    double first = 0;
    const auto begin = Clock::now();
    const auto connection = QObject::connect(&window_.documents(), &DocumentsPanel::table_updated, &loop, [&] {
      first = first > 0 ? first : ms_since(begin);
      if (done()) {
        over = true;
        loop.quit();
      }
    });
    what();
    if (!over)
      loop.exec();
    const double took = ms_since(begin);
    QObject::disconnect(connection);
    QApplication::processEvents(); // the painting that it led to
    std::printf("%-34s first %8.1f ms   all %8.1f ms   longest event %6.1f ms   peak %7.1f MB\n", name, first, took,
                application_.take_longest(), static_cast<double>(peak_memory()) / 1e6);
    std::fflush(stdout);
  }

  const TableSnapshot& snapshot() const { return window_.documents().model()->snapshot(); }

  void sort(const char* key, Qt::SortOrder order) {
    measure(
        key, [&] { window_.documents().table()->sortByColumn(window_.documents().model()->column(key), order); },
        [] { return true; });
  }

  void filter(const char* text) {
    measure(
        *text ? text : "no filter", [&] { window_.documents().filter_box()->setText(QString::fromUtf8(text)); },
        [] { return true; });
  }

  void histogram(const char* key) {
    auto* column = window_.documents().distribution()->findChild<QComboBox*>(); // the first is the histogram's
    const std::string name = std::string("histogram of ") + key;
    measure(
        name.c_str(), [&] { column->setCurrentIndex(column->findData(QString::fromUtf8(key))); },
        [&] { return snapshot().figures.histogram.wish.column == key; });
  }

  void threshold(const char* name, double value) {
    auto* box = window_.parameters().findChild<QDoubleSpinBox*>();
    measure(
        name, [&] { box->setValue(value); }, [&] { return snapshot().cells.numbers != nullptr; });
  }

  /// One live parameter after the other, each other than before.
  void parameters() {
    LiveParameters changed = window_.parameters().parameters();
    const auto set = [&](const char* name, auto LiveParameters::*parameter, auto value) {
      changed.*parameter = value;
      measure(
          name, [&] { window_.parameters().set_parameters(changed); },
          [&] { return snapshot().cells.numbers != nullptr; });
    };
    set("alpha", &LiveParameters::alpha, 0.7);
    set("beta", &LiveParameters::beta, 1.4);
    set("distance by the window", &LiveParameters::distance, DistanceScale::window);
    set("specificity of strengths", &LiveParameters::specificity, SpecificityMode::relative);
    set("specificity off", &LiveParameters::specificity, SpecificityMode::off);
    set("rank by the sum", &LiveParameters::score, ScoreKind::sum);
  }

 private:
  WatchedApplication& application_;
  MainWindow& window_;
};

int run(WatchedApplication& application, const char* path) {
  MainWindow window;
  window.resize(1280, 820);
  window.show();
  Bench bench(application, window);
  bench.measure(
      "open", [&] { window.open_project(path); },
      [&] { return bench.snapshot().total() > 0 && bench.snapshot().complete; });
  std::printf("%zu documents\n", bench.snapshot().total());
  bench.sort("tokens", Qt::DescendingOrder);
  bench.sort("tokens", Qt::AscendingOrder);
  bench.sort("title", Qt::AscendingOrder);
  bench.sort("lds_mean", Qt::DescendingOrder);
  bench.filter("tokens > 20k");
  bench.filter("tokens > 20k and lds_mean > p50(lds_mean)");
  bench.filter("source.kind = \"talk\"");
  bench.filter("source.kind = \"book\"");
  bench.filter("");
  bench.histogram("tokens");
  bench.histogram("lds_mean");
  bench.threshold("threshold, first touch", 0.11);
  for (const double value : {0.12, 0.13, 0.14, 0.15, 0.16})
    bench.threshold("threshold", value);
  bench.parameters();
  bench.filter("lds_mean > 0.3");
  bench.threshold("threshold with that filter", 0.2);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("bench_table P.longview\n", stderr);
    return 2;
  }
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
    qputenv("QT_QPA_PLATFORM", "offscreen");
  QTemporaryDir home;
  qputenv("XDG_CONFIG_HOME", home.path().toUtf8());
  WatchedApplication application(argc, argv);
  return run(application, argv[1]);
}
