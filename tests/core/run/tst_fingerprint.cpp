#include <QTemporaryDir>

#include "base/error.h"
#include "base/file.h"
#include "run/fingerprint.h"
#include "support/gguf_builder.h"
#include "support/log_guard.h"
#include "support/safetensors_builder.h"

using namespace longview;
using longview::test::GgufBuilder;
using longview::test::safetensors;
using longview::test::write_bytes;
namespace fs = std::filesystem;

class TestFingerprint : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;
  fs::path at_;

  fs::path make_model(const char* name) const {
    fs::create_directories(at_ / name);
    write_bytes(at_ / name / "config.json", "{}");
    write_bytes(at_ / name / "model.safetensors",
                safetensors(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "1234"));
    return at_ / name;
  }
  /// Changes a file so that size and time alone would not show it at once.
  static void rewrite(const fs::path& path, std::string_view bytes) {
    const auto time = fs::last_write_time(path);
    write_bytes(path, bytes);
    fs::last_write_time(path, time + std::chrono::seconds(1));
  }

 private slots:
  void initTestCase() {
    at_ = directory_.path().toStdString();
    qputenv("XDG_CACHE_HOME", directory_.filePath("cache").toUtf8());
  }

  void one_file_is_its_own_bytes() {
    GgufBuilder().string("general.architecture", "llama").write(at_ / "x.gguf");
    QVERIFY(model_fingerprint(at_ / "x.gguf") == hash_file(at_ / "x.gguf"));
    QVERIFY(model_fingerprint(at_ / "x.gguf") == fingerprint(at_ / "x.gguf"));
  }

  void a_directory_is_all_that_changes_the_model() {
    const fs::path model = make_model("model");
    const Hash128 first = model_fingerprint(model);
    QVERIFY(model_fingerprint(model / "model.safetensors") == first);
    QVERIFY(model_fingerprint(make_model("copy")) == first);
    QVERIFY(first != hash_file(model / "model.safetensors"));
    write_bytes(model / "README.md", "not a part of the arithmetic");
    QVERIFY(model_fingerprint(model) == first);
    rewrite(model / "config.json", "[]");
    const Hash128 second = model_fingerprint(model);
    QVERIFY(second != first);
    rewrite(model / "model.safetensors",
            safetensors(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "1235"));
    QVERIFY(model_fingerprint(model) != second && model_fingerprint(model) != first);
  }

  void is_remembered_until_the_file_changes() {
    const fs::path file = at_ / "remembered";
    write_bytes(file, "one");
    const Hash128 first = fingerprint(file);
    const auto time = fs::last_write_time(file);
    write_bytes(file, "two");
    fs::last_write_time(file, time); // size and time as before: the memory answers
    QVERIFY(fingerprint(file) == first);
    fs::last_write_time(file, time + std::chrono::seconds(1));
    QVERIFY(fingerprint(file) == hash128(std::string_view("two")));
  }

  void says_what_is_missing() {
    try {
      model_fingerprint(at_ / "absent");
      QFAIL("it was read");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::not_found);
    }
  }
};

LONGVIEW_TEST_MAIN(TestFingerprint)
#include "tst_fingerprint.moc"
