#pragma once

#include <fstream>
#include <memory>
#include <string>

#include <QAbstractItemModelTester>
#include <QAction>
#include <QTemporaryDir>

#include "cli/tiny_model.h"
#include "main_window.h"
#include "models/documents_model.h"
#include "pages/documents_panel.h"
#include "support/fake_engine.h"
#include "ui/support/widget_test.h"

namespace longview::test {

constexpr int patience = 20000; // ms

/// By its text without the mnemonic; null where there is none.
inline QAction* action(const QWidget& window, const QString& text) {
  for (QAction* found : window.findChildren<QAction*>())
    if (QString(found->text()).remove(u'&') == text)
      return found;
  return nullptr;
}

template <typename Widget>
Widget* named(const QWidget& parent, const char* accessible_name) {
  for (Widget* found : parent.findChildren<Widget*>())
    if (found->accessibleName() == QLatin1String(accessible_name))
      return found;
  return nullptr;
}

/// A main window with a fake engine, in a folder of its own; a tiny model is there for its tokens (one a byte). Tests
/// derive from it and call open() in init(), close() in cleanup().
class MainWindowTest : public QObject {
 protected:
  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<UseFakeEngine> fake_;
  std::unique_ptr<MainWindow> window_;
  std::unique_ptr<QAbstractItemModelTester> tester_;

  void open() {
    folder_ = std::make_unique<QTemporaryDir>();
    write_tiny_model(path("tiny.gguf"));
    fake_ = std::make_unique<UseFakeEngine>();
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
    folder_.reset();
  }

  std::filesystem::path path(const char* name) const { return folder_->filePath(name).toStdString(); }

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
