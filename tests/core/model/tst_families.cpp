#include "golden_check.h"
#include "support/log_guard.h"

using namespace longview;

/// Every architecture of the reference on the real engine (float32, CPU), within the tolerances of
/// tests/reference/README.md.
class TestFamilies : public QObject {
  Q_OBJECT

 private slots:
  void golden_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("tokens");
    for (const char* name :
         {"opt_pre_ln", "opt_post_ln", "gpt2", "gpt_neox", "mistral_window", "gemma2", "phi3", "olmo2", "qwen3"})
      QTest::newRow(name) << name << "byte_level_bpe";
    for (const char* name : {"qwen2", "llama3_rope"})
      QTest::newRow(name) << name << "byte_level_bpe_digits";
    for (const char* name : {"llama", "mistral"})
      QTest::newRow(name) << name << "sentencepiece";
  }

  void golden() {
    QFETCH(QString, model);
    QFETCH(QString, tokens);
    ScorerOptions options;
    options.dtype = DType::float32;
    options.device = "cpu";
    const std::string name = model.toStdString();
    const auto scorer = engine().open(LONGVIEW_REFERENCE_DIR "/models/" + name, options, {});
    const auto worst =
        golden_check::compare(*scorer, LONGVIEW_REFERENCE_DIR "/golden/" + name + ".jsonl", tokens.toStdString());
    QVERIFY2(worst.pairs >= 100 && worst.tokens >= 1000, qPrintable(QString("%1 pairs").arg(worst.pairs)));
    QVERIFY2(worst.perplexity < 1e-4, qPrintable(QString("worst perplexity off by %1").arg(worst.perplexity)));
    QVERIFY2(worst.token_nll < 2e-4, qPrintable(QString("worst token off by %1").arg(worst.token_nll)));
  }
};

LONGVIEW_TEST_MAIN(TestFamilies)
#include "tst_families.moc"
