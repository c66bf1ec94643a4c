#include "known_project.h"

#include <fstream>

namespace longview::test {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

DatasetId put_dataset(Project& project, const std::vector<SourceFile>& files) {
  std::vector<Hash128> hashes;
  for (const SourceFile& file : files)
    hashes.push_back(hash_file(file.path));
  return project.put_dataset(files.front().path.stem().string(), files, hashes);
}

RunId put_run(Project& project, DatasetId dataset, const RunSettings& settings) {
  return project.put_run({dataset, to_json(settings), {1, 2}, {3, 4}}, "/models/small.gguf", "Small");
}

ResultRow row_of(DocumentId document, const KnownDocument& known, const ResultData& data, const RunSettings& settings) {
  ResultRow row;
  row.document = document;
  row.tokens = known.tokens;
  row.status = known.status;
  if (known.status != Status::scored) {
    row.reason = "made so by the test";
    return row;
  }
  const DocumentNumbers numbers = derive_numbers(data.pairs, settings.sampling, settings.parameters);
  row.segments = 3;
  row.tail_tokens = 5;
  row.pair_count = numbers.pair_count;
  row.take(numbers);
  return row;
}

void put_result(Project& project, RunId run, DocumentId document, const KnownDocument& known,
                const RunSettings& settings) {
  const ResultData data{{0, 1, 2, 3}, pairs_of(known.strength_far, known.strength_near)};
  const ResultRow row = row_of(document, known, data, settings);
  project.put_result(run, row, known.status == Status::scored ? &data : nullptr);
}

void put_bad(Project& project, RunId run, DatasetId dataset, const BadDocument& bad) {
  ResultRow row;
  row.document = project.put_document(dataset, bad);
  row.status = Status::bad_input;
  row.reason = bad.reason;
  project.put_result(run, row, nullptr);
}

} // namespace

DocumentPairs pairs_of(double strength_far, double strength_near) {
  DocumentPairs pairs;
  pairs.perplexity_alone = {no_value, no_value, 16};
  // as the project keeps them
  pairs.pairs = {{2, 0, static_cast<float>(16 * (1 - strength_far))},
                 {2, 1, static_cast<float>(16 * (1 - strength_near))}};
  return pairs;
}

RunId make_project(const fs::path& path, const fs::path& source, const std::vector<KnownDocument>& documents,
                   const RunSettings& settings) {
  std::string bytes;
  for (const KnownDocument& known : documents)
    bytes += known.line + "\n";
  write(source, bytes);
  const std::vector<SourceFile> files = find_sources({source});
  Project project = Project::open(path, Project::Mode::create);
  const DatasetId dataset = put_dataset(project, files);
  const RunId run = put_run(project, dataset, settings);
  CorpusReader reader(files, {});
  Project::Transaction transaction(project);
  for (const KnownDocument& known : documents) {
    const ReadItem item = reader.next().value();
    if (const auto* bad = std::get_if<BadDocument>(&item))
      put_bad(project, run, dataset, *bad);
    else
      put_result(project, run, project.put_document(dataset, std::get<Document>(item)), known, settings);
  }
  project.finish_run(run);
  transaction.commit();
  return run;
}

RunId make_text_project(const fs::path& path, const fs::path& source, const std::string& text) {
  write(source, text);
  const std::vector<SourceFile> files = find_sources({source});
  Project project = Project::open(path, Project::Mode::create);
  const DatasetId dataset = put_dataset(project, files);
  const RunId run = put_run(project, dataset, {});
  CorpusReader reader(files, {});
  const ReadItem item = reader.next().value();
  put_result(project, run, project.put_document(dataset, std::get<Document>(item)), {"", 300, 0.5, 0.25}, {});
  project.finish_run(run);
  return run;
}

} // namespace longview::test
