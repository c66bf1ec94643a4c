#include <cstdlib>
#include <filesystem>

#include "golden_check.h"
#include "support/log_guard.h"

using namespace longview;
namespace fs = std::filesystem;

/// Models with the options that the reference's leave alone (make_more_models.py), on the real engine in float32:
/// those in the repository, and those of the directory that LONGVIEW_MORE_MODELS names.
class TestMoreModels : public QObject {
  Q_OBJECT

 private slots:
  void golden_data() {
    QTest::addColumn<QString>("directory");
    for (const char* name : {"gemma2_caps", "gpt2_inverse_layers", "gpt_neox_sequential", "llama_biases", "llama_yarn",
                             "mistral_short_window", "olmo2_biases", "opt_no_biases", "phi3_longrope",
                             "qwen2_all_windows", "qwen3_biases"})
      QTest::newRow(name) << LONGVIEW_REFERENCE_DIR "/more_models/" + QString(name);
    if (const char* more = std::getenv("LONGVIEW_MORE_MODELS"))
      for (const auto& entry : fs::directory_iterator(more))
        QTest::newRow(("more " + entry.path().filename().string()).c_str())
            << QString::fromStdString(entry.path().string());
  }

  void golden() {
    QFETCH(QString, directory);
    ScorerOptions options;
    options.dtype = DType::float32;
    options.device = "cpu";
    const std::string path = directory.toStdString();
    try {
      const auto scorer = engine().open(path, options, {});
      const auto worst = golden_check::compare(*scorer, path + "/golden.jsonl", "byte_level_bpe");
      if (std::getenv("LONGVIEW_MORE_MODELS"))
        qInfo("perplexity off by %.2g, token by %.2g", worst.perplexity, worst.token_nll);
      QVERIFY2(worst.pairs == 20 && worst.tokens == 254, qPrintable(QString("%1 pairs").arg(worst.pairs)));
      QVERIFY2(worst.perplexity < 1e-4, qPrintable(QString("worst perplexity off by %1").arg(worst.perplexity)));
      QVERIFY2(worst.token_nll < 2e-4, qPrintable(QString("worst token off by %1").arg(worst.token_nll)));
    } catch (const std::exception& error) {
      QFAIL(error.what());
    }
  }
};

LONGVIEW_TEST_MAIN(TestMoreModels)
#include "tst_more_models.moc"
