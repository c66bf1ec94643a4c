// Whole models with one file cut short or with wrong bytes: each is planned and loaded, or refused with a message.
// Run it in the asan build; LONGVIEW_FLIPS sets how many damaged copies of each file are tried (1,000 otherwise).
#include <random>

#include <QTemporaryDir>

#include "base/error.h"
#include "support/damaged_files.h"
#include "support/largest_request.h"
#include "support/log_guard.h"
#include "support/safetensors_builder.h"

using namespace longview;
using longview::test::bytes_of;
using longview::test::largest_request;
using longview::test::write_bytes;
namespace fs = std::filesystem;

class TestDamagedModels : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;

  /// Whether it can be loaded; anything but an Error with a message and a place ends the test.
  static bool survives(const fs::path& model, std::uint64_t file_size) {
    largest_request = 0;
    bool loaded = true;
    try {
      const ModelFiles files = open_model_files(model);
      const ModelPlan plan = plan_model(files);
      if (largest_request > 2 * file_size + (std::size_t{64} << 20))
        qFatal("%s", ("a request for " + std::to_string(largest_request) + " bytes").c_str());
      test::convert_weights(files, plan, TensorType::F32, 1);
    } catch (const Error& error) {
      loaded = false;
      if (error.message().empty() || error.context().empty())
        qFatal("an error without a message or a place");
    }
    return loaded;
  }

  /// Copies the model into a place of the running test.
  struct Subject {
    fs::path model, damaged;
    std::string whole;
  };
  Subject subject() const {
    QFETCH_GLOBAL(QString, source);
    QFETCH_GLOBAL(QString, damaged);
    const fs::path from = LONGVIEW_REFERENCE_DIR "/" + source.toStdString();
    const fs::path to = fs::path(directory_.path().toStdString()) / from.filename();
    fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    const fs::path file = damaged.isEmpty() ? to : to / damaged.toStdString();
    return {to, file, bytes_of(file)};
  }

 private slots:
  void initTestCase_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("damaged"); // empty: the source is a file
    QTest::newRow("GGUF, yarn") << "gguf/llama_yarn.F32.gguf"
                                << "";
    QTest::newRow("GGUF, longrope") << "gguf/phi3_longrope.F32.gguf"
                                    << "";
    QTest::newRow("GGUF, Q8_0") << "gguf/llama.Q8_0.gguf"
                                << "";
    QTest::newRow("config, longrope") << "more_models/phi3_longrope"
                                      << "config.json";
    QTest::newRow("config, gemma2") << "more_models/gemma2_caps"
                                    << "config.json";
    QTest::newRow("config, opt") << "more_models/opt_no_biases"
                                 << "config.json";
    QTest::newRow("safetensors") << "more_models/gpt2_inverse_layers"
                                 << "model.safetensors";
  }

  void whole_models_are_loaded() {
    const Subject one = subject();
    QVERIFY(survives(one.model, one.whole.size()));
  }

  void survives_being_cut() {
    const Subject one = subject();
    for (std::size_t percent = 0; percent < 100; ++percent) {
      write_bytes(one.damaged, one.whole.substr(0, one.whole.size() * percent / 100));
      QVERIFY2(!survives(one.model, one.whole.size()), std::to_string(percent).c_str());
    }
  }

  void survives_flipped_bytes() {
    const Subject one = subject();
    // Most bytes of a large file are values, which can hardly be wrong.
    const std::size_t places[] = {std::min<std::size_t>(one.whole.size(), 4096), one.whole.size() / 4 + 1,
                                  one.whole.size()};
    std::mt19937 random(5);
    const int flips = test::flips(1000);
    int loaded = 0;
    for (int k = 0; k < flips; ++k) {
      std::string damaged = one.whole;
      for (int left = 1 + k % 2; left > 0; --left) {
        const std::size_t place = random() % places[k % 3];
        damaged[place] = static_cast<char>(static_cast<unsigned char>(damaged[place]) ^ (1 + random() % 255));
      }
      write_bytes(one.damaged, damaged);
      loaded += survives(one.model, one.whole.size());
    }
    QVERIFY2(loaded < flips, "no flip was noticed");
  }

  /// A digit of a config.json in the place of another: still JSON, of other sizes and parameters.
  void survives_other_digits() {
    const Subject one = subject();
    if (one.damaged.filename() != "config.json")
      QSKIP("no text");
    for (std::size_t place = 0; place < one.whole.size(); ++place) {
      if (one.whole[place] < '0' || one.whole[place] > '9')
        continue;
      for (const char* other : {"0", "9", "-1", "99999999999999999999", "1e300", "null"}) {
        std::string damaged = one.whole;
        damaged.replace(place, 1, other);
        write_bytes(one.damaged, damaged);
        survives(one.model, one.whole.size());
      }
    }
  }
};

LONGVIEW_TEST_MAIN(TestDamagedModels)
#include "tst_damaged_models.moc"
