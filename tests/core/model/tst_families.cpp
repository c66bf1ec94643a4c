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
    const auto worst = compare("models/" + model, "golden/" + model + ".jsonl", tokens);
    QVERIFY2(worst.pairs >= 100 && worst.tokens >= 1000, qPrintable(QString("%1 pairs").arg(worst.pairs)));
    QVERIFY2(worst.perplexity < 1e-4, qPrintable(QString("worst perplexity off by %1").arg(worst.perplexity)));
    QVERIFY2(worst.token_nll < 2e-4, qPrintable(QString("worst token off by %1").arg(worst.token_nll)));
  }

  /// The same numbers from GGUF files in the layout of llama.cpp's converter (make_tiny_ggufs.py).
  void gguf_data() {
    QTest::addColumn<QString>("golden");
    QTest::addColumn<QString>("tokens");
    for (const char* name : {"gpt2", "gpt_neox", "gemma2", "phi3", "olmo2", "qwen3"})
      QTest::newRow(name) << "golden/" + QString(name) + ".jsonl"
                          << "byte_level_bpe";
    for (const char* name : {"phi3_longrope", "llama_yarn"})
      QTest::newRow(name) << "more_models/" + QString(name) + "/golden.jsonl"
                          << "byte_level_bpe";
    for (const char* name : {"qwen2", "llama3_rope"})
      QTest::newRow(name) << "golden/" + QString(name) + ".jsonl"
                          << "byte_level_bpe_digits";
    for (const char* name : {"llama", "mistral"})
      QTest::newRow(name) << "golden/" + QString(name) + ".jsonl"
                          << "sentencepiece";
  }
  void gguf() {
    QFETCH(QString, golden);
    QFETCH(QString, tokens);
    const auto worst = compare("gguf/" + QString(QTest::currentDataTag()) + ".F32.gguf", golden, tokens);
    QVERIFY(worst.pairs >= 20);
    QVERIFY2(worst.perplexity < 1e-4, qPrintable(QString("worst perplexity off by %1").arg(worst.perplexity)));
    QVERIFY2(worst.token_nll < 2e-4, qPrintable(QString("worst token off by %1").arg(worst.token_nll)));
  }

  /// Eight bits a weight: near, and not the same.
  void quantised_gguf() {
    const auto worst = compare("gguf/llama.Q8_0.gguf", "golden/llama.jsonl", "sentencepiece");
    QVERIFY2(worst.perplexity < 0.2 && worst.perplexity > 1e-4, qPrintable(QString::number(worst.perplexity)));
  }

 private:
  /// Paths below tests/reference.
  static golden_check::Worst compare(const QString& model, const QString& golden, const QString& tokens) {
    ScorerOptions options;
    options.dtype = DType::float32;
    options.device = "cpu";
    const std::string reference = LONGVIEW_REFERENCE_DIR "/";
    const auto scorer = engine().open(reference + model.toStdString(), options, {});
    return golden_check::compare(*scorer, reference + golden.toStdString(), tokens.toStdString());
  }
};

LONGVIEW_TEST_MAIN(TestFamilies)
#include "tst_families.moc"
