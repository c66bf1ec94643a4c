#include <cstdlib>
#include <limits>
#include <new>
#include <random>

#include <QTemporaryDir>

#include "base/error.h"
#include "model/default_model.h"
#include "model/gguf.h"
#include "support/gguf_builder.h"
#include "support/log_guard.h"

using namespace longview;
using longview::test::GgufBuilder;

// Everything the program allocates is counted, so that a damaged count cannot ask for memory unseen.
namespace {
std::uint64_t allocated = 0;
}
void* operator new(std::size_t size) {
  allocated += size;
  if (void* memory = std::malloc(size ? size : 1))
    return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

constexpr std::uint64_t mebibyte = 1u << 20;

std::string repeated(std::string_view what, std::size_t count) {
  std::string out;
  for (std::size_t k = 0; k < count; ++k)
    out += what;
  return out;
}

/// A file with a value of every type and a few tensors.
GgufBuilder sample() {
  GgufBuilder file;
  file.string("general.architecture", "llama").u32("general.alignment", 32).u32("u32", 4'000'000'000u);
  file.value("u8", GgufType::u8, GgufBuilder::raw(std::uint8_t{200}));
  file.value("i8", GgufType::i8, GgufBuilder::raw(std::int8_t{-3}));
  file.value("u16", GgufType::u16, GgufBuilder::raw(std::uint16_t{60'000}));
  file.value("i16", GgufType::i16, GgufBuilder::raw(std::int16_t{300}));
  file.value("i32", GgufType::i32, GgufBuilder::raw(std::int32_t{-70'000}));
  file.value("u64", GgufType::u64, GgufBuilder::raw(std::numeric_limits<std::uint64_t>::max()));
  file.value("i64", GgufType::i64, GgufBuilder::raw(std::int64_t{1} << 40));
  file.value("f32", GgufType::f32, GgufBuilder::raw(0.5f));
  file.value("f64", GgufType::f64, GgufBuilder::raw(1e-5));
  file.value("yes", GgufType::boolean, GgufBuilder::raw(std::uint8_t{1}));
  file.value("no", GgufType::boolean, GgufBuilder::raw(std::uint8_t{0}));
  file.strings("words", {"Ġthe", "", "a longer string than the small ones"});
  file.numbers<std::int32_t>("types", GgufType::i32, {1, -2, 3});
  file.numbers<float>("scores", GgufType::f32, {0.25f, -1.0f});
  file.array("nothing", GgufType::string, 0, "");
  file.array("nested", GgufType::array, 2,
             GgufBuilder::raw(GgufType::u8) + GgufBuilder::raw(std::uint64_t{3}) + "abc" +
                 GgufBuilder::raw(GgufType::string) + GgufBuilder::raw(std::uint64_t{1}) + GgufBuilder::text("x"));
  file.tensor("norm", 0, {3}, repeated("1234", 3));
  file.tensor("matrix", 3, {64, 5}, repeated("m", 20 * 2 * 5));
  file.tensor("cube", 1, {2, 3, 4, 5}, repeated("hh", 120));
  file.tensor("scalar", 0, {}, "abcd");
  return file;
}

/// Takes every value and every byte, as a reader of any file would.
void read_everything(const GgufFile& file) {
  for (const GgufEntry& entry : file.metadata()) {
    try {
      if (entry.element == GgufType::string)
        entry.type == GgufType::array ? void(file.strings(entry.key)) : void(file.string(entry.key));
      else if (entry.element == GgufType::boolean)
        file.boolean(entry.key);
      else
        entry.type == GgufType::array ? void(file.numbers(entry.key)) : void(file.number(entry.key));
    } catch (const Error&) { // an array of arrays, or a truth value that is neither
    }
  }
  unsigned sum = 0;
  for (const StoredTensor& tensor : file.tensors().all()) {
    for (const std::byte byte : tensor.data)
      sum += static_cast<unsigned>(byte);
    QVERIFY(file.tensors().find(tensor.name) == &tensor);
    file.tensors().release(tensor);
  }
  QVERIFY(sum < std::numeric_limits<unsigned>::max());
}

} // namespace

class TestGguf : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;
  std::filesystem::path path_;

  /// Opens and reads the bytes as a file; false where they are refused as they should be.
  bool survives(const std::string& bytes) {
    GgufBuilder::write(path_, bytes);
    const std::uint64_t before = allocated;
    bool loads = true;
    try {
      const GgufFile file(path_);
      read_everything(file);
    } catch (const Error& error) {
      loads = false;
      if (error.context().find(path_.string() + ", byte ") != 0)
        qWarning("the refusal does not say where: %s", error.what());
    }
    if (allocated - before > 64 * mebibyte + 2 * bytes.size())
      qWarning("%llu bytes allocated", static_cast<unsigned long long>(allocated - before));
    return loads;
  }

 private slots:
  void initTestCase() { path_ = directory_.filePath("file.gguf").toStdString(); }

  void reads_metadata() {
    sample().write(path_);
    const GgufFile file(path_);
    QCOMPARE(file.version(), 3u);
    QCOMPARE(file.metadata().size(), std::size_t{19});
    QVERIFY(file.string("general.architecture") == "llama");
    QVERIFY(file.integer("u8") == 200u && file.integer("u16") == 60'000u && file.integer("i16") == 300u);
    QVERIFY(file.integer("u32") == 4'000'000'000u && file.integer("i64") == std::uint64_t{1} << 40);
    QVERIFY(file.integer("u64") == std::numeric_limits<std::uint64_t>::max());
    QVERIFY(file.number("i8") == -3.0 && file.number("i32") == -70'000.0 && file.number("u8") == 200.0);
    QVERIFY(file.number("f32") == 0.5 && file.number("f64") == 1e-5);
    QVERIFY(file.boolean("yes") == true && file.boolean("no") == false);
    const std::vector<std::string_view> words = {"Ġthe", "", "a longer string than the small ones"};
    QVERIFY(file.strings("words") == words);
    QVERIFY(file.strings("nothing") == std::vector<std::string_view>());
    QVERIFY(file.integers("types") == (std::vector<std::int64_t>{1, -2, 3}));
    QVERIFY(file.numbers("scores") == (std::vector<double>{0.25, -1.0}));
    QVERIFY(file.numbers("types") == (std::vector<double>{1, -2, 3}));
    QVERIFY(!file.integer("absent") && !file.string("absent") && !file.strings("absent") && !file.number("absent"));
  }

  void refuses_values_of_another_kind() {
    sample().write(path_);
    const GgufFile file(path_);
    const auto refused = [](auto&& call) {
      try {
        call();
      } catch (const Error& error) {
        return error.code() == ErrorCode::input && error.context().find("byte ") != std::string::npos;
      }
      return false;
    };
    QVERIFY(refused([&] { file.integer("i8"); })); // negative
    QVERIFY(refused([&] { file.integer("f32"); }));
    QVERIFY(refused([&] { file.integer("yes"); }));
    QVERIFY(refused([&] { file.number("words"); }));
    QVERIFY(refused([&] { file.number("general.architecture"); }));
    QVERIFY(refused([&] { file.boolean("u8"); }));
    QVERIFY(refused([&] { file.string("u32"); }));
    QVERIFY(refused([&] { file.string("words"); }));
    QVERIFY(refused([&] { file.strings("types"); }));
    QVERIFY(refused([&] { file.strings("general.architecture"); }));
    QVERIFY(refused([&] { file.integers("scores"); }));
    QVERIFY(refused([&] { file.integers("words"); }));
    QVERIFY(refused([&] { file.integers("nested"); }));
    QVERIFY(refused([&] { file.numbers("nothing"); }));
    QVERIFY(refused([&] { file.numbers("f32"); }));
  }

  void reads_tensors() {
    sample().write(path_);
    const GgufFile file(path_);
    QCOMPARE(file.tensors().all().size(), std::size_t{4});
    const StoredTensor* matrix = file.tensors().find("matrix");
    QVERIFY(matrix && matrix->type == TensorType::Q4_1);
    QVERIFY(matrix->shape == (std::vector<std::uint64_t>{5, 64}));
    QCOMPARE(matrix->data.size(), std::size_t{200});
    QVERIFY(matrix->data.front() == std::byte{'m'} && matrix->data.back() == std::byte{'m'});
    QCOMPARE(file.tensors().find("cube")->data.size(), std::size_t{240});
    QVERIFY(file.tensors().find("scalar")->shape.empty());
    QVERIFY(file.tensors().find("scalar")->data.front() == std::byte{'a'});
    QVERIFY(!file.tensors().find("matri") && !file.tensors().find("") && !file.tensors().find("zzz"));
    file.tensors().release(*matrix);
    QVERIFY(matrix->data.front() == std::byte{'m'});
  }

  void version_2_and_other_alignments() {
    GgufBuilder small;
    small.version = 2;
    small.alignment = 8;
    small.u32("general.alignment", 8).tensor("a", 0, {1}, "1234").tensor("b", 0, {1}, "5678");
    small.write(path_);
    const GgufFile file(path_);
    QCOMPARE(file.version(), 2u);
    QVERIFY(file.tensors().find("b")->data.front() == std::byte{'5'});
  }

  void no_tensors_and_no_keys() {
    GgufBuilder().write(path_);
    const GgufFile file(path_);
    QVERIFY(file.tensors().all().empty() && file.metadata().empty());
  }

  void refuses_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("unsupported");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const GgufBuilder& file, const char* says, bool unsupported = false) {
      QTest::newRow(name) << QByteArray::fromStdString(file.bytes()) << unsupported << QString(says);
    };
    const auto with = [](auto&& change) {
      GgufBuilder file = sample();
      change(file);
      return file;
    };
    const auto type = [](GgufType t) { return GgufBuilder::raw(t); };
    const auto count = [](std::uint64_t n) { return GgufBuilder::raw(n); };
    row("magic", with([](auto& f) { f.magic = "GGML"; }), "not a GGUF");
    row("version 1", with([](auto& f) { f.version = 1; }), "version 1", true);
    row("version 4", with([](auto& f) { f.version = 4; }), "version 4", true);
    row("big-endian", with([](auto& f) { f.version = 3u << 24; }), "big-endian", true);
    row("many keys", with([](auto& f) { f.more_keys = 1ull << 60; }), "metadata keys");
    row("many tensors", with([](auto& f) { f.more_tensors = 1ull << 61; }), "tensors");
    row("a key too many", with([](auto& f) { f.more_keys = 1; }), "");
    row("a key twice", with([](auto& f) { f.u32("u32", 1); }), "u32 is there twice");
    row("value type", with([](auto& f) { f.value("k", static_cast<GgufType>(13), "xxxx"); }), "unknown type 13");
    row("long string", with([&](auto& f) { f.value("k", GgufType::string, count(~0ull) + "x"); }), "ends within");
    row("long array", with([&](auto& f) { f.array("k", GgufType::u64, 1ull << 61, "xxxxxxxx"); }), "elements");
    row("array that overflows", with([&](auto& f) { f.array("k", GgufType::u16, (1ull << 63) + 1, "xx"); }),
        "elements");
    row("long array of strings", with([&](auto& f) { f.array("k", GgufType::string, ~0ull, count(0)); }), "");
    std::string deep;
    for (int k = 0; k < 100; ++k)
      deep += type(GgufType::array) + count(1);
    row("deep array", with([&](auto& f) { f.value("k", GgufType::array, deep + type(GgufType::u8) + count(0)); }),
        "deep");
    row("alignment 0", GgufBuilder().u32("general.alignment", 0), "power of two");
    row("alignment 24", GgufBuilder().u32("general.alignment", 24), "power of two");
    row("alignment of another kind", GgufBuilder().string("general.alignment", "32"), "whole number");
    row("a tensor twice", with([](auto& f) { f.tensor("norm", 0, {1}, "1234"); }), "norm is there twice");
    row("five dimensions", with([](auto& f) { f.tensor("t", 0, {1, 1, 1, 1, 1}, "1234"); }), "5 dimensions");
    row("dimension 0", with([](auto& f) { f.tensor("t", 0, {4, 0}, ""); }), "dimension of 0");
    row("half a block", with([](auto& f) { f.tensor("t", 2, {48}, repeated("x", 36)); }), "Q4_0 blocks");
    row("product overflows", with([](auto& f) {
          f.tensor("t", 0, {1ull << 32, 1ull << 32}, "1234");
        }),
        "larger than any");
    row("product overflows to little", with([](auto& f) { f.tensor("t", 0, {1ull << 62}, "1234"); }),
        "larger than any");
    row("tensor type", with([](auto& f) { f.tensor("t", 77, {1}, "1234"); }), "type number 77", true);
    row("offset", with([](auto& f) { f.tensor("t", 0, {1}, "1234", 4); }), "multiple of the alignment");
    row("offset past the end", with([](auto& f) { f.tensor("t", 0, {1}, "1234", 1 << 20); }), "past the end");
    GgufBuilder wrapping; // its end wraps around to 32, which is inside
    wrapping.tensor("t", 0, {16}, repeated("1234", 16), ~0ull - 31);
    row("offset that overflows", wrapping, "past the end");
    row("data cut short", with([](auto& f) { f.missing_data_bytes = 1; }), "past the end");
    GgufBuilder endless = sample();
    endless.tensor(repeated("n", 70'000), 0, {1}, "1234");
    row("endless name", endless, "name claims 70000 bytes");
    row("control characters", with([](auto& f) { f.tensor("bad\nname\x1b", 0, {0}, ""); }), "bad?name? has");
  }
  void refuses() {
    QFETCH(QByteArray, bytes);
    QFETCH(bool, unsupported);
    QFETCH(QString, says);
    GgufBuilder::write(path_, bytes.toStdString());
    const std::uint64_t before = allocated;
    try {
      const GgufFile file(path_);
      QFAIL("it was read");
    } catch (const Error& error) {
      QCOMPARE(error.code(), unsupported ? ErrorCode::unsupported : ErrorCode::input);
      QVERIFY2(QString::fromStdString(error.message()).contains(says), error.what());
      QVERIFY2(error.context().find(path_.string() + ", byte ") == 0, error.what());
    }
    QVERIFY(allocated - before < mebibyte);
  }

  void refuses_what_is_no_file() {
    const auto code = [](const std::filesystem::path& path) {
      try {
        const GgufFile file(path);
      } catch (const Error& error) {
        return error.code();
      }
      return ErrorCode::internal;
    };
    QCOMPARE(code(directory_.filePath("absent.gguf").toStdString()), ErrorCode::not_found);
    QCOMPARE(code(directory_.path().toStdString()), ErrorCode::input);
    GgufBuilder::write(path_, "");
    QCOMPARE(code(path_), ErrorCode::input);
  }

  void survives_being_cut() {
    const std::string whole = sample().bytes();
    QVERIFY(survives(whole));
    for (std::size_t percent = 0; percent < 100; ++percent)
      QVERIFY2(!survives(whole.substr(0, whole.size() * percent / 100)), std::to_string(percent).c_str());
  }

  void survives_flipped_bytes() {
    const std::string whole = sample().bytes();
    std::mt19937 random(11);
    int loaded = 0;
    for (int k = 0; k < 2000; ++k) {
      std::string damaged = whole;
      // Every fourth has a second one: a count and what it counts can then be wrong together.
      for (int flips = k % 4 == 0 ? 2 : 1; flips > 0; --flips) {
        char& byte = damaged[random() % damaged.size()];
        byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1 + random() % 255));
      }
      loaded += survives(damaged);
    }
    QVERIFY(loaded > 100 && loaded < 1900);
  }

  void reads_the_default_model() {
    if (!std::filesystem::exists(default_model()))
      QSKIP("the default model is not here");
    const GgufFile file(default_model());
    QVERIFY(file.string("general.architecture") == "llama");
    QVERIFY(file.integer("llama.block_count") == 30u);
    QCOMPARE(file.tensors().all().size(), std::size_t{272});
    QVERIFY(file.tensors().find("token_embd.weight")->shape == (std::vector<std::uint64_t>{49'152, 576}));
    QCOMPARE(file.strings("tokenizer.ggml.tokens")->size(), std::size_t{49'152});
  }
};

LONGVIEW_TEST_MAIN(TestGguf)
#include "tst_gguf.moc"
