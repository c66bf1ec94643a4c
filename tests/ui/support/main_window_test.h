#pragma once

#include <fstream>
#include <memory>
#include <string>

#include <QAbstractItemModelTester>

#include "main_window.h"
#include "models/documents_model.h"
#include "pages/documents_panel.h"
#include "support/fake_engine_test.h"
#include "ui/support/find_widget.h"
#include "ui/support/widget_test.h"

namespace longview::test {

/// A main window with a fake engine, in a folder of its own; a tiny model is there for its tokens (one a byte). Tests
/// derive from it and call open() in init(), close() in cleanup().
class MainWindowTest : public QObject {
 protected:
  std::unique_ptr<EngineFolder> fake_;
  std::unique_ptr<MainWindow> window_;
  std::unique_ptr<QAbstractItemModelTester> tester_;

  void open() {
    fake_ = std::make_unique<EngineFolder>();
    window_ = std::make_unique<MainWindow>();
    tester_ =
        std::make_unique<QAbstractItemModelTester>(&model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
  }
  void close() {
    fake_->engine.after_batch = {};
    tester_.reset();
    window_.reset();
    fake_.reset();
  }

  std::filesystem::path path(const char* name) const { return fake_->path(name); }

  /// Documents of a different length each, with words that would be markup: the first of `segments`, each further one a
  /// segment longer.
  std::filesystem::path write_documents(int count, unsigned segments = 12) const {
    std::ofstream out(path("documents.jsonl"));
    for (int k = 0; k < count; ++k) {
      std::string text;
      while (text.size() < 128u * (segments + static_cast<unsigned>(k)))
        text += "Words of <b>document</b> " + std::to_string(k) + " and more. ";
      out << "{\"id\":\"d" << k << "\",\"text\":\"" << text << "\"}\n";
    }
    return path("documents.jsonl");
  }

  RunRequest request(int documents, unsigned segments = 12) const {
    RunRequest request;
    request.inputs = {write_documents(documents, segments)};
    request.project = path("p.longview");
    request.model = path("tiny.gguf").string();
    request.settings.sampling.pairs_per_document = 24;
    request.settings.parameters = default_parameters(Preset::longview);
    return request;
  }

  DocumentsModel& model() const { return *window_->documents().model(); }
};

} // namespace longview::test
