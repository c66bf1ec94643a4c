// Weights files cut short or with wrong bytes: each is read or refused, and none asks for memory that it does not have.
// Run it in the asan build; LONGVIEW_FLIPS sets how many damaged copies of each file are tried (2,000 otherwise).
#include <algorithm>
#include <chrono>
#include <random>

#include <QTemporaryDir>

#include "base/error.h"
#include "support/damaged_files.h"
#include "support/gguf_builder.h"
#include "support/largest_request.h"
#include "support/log_guard.h"
#include "support/safetensors_builder.h"

using namespace longview;
using longview::test::bytes_of;
using longview::test::GgufBuilder;
using longview::test::largest_request;
using longview::test::write_bytes;
namespace fs = std::filesystem;

namespace {

/// Reads every value of every tensor, as loading would, a few thousand at a time; counts the bytes.
std::uint64_t walk(const TensorSet& tensors) {
  std::uint64_t bytes = 0;
  std::vector<float> values;
  for (const StoredTensor& tensor : tensors.all()) {
    bytes += tensor.data.size();
    const BlockSize block = block_size(tensor.type);
    for (std::size_t at = 0; at < tensor.data.size(); at += std::size_t{64} * block.bytes) {
      const auto part =
          tensor.data.subspan(at, std::min<std::size_t>(std::size_t{64} * block.bytes, tensor.data.size() - at));
      values.resize(part.size() / block.bytes * block.values);
      if (can_dequantize(tensor.type))
        dequantize(tensor.type, part, values);
    }
    tensors.release(tensor);
  }
  return bytes;
}

/// A kind of file among those that make up a model, and how to damage it.
struct Subject {
  fs::path directory;    ///< holds the whole model
  std::string damaged;   ///< the file of it that is damaged
  std::string opened;    ///< what is opened: a file, or empty for the directory
  bool is_model = false; ///< a whole model: it can be loaded too
};

} // namespace

class TestDamagedWeights : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;
  std::vector<Subject> subjects_;

  fs::path make(const char* name) const {
    const fs::path out = fs::path(directory_.path().toStdString()) / name;
    fs::create_directories(out);
    return out;
  }

  /// Whether it can be opened and read; anything but an Error ends the test.
  static bool survives(const Subject& subject, std::uint64_t file_size) {
    largest_request = 0;
    bool read = true;
    try {
      const ModelFiles model = open_model_files(subject.directory / subject.opened);
      // Tensors may share bytes, but not so that reading all of them takes forever.
      if (walk(*model.tensors) > 1'000 * model.tensors->file_bytes())
        qFatal("the tensors are far larger than the file");
      if (subject.is_model)
        test::convert_weights(model, plan_model(model), TensorType::BF16, 2);
    } catch (const Error& error) {
      read = false;
      if (error.message().empty() || error.context().empty())
        qFatal("an error without a message or a place");
    }
    if (largest_request > 2 * file_size + (std::size_t{64} << 20))
      qFatal("%s", ("a request for " + std::to_string(largest_request) + " bytes").c_str());
    return read;
  }

  void rows() const {
    QTest::addColumn<int>("subject");
    for (std::size_t k = 0; k < subjects_.size(); ++k)
      QTest::newRow((subjects_[k].directory.filename().string() + ", " + subjects_[k].damaged).c_str())
          << static_cast<int>(k);
  }

 private slots:
  void initTestCase() {
    const fs::path models = LONGVIEW_REFERENCE_DIR "/models", torch = LONGVIEW_REFERENCE_DIR "/torch_files";
    const fs::path single = make("safetensors");
    fs::copy_file(models / "llama" / "model.safetensors", single / "model.safetensors");
    fs::copy_file(models / "llama" / "config.json", single / "config.json");
    subjects_.push_back({single, "model.safetensors", "", true});
    subjects_.push_back({single, "config.json", "", true});

    const fs::path sharded = make("sharded safetensors");
    write_bytes(sharded / "config.json", "{}");
    write_bytes(
        sharded / "model.safetensors.index.json",
        R"({"metadata": {"total_size": 16}, "weight_map": {"a.weight": "one.safetensors", "b.weight": "two.safetensors"}})");
    write_bytes(sharded / "one.safetensors",
                test::safetensors(R"({"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "12345678"));
    write_bytes(sharded / "two.safetensors",
                test::safetensors(R"({"b.weight":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]}})", "12345678"));
    subjects_.push_back({sharded, "model.safetensors.index.json", ""});
    subjects_.push_back({sharded, "two.safetensors", ""});

    for (const char* name : {"zip.bin", "legacy.bin", "legacy_views.bin"}) {
      const fs::path at = make(name);
      fs::copy_file(torch / name, at / "pytorch_model.bin");
      write_bytes(at / "config.json", "{}");
      subjects_.push_back({at, "pytorch_model.bin", ""});
    }

    const fs::path bin = make("whole bin");
    fs::copy_file(torch / "gpt2_inverse_layers.bin", bin / "pytorch_model.bin");
    fs::copy_file(LONGVIEW_REFERENCE_DIR "/more_models/gpt2_inverse_layers/config.json", bin / "config.json");
    subjects_.push_back({bin, "pytorch_model.bin", "", true});

    const fs::path gguf = make("GGUF");
    fs::copy_file(LONGVIEW_REFERENCE_DIR "/gguf/llama.Q8_0.gguf", gguf / "llama.Q8_0.gguf");
    subjects_.push_back({gguf, "llama.Q8_0.gguf", "llama.Q8_0.gguf", true});

    const fs::path split = make("split GGUF");
    for (std::uint16_t k = 0; k < 2; ++k) {
      GgufBuilder part;
      part.string("general.architecture", "llama").value("split.no", GgufType::u16, GgufBuilder::raw(k));
      part.value("split.count", GgufType::u16, GgufBuilder::raw(std::uint16_t{2}));
      part.value("split.tensors.count", GgufType::i32, GgufBuilder::raw(std::int32_t{4}));
      part.tensor(k ? "a" : "b", 0, {64, 2}, std::string(512, 'v'));
      part.tensor(k ? "c" : "d", 14, {256, 3}, std::string(630, 'q'));
      part.write(split / (k ? "m-00002-of-00002.gguf" : "m-00001-of-00002.gguf"));
    }
    subjects_.push_back({split, "m-00002-of-00002.gguf", "m-00001-of-00002.gguf"});

    const fs::path whole_split = make("whole split GGUF");
    const std::string first = "llama_yarn.split-00001-of-00002.gguf", second = "llama_yarn.split-00002-of-00002.gguf";
    for (const std::string& part : {first, second})
      fs::copy_file(fs::path(LONGVIEW_REFERENCE_DIR "/gguf") / part, whole_split / part);
    subjects_.push_back({whole_split, first, second, true});
    subjects_.push_back({whole_split, second, first, true});
  }

  void whole_files_are_read_data() { rows(); }
  void whole_files_are_read() {
    QFETCH(int, subject);
    const Subject& one = subjects_[static_cast<std::size_t>(subject)];
    QVERIFY(survives(one, fs::file_size(one.directory / one.damaged)));
  }

  void survives_being_cut_data() { rows(); }
  void survives_being_cut() {
    QFETCH(int, subject);
    const Subject& one = subjects_[static_cast<std::size_t>(subject)];
    const std::string whole = bytes_of(one.directory / one.damaged);
    for (std::size_t percent = 0; percent < 100; ++percent) {
      write_bytes(one.directory / one.damaged, whole.substr(0, whole.size() * percent / 100));
      QVERIFY2(!survives(one, whole.size()), std::to_string(percent).c_str());
    }
    write_bytes(one.directory / one.damaged, whole);
  }

  void survives_flipped_bytes_data() { rows(); }
  void survives_flipped_bytes() {
    QFETCH(int, subject);
    const Subject& one = subjects_[static_cast<std::size_t>(subject)];
    const std::string whole = bytes_of(one.directory / one.damaged);
    // Most bytes of a large file are values, which cannot be wrong: three of four flips go to the first and last 4 KB.
    const std::size_t edge = std::min<std::size_t>(whole.size(), 4096);
    std::mt19937 random(11);
    int read = 0;
    const auto started = std::chrono::steady_clock::now();
    const int flips = test::flips(2000);
    for (int k = 0; k < flips; ++k) {
      std::string damaged = whole;
      // Every fourth has a second one: a count and what it counts can then be wrong together.
      for (int left = k % 4 == 0 ? 2 : 1; left > 0; --left) {
        const std::size_t place = k % 2        ? random() % edge
                                  : k % 4 == 0 ? whole.size() - 1 - random() % edge
                                               : random() % whole.size();
        damaged[place] = static_cast<char>(static_cast<unsigned char>(damaged[place]) ^ (1 + random() % 255));
      }
      write_bytes(one.directory / one.damaged, damaged);
      read += survives(one, whole.size());
    }
    write_bytes(one.directory / one.damaged, whole);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    qInfo("%d of %d were read, the others refused; %.1f s", read, flips, seconds.count());
    QVERIFY(read < flips); // some flips hit what is checked
  }
};

LONGVIEW_TEST_MAIN(TestDamagedWeights)
#include "tst_damaged_weights.moc"
