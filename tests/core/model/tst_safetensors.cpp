#include <QTemporaryDir>

#include "base/error.h"
#include "model/safetensors.h"
#include "support/log_guard.h"
#include "support/safetensors_builder.h"

using namespace longview;
using longview::test::safetensors;
using longview::test::write_bytes;

class TestSafetensors : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;
  std::filesystem::path path_;

 private slots:
  void initTestCase() { path_ = directory_.filePath("model.safetensors").toStdString(); }

  void reads_tensors_of_every_type() {
    // In the header's order b comes first, in the order of the data a. Spaces fill the header up.
    write_bytes(path_, safetensors(R"({"__metadata__":{"format":"pt"},
      "b":{"shape":[2,1],"dtype":"BF16","data_offsets":[8,12]},
      "a":{"dtype":"F64","shape":[],"data_offsets":[0,8]},
      "c":{"dtype":"F32","shape":[1],"data_offsets":[12,16]},
      "d":{"dtype":"F16","shape":[1,1,2],"data_offsets":[16,20]},
      "e":{"dtype":"I64","shape":[1],"data_offsets":[20,28]},
      "f":{"dtype":"I32","shape":[1],"data_offsets":[28,32]},
      "g":{"dtype":"I16","shape":[1],"data_offsets":[32,34]},
      "h":{"dtype":"I8","shape":[1],"data_offsets":[34,35]},
      "i":{"dtype":"U8","shape":[1],"data_offsets":[35,36]},
      "j":{"dtype":"BOOL","shape":[2],"data_offsets":[36,38]}}    )",
                                   "aaaaaaaabbbbccccddddeeeeeeeeffffgghijj"));
    TensorSet set;
    add_safetensors(path_, set);
    set.index();
    QCOMPARE(set.all().size(), std::size_t{10});
    QCOMPARE(set.all()[0].name, std::string("a"));
    const std::pair<const char*, TensorType> types[] = {
        {"a", TensorType::F64}, {"b", TensorType::BF16}, {"c", TensorType::F32}, {"d", TensorType::F16},
        {"e", TensorType::I64}, {"f", TensorType::I32},  {"g", TensorType::I16}, {"h", TensorType::I8},
        {"i", TensorType::U8},  {"j", TensorType::BOOL}};
    for (const auto& [name, type] : types) {
      const StoredTensor* tensor = set.find(name);
      QVERIFY(tensor && tensor->type == type);
      for (const std::byte byte : tensor->data)
        QVERIFY(byte == static_cast<std::byte>(*name));
    }
    QVERIFY(set.find("a")->shape.empty());
    QCOMPARE(set.find("a")->data.size(), std::size_t{8});
    QVERIFY(set.find("b")->shape == (std::vector<std::uint64_t>{2, 1}));
    QVERIFY(set.find("d")->shape == (std::vector<std::uint64_t>{1, 1, 2}));
    QCOMPARE(set.find("j")->data.size(), std::size_t{2});
  }

  void refuses_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QTest::addColumn<bool>("unsupported");
    const auto raw = [](const char* name, const std::string& bytes, const char* says, bool unsupported = false) {
      QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString(says) << unsupported;
    };
    const auto header = [&](const char* name, const std::string& text, const char* says, bool unsupported = false) {
      raw(name, safetensors(text, "12345678"), says, unsupported);
    };
    const auto entry = [&](const char* name, const std::string& fields, const char* says, bool unsupported = false) {
      header(name, "{\"t\":{" + fields + "}}", says, unsupported);
    };
    raw("empty", "", "has 0 bytes");
    raw("no header", "1234567", "has 7 bytes");
    raw("header of no length", safetensors("", ""), "does not begin with {");
    raw("long header", std::string("\x00\xe1\xf5\x05\x01\x00\x00\x00{}", 10), "100000000 are allowed");
    raw("header past the end", std::string("\xe8\x03\x00\x00\x00\x00\x00\x00{}", 10),
        "ends within its header of 1000 bytes");
    header("no object", "[]", "does not begin with {");
    header("cut short", R"({"t":{"dtype":"F32","shape":[2],)", "no valid JSON at byte");
    header("something behind", R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x)", "no valid JSON");
    header("not UTF-8", "{\"\xff\":{}}", "no valid JSON");
    header("a tensor as a number", R"({"t":3})", "entry of the tensor t has a value of the wrong kind");
    header("a tensor as a list", R"({"t":[1]})", "entry of the tensor t has a value of the wrong kind");
    header("metadata as a list", R"({"__metadata__":["x"]})", "no list of tensors");
    header("metadata with objects", R"({"__metadata__":{"x":{}}})", "no list of tensors");
    entry("deep", R"("shape":[[2]])", "wrong kind");
    entry("no dtype", R"("shape":[2],"data_offsets":[0,8])", "lacks its dtype");
    entry("no shape", R"("dtype":"F32","data_offsets":[0,8])", "lacks its dtype, shape");
    entry("no offsets", R"("dtype":"F32","shape":[2])", "lacks");
    entry("one offset", R"("dtype":"F32","shape":[2],"data_offsets":[8])", "lacks");
    entry("three offsets", R"("dtype":"F32","shape":[2],"data_offsets":[0,4,8])", "more than 2 offsets");
    entry("nine dimensions", R"("dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8])",
          "more than 8 dimensions");
    entry("a field more", R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"scale":1)", "the field \"scale\"");
    entry("a field twice", R"("dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,8])", "has its dtype twice");
    entry("dtype as a number", R"("dtype":0,"shape":[2],"data_offsets":[0,8])", "wrong kind");
    entry("shape as a string", R"("dtype":"F32","shape":"2","data_offsets":[0,8])", "wrong kind");
    entry("shape of strings", R"("dtype":"F32","shape":["2"],"data_offsets":[0,8])", "wrong kind");
    entry("negative dimension", R"("dtype":"F32","shape":[-2],"data_offsets":[0,8])", "wrong kind");
    entry("fractional dimension", R"("dtype":"F32","shape":[2.0],"data_offsets":[0,8])", "wrong kind");
    entry("dimension of 65 bits", R"("dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8])", "wrong kind");
    entry("dimension 0", R"("dtype":"F32","shape":[0,2],"data_offsets":[0,0])", "has a dimension of 0");
    entry("eight bits", R"("dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8])", "the type F8_E4M3, which is not read",
          true);
    entry("four bits", R"("dtype":"F4","shape":[16],"data_offsets":[0,8])", "the type F4, which is not read", true);
    entry("backwards", R"("dtype":"F32","shape":[2],"data_offsets":[8,0])", "lies at the bytes 8 to 0");
    entry("past the end", R"("dtype":"F32","shape":[4],"data_offsets":[0,16])", "lies at the bytes 0 to 16 of 8");
    entry("offset of 64 bits",
          R"("dtype":"F32","shape":[2],"data_offsets":[18446744073709551608,18446744073709551615])",
          "lies at the bytes");
    entry("too few values", R"("dtype":"F32","shape":[1],"data_offsets":[0,8])", "not what its shape takes");
    entry("product overflows", R"("dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,8])",
          "not what its shape takes");
    entry("product overflows to size", R"("dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8])",
          "not what its shape takes");
    header(
        "overlap",
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
        "the tensor b overlaps");
    entry("gap before", R"("dtype":"F32","shape":[1],"data_offsets":[4,8])", "4 bytes before the tensor t");
    entry("rest", R"("dtype":"F32","shape":[1],"data_offsets":[0,4])", "4 bytes at its end");
  }
  void refuses() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    QFETCH(bool, unsupported);
    write_bytes(path_, bytes.toStdString());
    try {
      TensorSet set;
      add_safetensors(path_, set);
      QFAIL("it was read");
    } catch (const Error& error) {
      QVERIFY2(QString::fromStdString(error.message()).contains(says), error.what());
      QCOMPARE(error.code(), unsupported ? ErrorCode::unsupported : ErrorCode::input);
      QCOMPARE(error.context(), path_.string());
    }
  }

  void a_name_twice() {
    write_bytes(path_, safetensors(R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
                                       "t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                                   "12345678"));
    TensorSet set;
    add_safetensors(path_, set);
    QVERIFY_THROWS_EXCEPTION(Error, set.index());
  }

  void reads_a_model() {
    TensorSet set;
    add_safetensors(LONGVIEW_REFERENCE_DIR "/models/llama/model.safetensors", set);
    set.index();
    const StoredTensor* embedding = set.find("model.embed_tokens.weight");
    QVERIFY(embedding && embedding->type == TensorType::F32 && embedding->shape.size() == 2);
    QVERIFY(set.find("model.layers.0.self_attn.q_proj.weight"));
  }
};

LONGVIEW_TEST_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
