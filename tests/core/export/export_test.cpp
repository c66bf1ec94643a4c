#include "export_test.h"

namespace longview::test {

const std::vector<std::string> lines = {
    R"({"text":"zero","id":"a","meta":{"n":12345678901234567890}})",
    R"(  { "id" : "b",	"text":"on\u0065" , "x":[1, 2 ]} )",
    R"({"text":"no","text":"two","id":"c","q":"say \"hi\", then"})",
    R"({"id":"d","text":"three"})",
    R"({"id":"bad","text":7})",
};

void ExportTest::init() {
  temporary_ = std::make_unique<QTemporaryDir>();
  folder_ = std::filesystem::canonical(temporary_->path().toStdString());
  std::string jsonl;
  for (std::size_t k = 0; k < lines.size(); ++k)
    jsonl += lines[k] + (k + 1 < lines.size() ? "\r\n" : "");
  write(folder_ / "docs.jsonl", jsonl);
  write(folder_ / "note.txt", "A note,\nin \"two\" lines.\n");
  make_project({});
}

void ExportTest::make_project(const RunSettings& settings) {
  Project project = Project::open(folder_ / "t.longview", Project::Mode::create);
  const std::vector<SourceFile> files = find_sources({folder_ / "docs.jsonl", folder_ / "note.txt"});
  std::vector<Hash128> hashes;
  for (const SourceFile& file : files)
    hashes.push_back(hash_file(file.path));
  const DatasetId dataset = project.put_dataset("docs", files, hashes);
  RunIdentity identity;
  identity.dataset = dataset;
  identity.settings = to_json(settings);
  identity.model = {1, 2};
  identity.tokenizer = {3, 4};
  run_ = project.put_run(identity, "/models/small.gguf", "Small");
  CorpusReader reader(files, {});
  // Strengths of a far and a near pair: "a" far, "b" near, "c" both, "d" neither, then the note.
  const std::vector<std::pair<double, double>> strengths = {
      {0.5, 0}, {0, 0.5}, {0.625, 0.625}, {0.0625, 0.0625}, {0.5, 0}};
  std::size_t place = 0;
  while (const auto item = reader.next()) {
    if (const auto* bad = std::get_if<BadDocument>(&*item)) {
      ResultRow row;
      row.document = project.put_document(dataset, *bad);
      row.status = Status::bad_input;
      row.reason = bad->reason;
      project.put_result(run_, row, nullptr);
      continue;
    }
    const auto [far, near] = strengths.at(place);
    put_result(project, project.put_document(dataset, std::get<Document>(*item)), 100 * (place + 1), far, near);
    ++place;
  }
  QCOMPARE(place, strengths.size());
}

void ExportTest::put_result(Project& project, DocumentId document, std::uint64_t tokens, double strength_far,
                            double strength_near) {
  ResultData data;
  data.bounds = {0, 1, 2, 3};
  data.pairs.perplexity_alone = {16, 16, 16};
  data.pairs.pairs = {{2, 0, 16 * (1 - strength_far)}, {2, 1, 16 * (1 - strength_near)}};
  const RunSettings settings = settings_from_json(project.run(run_).identity.settings);
  const DocumentNumbers numbers = derive_numbers(data.pairs, settings.sampling, settings.parameters);
  ResultRow row;
  row.document = document;
  row.tokens = tokens;
  row.segments = 3;
  row.pair_count = 2;
  row.take(numbers);
  project.put_result(run_, row, &data);
}

} // namespace longview::test
