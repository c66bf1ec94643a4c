#include <fstream>

#include <QTemporaryDir>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "model/torch_file.h"
#include "support/log_guard.h"
#include "support/safetensors_builder.h"

using namespace longview;
using longview::test::write_bytes;
using nlohmann::json;

namespace {

const std::filesystem::path files = LONGVIEW_REFERENCE_DIR "/torch_files";

std::string hex(std::span<const std::byte> bytes) {
  std::string out;
  for (const std::byte byte : bytes)
    for (const unsigned digit : {static_cast<unsigned>(byte) >> 4, static_cast<unsigned>(byte) & 15u})
      out += "0123456789abcdef"[digit];
  return out;
}

} // namespace

class TestTorchFile : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;
  json expected_;

  void expect(const std::filesystem::path& path, ErrorCode code, const std::string& says) const {
    try {
      TensorSet set;
      add_torch_file(path, set);
      QFAIL("it was read");
    } catch (const Error& error) {
      QVERIFY2(error.message().find(says) != std::string::npos, error.what());
      QCOMPARE(error.code(), code);
      QCOMPARE(error.context(), path.string());
    }
  }

 private slots:
  void initTestCase() {
    std::ifstream in(files / "expected.json");
    expected_ = json::parse(in);
    QVERIFY(expected_.size() >= 7);
  }

  void holds_what_torch_saved_data() {
    QTest::addColumn<QString>("file");
    for (const auto& [file, tensors] : expected_.items())
      QTest::newRow(file.c_str()) << QString::fromStdString(file);
  }
  void holds_what_torch_saved() {
    QFETCH(QString, file);
    TensorSet set;
    add_torch_file(files / file.toStdString(), set);
    set.index();
    const json& tensors = expected_[file.toStdString()];
    QCOMPARE(set.all().size(), tensors.size());
    for (const auto& [name, wanted] : tensors.items()) {
      const StoredTensor* tensor = set.find(name);
      QVERIFY2(tensor, name.c_str());
      QVERIFY2(type_name(tensor->type) == wanted["type"].get<std::string>(), name.c_str());
      QVERIFY2(tensor->shape == wanted["shape"].get<std::vector<std::uint64_t>>(), name.c_str());
      QVERIFY2(hex(tensor->data) == wanted["bytes"].get<std::string>(), name.c_str());
    }
  }

  void shares_tied_weights() {
    TensorSet set;
    add_torch_file(files / "zip.bin", set);
    set.index();
    QVERIFY(set.find("embedding.weight")->data.data() == set.find("head.weight")->data.data());
    QVERIFY(set.find("transposed")->data.data() != set.find("type.F32")->data.data());
  }

  void refuses_data() {
    QTest::addColumn<QString>("says");
    QTest::addColumn<bool>("unsupported");
    const auto row = [](const char* file, const char* says, bool unsupported = true) {
      QTest::newRow(file) << QString(says) << unsupported;
    };
    row("refused_system.bin", "asks for the global \"posix.system\", which is not needed for tensors; it is not read");
    row("refused_module.bin", "asks for the global \"torch.nn.modules.linear.Linear\"");
    row("refused_legacy_module.bin", "asks for the global \"torch.nn.modules.linear.Linear\"");
    row("refused_script.bin", "TorchScript archive");
    row("refused_nested.bin", "its entry \"state_dict\" is a dictionary");
    row("refused_number.bin", "its entry \"epoch\" is an integer, no tensor");
    row("refused_tensor.bin", "holds a single tensor");
    row("refused_list.bin", "holds a list, no dictionary of tensors");
    row("refused_key.bin", "a key is an integer");
    row("refused_float8.bin", "the tensor w has the type torch.float8_e4m3fn, which is not read");
    row("refused_complex.bin", "a storage of the type torch.ComplexFloatStorage");
    row("refused_empty.bin", "the tensor w has a dimension of 0", false);
    row("refused_expanded.bin", "the tensor w is a view that repeats values", false);
    row("refused_protocol.bin", "has the protocol 4");
    row("refused_opcode.bin", "uses the opcode POP");
    row("refused_view.bin", "a part of the storage root reaches past its end", false);
    row("refused_compressed.bin", "is compressed (method 8)");
    row("refused_order.bin", "the byte order \"big\"");
    row("refused_version.bin", "an archive of version 11");
    row("refused_no_version.bin", "has no version", false);
    row("refused_no_pickle.bin", "without the data.pkl");
    row("refused_no_storage.bin", "the storage 0 is missing", false);
    row("refused_short_storage.bin", "the storage 0 has 12 bytes instead of 16", false);
  }
  void refuses() {
    QFETCH(QString, says);
    QFETCH(bool, unsupported);
    expect(files / QTest::currentDataTag(), unsupported ? ErrorCode::unsupported : ErrorCode::input,
           says.toStdString());
  }

  void refuses_what_is_no_torch_file() {
    const std::filesystem::path path = directory_.filePath("x.bin").toStdString();
    expect(directory_.filePath("absent").toStdString(), ErrorCode::not_found, "");
    write_bytes(path, "");
    expect(path, ErrorCode::input, "is no file that torch.save wrote");
    write_bytes(path, "PK");
    expect(path, ErrorCode::input, "it is too short");
    write_bytes(path, "PK" + std::string(100'000, 'x'));
    expect(path, ErrorCode::input, "it has no end record");
    write_bytes(path, "\x80\x03}q\x01.");
    expect(path, ErrorCode::input, "is no file that torch.save wrote");
  }
};

LONGVIEW_TEST_MAIN(TestTorchFile)
#include "tst_torch_file.moc"
