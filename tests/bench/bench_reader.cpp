// How long the window's own thread takes to open a long text, to look through it and to scroll it:
//   QT_QPA_PLATFORM=offscreen build/release/bin/bench_reader FILE [FILE …]
// Times in milliseconds. "cut" and "find" run on other threads in the window.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <numeric>

#include <QApplication>
#include <QScrollBar>

#include "jobs/text_search.h"
#include "widgets/text_view.h"

namespace {

using namespace longview;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::shared_ptr<DocumentData> document_of(const char* path) {
  std::ifstream in(path, std::ios::binary);
  auto document = std::make_shared<DocumentData>();
  document->text =
      std::make_shared<const std::string>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  for (std::uint64_t at = 0; at <= document->text->size(); at += 500)
    document->data.bounds.push_back(at);
  document->data.pairs.perplexity_alone.assign(document->data.bounds.size() - 1, 10);
  return document;
}

/// Moves the view again and again, painting each time.
void scroll(TextView& view, const char* what, int steps, int by) {
  std::vector<double> times;
  for (int k = 0; k < steps; ++k) {
    const auto start = Clock::now();
    QScrollBar* bar = view.verticalScrollBar();
    bar->setValue(by != 0 ? bar->value() + by
                          : static_cast<int>((std::int64_t{k} * 7919 % steps) * bar->maximum() / steps));
    view.viewport()->repaint();
    times.push_back(since(start));
  }
  std::sort(times.begin(), times.end());
  std::printf("  %-22s median %.2f, 99 %% %.2f, worst %.2f; %zu pieces laid out\n", what, times[times.size() / 2],
              times[times.size() * 99 / 100], times.back(), view.laid_out());
}

void measure(const char* path) {
  const auto document = document_of(path);
  std::printf("%s, %.1f MB\n", path, static_cast<double>(document->text->size()) / 1e6);
  auto start = Clock::now();
  const auto pieces = std::make_shared<const TextPieces>(*document->text);
  std::printf("  cut into %zu pieces     %.2f\n", pieces->size(), since(start));
  TextView view;
  view.resize(800, 900);
  view.show();
  QApplication::processEvents();
  start = Clock::now();
  view.set_document(document, pieces);
  view.viewport()->repaint();
  std::printf("  open                   %.2f\n", since(start));
  scroll(view, "scroll by a wheel step", 1000, 60);
  scroll(view, "scroll by a page", 200, 850);
  scroll(view, "jump", 200, 0);
  start = Clock::now();
  view.resize(500, 900);
  view.viewport()->repaint();
  std::printf("  narrower               %.2f\n", since(start));
  for (const char* words : {"zyzzyva", "the", "е"}) {
    start = Clock::now();
    const SearchHits hits = find_in_text(*document->text, {words});
    std::printf("  find \"%s\"         %.2f (%zu hits)\n", words, since(start), hits.ranges.size());
  }
}

} // namespace

int main(int argc, char** argv) {
  const QApplication app(argc, argv);
  for (int k = 1; k < argc; ++k)
    measure(argv[k]);
  return argc > 1 ? 0 : 2;
}
