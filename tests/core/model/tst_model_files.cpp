#include <QTemporaryDir>

#include "base/error.h"
#include "model/model_files.h"
#include "support/gguf_builder.h"
#include "support/log_guard.h"
#include "support/safetensors_builder.h"

using namespace longview;
using longview::test::GgufBuilder;
using longview::test::safetensors;
using longview::test::write_bytes;
namespace fs = std::filesystem;

namespace {

/// A safetensors file of one float32 for each name, its bytes the name's first character.
std::string one_value_each(const std::vector<std::string>& names) {
  std::string header, values;
  for (const std::string& name : names) {
    header +=
        (header.empty() ? "" : ",") + ("\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" +
                                       std::to_string(values.size()) + "," + std::to_string(values.size() + 4) + "]}");
    values += std::string(4, name[0]);
  }
  return safetensors("{" + header + "}", values);
}

GgufBuilder part(std::uint16_t number, std::uint16_t count, const std::vector<std::string>& tensors) {
  GgufBuilder file;
  file.value("split.no", GgufType::u16, GgufBuilder::raw(number));
  file.value("split.count", GgufType::u16, GgufBuilder::raw(count));
  file.value("split.tensors.count", GgufType::i32, GgufBuilder::raw(std::int32_t{3}));
  if (number == 0)
    file.string("general.architecture", "llama");
  for (const std::string& name : tensors)
    file.tensor(name, 0, {1}, std::string(4, name[0]));
  return file;
}

} // namespace

class TestModelFiles : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> directory_;
  fs::path at_;

  fs::path write(const char* name, std::string_view bytes) const {
    write_bytes(at_ / name, bytes);
    return at_ / name;
  }
  void expect(const fs::path& path, ErrorCode code, const std::string& says, const fs::path& context) const {
    try {
      open_model_files(path);
      QFAIL(("it was opened; expected: " + says).c_str());
    } catch (const Error& error) {
      QVERIFY2(error.message().find(says) != std::string::npos, error.what());
      QCOMPARE(error.code(), code);
      QVERIFY2(error.context().find(context.string()) == 0, error.what());
    }
  }
  void write_two_shards() const {
    write("config.json", "{\"model_type\":\"llama\"}");
    write("model.safetensors.index.json",
          R"({"metadata":{"total_size":12,"more":[{"a":[1,null,-2.5,true]}]},
              "weight_map":{"b":"two.safetensors","a":"one.safetensors","c":"two.safetensors"}})");
    write("one.safetensors", one_value_each({"a"}));
    write("two.safetensors", one_value_each({"b", "c"}));
  }

 private slots:
  void init() {
    directory_ = std::make_unique<QTemporaryDir>();
    at_ = directory_->path().toStdString();
  }

  void opens_a_directory() {
    write("config.json", "{\"model_type\":\"llama\"}");
    write("model.safetensors", one_value_each({"a", "b"}));
    write("model.safetensors.index.json", "not looked at");
    for (const fs::path& path : {at_, at_ / "model.safetensors"}) {
      const ModelFiles model = open_model_files(path);
      QCOMPARE(model.path, path);
      QCOMPARE(model.format, std::string("safetensors"));
      QCOMPARE(model.config, std::string("{\"model_type\":\"llama\"}"));
      QVERIFY(!model.gguf);
      QVERIFY(model.files == (std::vector<fs::path>{at_ / "config.json", at_ / "model.safetensors"}));
      QCOMPARE(model.tensors->all().size(), std::size_t{2});
      QVERIFY(model.tensors->find("b")->data.front() == std::byte{'b'});
      write("model.safetensors.index.json", R"({"weight_map":{"a":"other.safetensors"}})");
    }
  }

  void opens_shards() {
    write_two_shards();
    write("three.safetensors", "no index names it");
    for (const fs::path& path : {at_, at_ / "model.safetensors.index.json", at_ / "two.safetensors"}) {
      const ModelFiles model = open_model_files(path);
      QCOMPARE(model.format, std::string("safetensors in 2 files"));
      QVERIFY(model.files ==
              (std::vector<fs::path>{at_ / "config.json", at_ / "one.safetensors", at_ / "two.safetensors"}));
      QCOMPARE(model.tensors->all().size(), std::size_t{3});
      QVERIFY(model.tensors->find("a")->data.front() == std::byte{'a'});
      QVERIFY(model.tensors->find("c")->data.front() == std::byte{'c'});
    }
  }

  void opens_torch_files() {
    const fs::path files = LONGVIEW_REFERENCE_DIR "/torch_files";
    write("config.json", "{}");
    for (const char* name :
         {"pytorch_model.bin.index.json", "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"})
      fs::copy_file(files / name, at_ / name);
    for (const fs::path& path : {at_, at_ / "pytorch_model-00001-of-00002.bin", at_ / "pytorch_model.bin.index.json"}) {
      const ModelFiles model = open_model_files(path);
      QCOMPARE(model.format, std::string("PyTorch in 2 files"));
      QCOMPARE(model.files.size(), std::size_t{3});
      QVERIFY(model.tensors->find("b.weight") && model.tensors->find("c.weight"));
    }
    fs::copy_file(files / "legacy.bin", at_ / "pytorch_model.bin");
    QCOMPARE(open_model_files(at_).format, std::string("PyTorch"));
    QVERIFY(open_model_files(at_).files.back() == at_ / "pytorch_model.bin");
    fs::copy_file(files / "zip.bin", at_ / "weights.other");
    QVERIFY(open_model_files(at_ / "weights.other").tensors->find("transposed"));
    write("model.safetensors", one_value_each({"a"})); // counts before PyTorch's
    QCOMPARE(open_model_files(at_).format, std::string("safetensors"));
  }

  void refuses_shards_that_contradict_their_index() {
    write_two_shards();
    const fs::path index = at_ / "model.safetensors.index.json";
    write("two.safetensors", one_value_each({"b"}));
    expect(at_, ErrorCode::input, "the tensor c is in two.safetensors, but it is not there", index);
    write("one.safetensors", one_value_each({"a", "c"}));
    expect(at_, ErrorCode::input, "the tensor c is in two.safetensors, but it is in one.safetensors", index);
    write("two.safetensors", one_value_each({"a", "b", "c"}));
    expect(at_, ErrorCode::input, "the tensor c is in two.safetensors, but it is in one.safetensors", index);
    write("one.safetensors", one_value_each({"a", "d"}));
    write("two.safetensors", one_value_each({"d", "b", "c"}));
    expect(at_, ErrorCode::input, "the tensor d is there twice", index);
    fs::remove(at_ / "two.safetensors");
    expect(at_, ErrorCode::not_found, "names the file two.safetensors, which is not there", index);
  }

  void refuses_index_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* text, const char* says) {
      QTest::newRow(name) << QByteArray(text) << QString(says);
    };
    row("empty", "", "no valid JSON");
    row("a list", "[]", "no JSON object");
    row("a number", "3", "no JSON object");
    row("a string", "\"weight_map\"", "has no weight_map");
    row("no map", R"({"metadata":{}})", "has no weight_map");
    row("empty map", R"({"weight_map":{}})", "has no weight_map");
    row("map twice", R"({"weight_map":{"a":"x"},"weight_map":{"a":"x"}})", "weight_map twice");
    row("map as a list", R"({"weight_map":["a"]})", "no list of tensor names");
    row("map as a string", R"({"weight_map":"a"})", "no list of tensor names");
    row("map of numbers", R"({"weight_map":{"a":1}})", "no list of tensor names");
    row("map of objects", R"({"weight_map":{"a":{}}})", "no list of tensor names");
    row("tensor twice", R"({"weight_map":{"a":"x","a":"y"}})", "names the tensor a twice");
    row("absolute", R"({"weight_map":{"a":"/etc/passwd"}})", "only plain names");
    row("upwards", R"({"weight_map":{"a":"../x.safetensors"}})", "only plain names");
    row("parent", R"({"weight_map":{"a":".."}})", "only plain names");
    row("below", R"({"weight_map":{"a":"x/y"}})", "only plain names");
    row("backslash", R"({"weight_map":{"a":"x\\y"}})", "only plain names");
    row("zero byte", R"({"weight_map":{"a":"x\u0000y"}})", "only plain names");
    row("no name", R"({"weight_map":{"a":""}})", "only plain names");
    std::string deep = "{\"metadata\":";
    deep += std::string(100'000, '[');
    QTest::newRow("deep") << QByteArray::fromStdString(deep) << QString("nests deeper than 32 levels");
  }
  void refuses_index() {
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    write("config.json", "{}");
    const fs::path index = write("model.safetensors.index.json", text.toStdString());
    expect(at_, ErrorCode::input, says.toStdString(), index);
  }

  void says_what_a_directory_lacks() {
    expect(at_ / "absent", ErrorCode::not_found, "no such file", at_ / "absent");
    expect(at_, ErrorCode::not_found, "holds no weights", at_);
    write("model.safetensors", one_value_each({"a"}));
    expect(at_, ErrorCode::not_found, "no config.json", at_ / "config.json");
    fs::remove(at_ / "model.safetensors");
    write("x.Q4_1.gguf", "");
    expect(at_, ErrorCode::not_found, "name the file itself, such as x.Q4_1.gguf", at_);
    write("adapter_model.safetensors", one_value_each({"a"}));
    expect(at_, ErrorCode::unsupported, "LoRA adapter", at_);
    expect(write("notes.txt", "some text, longer than a few bytes"), ErrorCode::unsupported, "no weights file", at_);
    expect(write("empty", ""), ErrorCode::unsupported, "no weights file", at_);
  }

  void opens_a_gguf() {
    GgufBuilder file;
    file.string("general.architecture", "llama").tensor("a", 0, {2}, "12345678");
    file.write(at_ / "x.gguf");
    const ModelFiles model = open_model_files(at_ / "x.gguf");
    QCOMPARE(model.format, std::string("GGUF v3"));
    QVERIFY(model.gguf && model.gguf->string("general.architecture") == "llama");
    QVERIFY(model.config.empty());
    QVERIFY(model.files == std::vector<fs::path>{at_ / "x.gguf"});
    QVERIFY(model.tensors->find("a") && model.tensors->file_bytes() == fs::file_size(at_ / "x.gguf"));
  }

  void opens_a_split_gguf() {
    const char* names[] = {"m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"};
    part(0, 3, {}).write(at_ / names[0]); // gguf-split can leave the first part without tensors
    part(1, 3, {"a"}).write(at_ / names[1]);
    part(2, 3, {"b", "c"}).write(at_ / names[2]);
    std::vector<fs::path> all;
    for (const char* name : names)
      all.push_back(at_ / name);
    for (const fs::path& named : all) {
      const ModelFiles model = open_model_files(named);
      QCOMPARE(model.format, std::string("GGUF v3 in 3 files"));
      QVERIFY(model.files == all);
      QVERIFY(model.gguf->string("general.architecture") == "llama");
      QCOMPARE(model.tensors->all().size(), std::size_t{3});
      QVERIFY(model.tensors->find("c")->data.front() == std::byte{'c'});
    }
    part(2, 3, {"b"}).write(all[2]);
    expect(all[1], ErrorCode::input, "hold 2 tensors, but split.tensors.count is 3", all[0]);
    part(2, 3, {"a", "b"}).write(all[2]);
    expect(all[1], ErrorCode::input, "the tensor a is there twice", all[1]);
    part(1, 3, {"b", "c"}).write(all[2]);
    expect(all[0], ErrorCode::input, "should be part 3 of 3, but says that it is part 2 of 3", all[2]);
    part(2, 4, {"b", "c"}).write(all[2]);
    expect(all[0], ErrorCode::input, "should be part 3 of 3, but says that it is part 3 of 4", all[2]);
    fs::remove(all[2]);
    expect(all[0], ErrorCode::not_found, "part 3 of 3 of this split GGUF is not there", all[2]);
    fs::rename(all[1], at_ / "renamed.gguf");
    expect(at_ / "renamed.gguf", ErrorCode::input, "its name must end in -00002-of-00003.gguf", at_ / "renamed.gguf");
    part(0, 1, {"a", "b", "c"}).write(all[0]);
    expect(all[0], ErrorCode::input, "its metadata does not say so", all[0]);
    part(0, 1, {"a", "b", "c"}).write(at_ / "m-00001-of-00001.gguf");
    QCOMPARE(open_model_files(at_ / "m-00001-of-00001.gguf").format, std::string("GGUF v3"));
  }
};

LONGVIEW_TEST_MAIN(TestModelFiles)
#include "tst_model_files.moc"
