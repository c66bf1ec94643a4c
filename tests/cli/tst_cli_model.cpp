#include <filesystem>
#include <fstream>
#include <iterator>

#include <QTemporaryDir>

#include "program.h"
#include "support/checkpoint.h"
#include "support/log_guard.h"

using namespace longview::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const std::string reference = LONGVIEW_REFERENCE_DIR "/";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& bytes) {
  fs::remove(path);
  std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace

/// What `model` says about Hugging Face directories and GGUF files.
class TestCliModel : public QObject {
  Q_OBJECT

 private slots:
  void init() { place_ = std::make_unique<QTemporaryDir>(); }
  void cleanup() { place_.reset(); }

  /// Parameters as Python counts the values in the files: gpt2 and opt tied, llama not.
  void a_usable_model_as_json_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("expected");
    QTest::newRow("gpt2") << "models/gpt2"
                          << R"({
        "format": "safetensors", "architecture": "gpt2", "name": "gpt2", "weight_types": "F32 40",
        "parameters": 232000, "matrix_parameters": 196608, "layers": 3, "hidden": 64, "heads": 4, "kv_heads": 4,
        "context": 512, "vocabulary": 768, "prefix_bytes_per_token": 1536, "problem": null})";
    QTest::newRow("opt, narrow embedding") << "models/opt_post_ln"
                                           << R"({
        "architecture": "opt", "parameters": 174368, "context": 512, "hidden": 64, "problem": null})";
    QTest::newRow("llama") << "models/llama"
                           << R"({
        "architecture": "llama", "parameters": 221632, "heads": 8, "kv_heads": 2, "context": 1024,
        "prefix_bytes_per_token": 384, "problem": null})";
    QTest::newRow("the weights file itself") << "models/llama/model.safetensors"
                                             << R"({
        "format": "safetensors", "name": "llama", "parameters": 221632, "problem": null})";
    QTest::newRow("gguf") << "gguf/gemma2.F32.gguf"
                          << R"({
        "format": "GGUF v3", "architecture": "gemma2", "layers": 3, "kv_heads": 2})";
  }
  void a_usable_model_as_json() {
    QFETCH(QString, path);
    QFETCH(QString, expected);
    const Finished said = longview_cli({"model", reference + path.toStdString(), "--json"});
    const json all = said.json(), wanted = json::parse(expected.toStdString());
    for (const auto& [key, value] : wanted.items())
      QVERIFY2(all.at(key) == value, (key + ": " + all.at(key).dump()).c_str());
    const std::uint64_t matrices = all["matrix_parameters"], others = all["parameters"].get<std::uint64_t>() - matrices;
    QCOMPARE(all["weight_bytes"]["float32"].get<std::uint64_t>(), 4 * (matrices + others));
    QCOMPARE(all["weight_bytes"]["bfloat16"].get<std::uint64_t>(), 2 * matrices + 4 * others);
    QVERIFY(all["needed_bytes"]["float32"] > all["weight_bytes"]["float32"]);
    if (wanted.contains("problem")) {
      COMPARE_STATUS(said, 0);
      QVERIFY(!all["tokenizer"].get<std::string>().empty());
    }
  }

  void a_usable_model_as_text() {
    const Finished said = longview_cli({"model", reference + "models/gpt2"});
    COMPARE_STATUS(said, 0);
    VERIFY_CONTAINS(said.out, "format        safetensors, ");
    VERIFY_CONTAINS(said.out, "architecture  gpt2: 3 layers, width 64, 4 heads (4 for keys and values)\n");
    VERIFY_CONTAINS(said.out, "parameters    0.2 million (0.2 in matrices); stored as F32 40\n");
    VERIFY_CONTAINS(said.out, "memory        994 KB in float32, ");
    VERIFY_CONTAINS(said.out, "; 197 KB for each prefix of 128 tokens kept\nIt can be used.\n");
  }

  void a_short_context_limits_the_segments() {
    const fs::path model = copy_of("llama");
    json config = json::parse(read(model / "config.json"));
    config["max_position_embeddings"] = 131;
    write(model / "config.json", config.dump());
    const Finished said = longview_cli({"model", model.string()});
    COMPARE_STATUS(said, 0);
    VERIFY_CONTAINS(said.out, "It can be used with --segment-length 65 or less.\n");

    write(model / "d.jsonl", json{{"text", std::string(9000, 'a')}}.dump() + "\n");
    const Finished score = longview_cli({"score", (model / "d.jsonl").string(), "--project", (model / "p").string(),
                                         "--model", model.string(), "--device", "cpu", "--quiet"});
    QVERIFY(score.status != 0);
    VERIFY_CONTAINS(score.err, "a pair of segments takes 256 tokens, but the model's context is 131; say "
                               "--segment-length 65 or less");
  }

  void why_a_directory_cannot_be_used_data() {
    QTest::addColumn<QString>("removed");
    QTest::addColumn<QString>("change"); // of config.json
    QTest::addColumn<QString>("problem");
    QTest::newRow("no weights") << "model.safetensors"
                                << "{}"
                                << "holds no weights: there is none of";
    QTest::newRow("no config") << "config.json"
                               << "{}"
                               << "there is no config.json beside the weights";
    QTest::newRow("no tokenizer") << "tokenizer.model"
                                  << "{}"
                                  << "has no tokenizer: neither tokenizer.json";
    QTest::newRow("unknown family") << ""
                                    << R"({"model_type": "mamba"})"
                                    << "the architecture \"mamba\" is not supported; supported: llama, mistral";
    QTest::newRow("unknown field") << ""
                                   << R"({"clip_qkv": 8.0})"
                                   << "the field clip_qkv = 8.0 in config.json is not understood";
  }
  void why_a_directory_cannot_be_used() {
    QFETCH(QString, removed);
    QFETCH(QString, change);
    QFETCH(QString, problem);
    const fs::path model = copy_of("llama");
    json config = json::parse(read(model / "config.json"));
    config.merge_patch(json::parse(change.toStdString()));
    write(model / "config.json", config.dump());
    if (!removed.isEmpty())
      fs::remove(model / removed.toStdString());
    const Finished said = longview_cli({"model", model.string()});
    COMPARE_STATUS(said, 3);
    QVERIFY2(is_one_line(said.err), said.err.c_str());
    VERIFY_CONTAINS(said.err, "longview-cli: " + model.string() + ": " + problem.toStdString());
    const Finished as_json = longview_cli({"model", model.string(), "--json"});
    COMPARE_STATUS(as_json, 3);
    VERIFY_CONTAINS(as_json.json()["problem"].get<std::string>(), problem.toStdString());
  }

  void a_tokenizer_of_another_model() {
    Checkpoint model(reference + "models/llama");
    model.config["vocab_size"] = 700;
    for (const char* name : {"model.embed_tokens.weight", "lm_head.weight"}) {
      Checkpoint::Tensor& tensor = model.tensors.at(name);
      tensor.bytes.resize(tensor.bytes.size() / tensor.shape[0] * 700);
      tensor.shape[0] = 700;
    }
    const fs::path copy = copy_of("llama");
    model.write(copy);
    const std::string problem = "its tokenizer has 768 tokens, but its output matrix only 700 rows; tokenizer and "
                                "weights do not belong together";
    const Finished said = longview_cli({"model", copy.string()});
    COMPARE_STATUS(said, 3);
    QCOMPARE(said.err, "longview-cli: " + copy.string() + ": " + problem + "\n");
    write(copy / "d.jsonl", json{{"text", std::string(9000, 'a')}}.dump() + "\n");
    const Finished score = longview_cli({"score", (copy / "d.jsonl").string(), "--project", (copy / "p").string(),
                                         "--model", copy.string(), "--device", "cpu", "--quiet"});
    QVERIFY(score.status != 0);
    VERIFY_CONTAINS(score.err, problem);
  }

 private:
  fs::path copy_of(const std::string& name) const {
    const fs::path out = fs::canonical(place_->path().toStdString()) / name;
    fs::copy(reference + "models/" + name, out);
    return out;
  }

  std::unique_ptr<QTemporaryDir> place_;
};

LONGVIEW_TEST_MAIN(TestCliModel)
#include "tst_cli_model.moc"
