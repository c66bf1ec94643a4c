#include <cmath>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "fixture.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

/// What a project remembers: datasets, documents, runs, leases, results.
class TestProject : public QObject {
  Q_OBJECT

 private slots:
  void dataset_round_trip();
  void dataset_version_counts_up_when_content_changes();
  void moved_files_are_the_same_dataset();
  void document_round_trip();
  void document_is_remembered_once();
  void another_text_of_a_line_is_another_document();
  void bad_document_is_kept();
  void document_of_an_unknown_source_is_refused();
  void found_by_name();
  void ambiguous_name_lists_candidates();
  void unknown_name_names_the_nearest();
  void newest_text_of_a_place_is_meant();
  void embedded_text_round_trip();
  void run_round_trip();
  void equal_identity_is_the_same_run();
  void newest_run_of_a_dataset();
  void finished_until_a_result_comes();
  void result_round_trip();
  void result_without_data();
  void result_replaces_partial();
  void thinned_result_round_trip();
  void senseless_result_is_refused();
  void controls_and_overlap_round_trip();
  void repetition_is_filled_in_later();
  void labels_belong_to_documents();
  void notes_and_views_are_kept();
  void table_is_in_source_order();
  void table_since_follows();
  void transaction_is_undone_unless_committed();
  void missing_things_are_named();
  void token_gains_are_kept_by_pair();
  void parameter_sets_are_kept_by_name();
  void status_names();
};

void TestProject::dataset_round_trip() {
  ProjectFixture fixture;
  DatasetId id{};
  {
    Project project = fixture.open();
    SourceFile text = source_file("/data/a b\n.txt.zst");
    text.kind = SourceKind::text;
    text.compression = Compression::zstd;
    const SourceFile files[] = {source_file("/data/talks.jsonl"), text};
    const Hash128 hashes[] = {{0xffffffffffffffff, 0x8000000000000000}, {0, 1}};
    id = project.put_dataset("talks", files, hashes);
  }
  const Project project = fixture.open(Project::Mode::read_only);
  const StoredDataset dataset = project.dataset(id);
  QCOMPARE(dataset.name, "talks");
  QCOMPARE(dataset.version, 1);
  QCOMPARE(dataset.sources.size(), 2u);
  QCOMPARE(dataset.sources[0].hash.hex(), "ffffffffffffffff8000000000000000");
  QVERIFY(dataset.sources[1].file.path == "/data/a b\n.txt.zst");
  QVERIFY(dataset.sources[1].file.kind == SourceKind::text);
  QVERIFY(dataset.sources[1].file.compression == Compression::zstd);
  QVERIFY((dataset.sources[0].file.stamp == FileStamp{1000, 1'700'000'000'000'000'001}));
  QCOMPARE(project.datasets().size(), 1u);
}

void TestProject::dataset_version_counts_up_when_content_changes() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId first = put_dataset(project);
  QVERIFY(put_dataset(project) == first);
  const DatasetId second = put_dataset(project, "talks", 99);
  QVERIFY(second != first);
  QCOMPARE(project.dataset(second).version, 2);
  QVERIFY(put_dataset(project) == first);
  QCOMPARE(project.dataset(put_dataset(project, "others")).version, 1);
}

void TestProject::moved_files_are_the_same_dataset() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const Hash128 hash[] = {{1, 2}};
  const SourceFile before[] = {source_file("/data/talks.jsonl")};
  SourceFile after[] = {source_file("/elsewhere/talks.jsonl")};
  after[0].stamp.mtime_ns = 5;
  const SourceFile renamed[] = {source_file("/data/other.jsonl")};
  const DatasetId id = project.put_dataset("d", before, hash);
  QVERIFY(project.put_dataset("d", after, hash) == id);
  QVERIFY(project.dataset(id).sources[0].file.path == "/elsewhere/talks.jsonl");
  QCOMPARE(project.dataset(id).sources[0].file.stamp.mtime_ns, 5);
  QVERIFY(project.put_dataset("d", renamed, hash) != id);
}

void TestProject::document_round_trip() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const Document written = document(7, 1, "caf\xc3\xa9 \"x\"");
  const StoredDocument read = project.document(project.put_document(dataset, written));
  QVERIFY(read.dataset == dataset);
  QVERIFY(read.source == project.dataset(dataset).sources[1].id);
  QCOMPARE(read.place.source, 1u);
  QCOMPARE(read.place.offset, 600u);
  QCOMPARE(read.place.length, 99u);
  QCOMPARE(read.place.line, 7u);
  QVERIFY(read.text_hash == written.text_hash);
  QCOMPARE(read.name, written.id);
  QCOMPARE(read.title, written.title);
  QCOMPARE(read.fields, written.fields);
}

void TestProject::document_is_remembered_once() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DocumentId first = project.put_document(dataset, document(1));
  const DocumentId second = project.put_document(dataset, document(2));
  QVERIFY(first != second);
  QVERIFY(project.put_document(dataset, document(1)) == first);
  QVERIFY(project.put_document(dataset, document(2)) == second);
  QVERIFY(project.put_document(dataset, document(1, 1)) != first);
}

void TestProject::another_text_of_a_line_is_another_document() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  Document other = document(1);
  other.text_hash = hash128("the abstract");
  const DocumentId first = project.put_document(dataset, document(1));
  QVERIFY(project.put_document(dataset, other) != first);
  QVERIFY(project.document(first).text_hash == document(1).text_hash);
}

void TestProject::bad_document_is_kept() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const BadDocument bad{{0, 300, 50, 4}, "talks.jsonl:4", "broken"};
  const DocumentId id = project.put_document(dataset, bad);
  QVERIFY(project.put_document(dataset, bad) == id);
  QCOMPARE(project.document(id).name, "talks.jsonl:4");
  QCOMPARE(project.document(id).fields, "{}");
}

void TestProject::document_of_an_unknown_source_is_refused() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  COMPARE_ERROR(project.put_document(dataset, document(1, 2)), ErrorCode::internal, "no source file 2");
}

void TestProject::found_by_name() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DocumentId first = project.put_document(dataset, document(1));
  const DocumentId third = project.put_document(dataset, document(3, 0, "talks.jsonl:3"));
  QVERIFY(project.find_document("talk-0-1").id == first);
  QVERIFY(project.find_document("talk-0-1", dataset).id == first);
  QVERIFY(project.find_document(fmt::format("#{}", static_cast<std::int64_t>(first))).id == first);
  QVERIFY(project.find_document("talks.jsonl:3").id == third);
  QVERIFY(project.find_document("talks.jsonl:1").id == first);
  QVERIFY(project.find_document("/data/talks.jsonl:1").id == first);
  for (const char* name : {"alks.jsonl:1", "talks.jsonl:2", "#77", "#", ":1", "talks.jsonl:1x", "talks%jsonl:1", ""})
    COMPARE_ERROR(project.find_document(name), ErrorCode::not_found, "no document named");

  SourceFile book = source_file("/data/moby dick.txt");
  book.kind = SourceKind::text;
  const Hash128 hash[] = {{3, 4}};
  const DatasetId books = project.put_dataset("books", {&book, 1}, hash);
  const DocumentId whole = project.put_document(books, document(1, 0, "moby dick.txt:1"));
  QVERIFY(project.find_document("moby dick.txt").id == whole);
  QVERIFY(project.find_document("/data/moby dick.txt").id == whole);
  for (const char* name : {"talks.jsonl", "dick.txt", "/data/"})
    COMPARE_ERROR(project.find_document(name), ErrorCode::not_found, "no document named");
}

void TestProject::ambiguous_name_lists_candidates() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId talks = put_dataset(project);
  const DatasetId others = put_dataset(project, "others");
  const DocumentId first = project.put_document(talks, document(1, 0, "same"));
  for (std::uint64_t line = 1; line <= 11; ++line)
    project.put_document(others, document(line, 1, "same"));
  COMPARE_ERROR(
      project.find_document("same"), ErrorCode::usage,
      "12 documents are named same: #1 (/data/talks.jsonl:1, dataset talks version 1), #2 (/data/more.jsonl:1");
  COMPARE_ERROR(project.find_document("same"), ErrorCode::usage, "and 2 more");
  QVERIFY(project.find_document("same", talks).id == first);
  const RunId run = project.put_run(identity(talks), "m.gguf", "M");
  project.put_result(run, result_row(first), nullptr);
  QVERIFY(project.find_document("same", {}, run).id == first);
}

void TestProject::unknown_name_names_the_nearest() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  project.put_document(dataset, document(1, 0, "lincoln-1863"));
  project.put_document(dataset, document(2, 0, "obama-2009"));
  COMPARE_ERROR(project.find_document("lincon-1863"), ErrorCode::not_found, "near: lincoln-1863");
  COMPARE_ERROR(project.find_document("zzz"), ErrorCode::not_found, "list shows them all");
  COMPARE_ERROR(project.find_document("obama-2009", put_dataset(project, "others")), ErrorCode::not_found,
                "dataset talks has one");
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  COMPARE_ERROR(project.find_document("obama-2009", dataset, run), ErrorCode::not_found, "no result of obama-2009 yet");
}

void TestProject::newest_text_of_a_place_is_meant() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  Document other = document(1);
  other.text_hash = hash128("the abstract");
  const DocumentId first = project.put_document(dataset, document(1));
  const DocumentId second = project.put_document(dataset, other);
  QVERIFY(project.find_document("talk-0-1").id == second);
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  project.put_result(run, result_row(first), nullptr);
  QVERIFY(project.find_document("talk-0-1", dataset, run).id == first);
}

void TestProject::embedded_text_round_trip() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  Document written = document(1);
  written.text = std::string(100'000, 'x') + std::string("\0 end", 5);
  written.text_hash = hash128(written.text);
  const DocumentId id = project.put_document(dataset, written);
  QVERIFY(!project.embedded_text(id));
  project.put_embedded_text(id, written.text);
  QVERIFY(project.embedded_text(id) == written.text);
  project.put_embedded_text(id, "another text");
  COMPARE_ERROR(project.embedded_text(id), ErrorCode::input, "not the one that was stored");
  SQLite::Database(fixture.path(), SQLite::OPEN_READWRITE).exec("UPDATE embedded_text SET length = 1000000000000");
  COMPARE_ERROR(project.embedded_text(id), ErrorCode::input, "another length");
}

void TestProject::run_round_trip() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const RunIdentity written = identity(put_dataset(project));
  const StoredRun run = project.run(project.put_run(written, "/models/m.gguf", "SmolLM2"));
  QVERIFY(run.identity == written);
  QCOMPARE(run.model_path, "/models/m.gguf");
  QCOMPARE(run.model_name, "SmolLM2");
  QVERIFY(!run.program_version.empty());
  const QDateTime started = QDateTime::fromString(QString::fromStdString(run.started), Qt::ISODate);
  QVERIFY(started.isValid());
  QVERIFY(std::abs(started.secsTo(QDateTime::currentDateTimeUtc())) < 60);
  QVERIFY(run.finished.empty());
}

void TestProject::equal_identity_is_the_same_run() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const RunId first = project.put_run(identity(dataset), "m.gguf", "M");
  QVERIFY(project.put_run(identity(dataset), "elsewhere/m.gguf", "M") == first);
  QVERIFY(project.put_run(identity(dataset, "{}"), "m.gguf", "M") != first);
  RunIdentity other = identity(dataset);
  other.model.low ^= 1;
  QVERIFY(project.put_run(other, "m.gguf", "M") != first);
  other = identity(dataset);
  other.tokenizer.high ^= 1;
  QVERIFY(project.put_run(other, "m.gguf", "M") != first);
  QCOMPARE(project.runs().size(), 4u);
  QVERIFY(project.runs().front().id == first);
}

void TestProject::newest_run_of_a_dataset() {
  ProjectFixture fixture;
  Project project = fixture.open();
  QVERIFY(!project.newest_run());
  const DatasetId talks = put_dataset(project);
  const DatasetId others = put_dataset(project, "others");
  const RunId first = project.put_run(identity(talks), "m.gguf", "M");
  const RunId second = project.put_run(identity(others), "m.gguf", "M");
  QVERIFY(project.newest_run()->id == second);
  QVERIFY(project.newest_run(talks)->id == first);
}

void TestProject::finished_until_a_result_comes() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DocumentId id = project.put_document(dataset, document(1));
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  project.put_result(run, result_row(id), nullptr);
  QVERIFY(project.run(run).finished.empty());
  project.finish_run(run);
  const std::string finished = project.run(run).finished;
  QVERIFY(!finished.empty());
  project.finish_run(run);
  QCOMPARE(project.run(run).finished, finished);
  project.put_result(run, result_row(id), nullptr);
  QVERIFY(project.run(run).finished.empty());
}

static bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

void TestProject::result_round_trip() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DocumentId id = project.put_document(dataset, document(1));
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  const ResultRow row = result_row(id, 0.1 + 0.2);
  const ResultData data = result_data();
  QVERIFY(!project.has_result(run, id));
  QVERIFY(!project.result(run, id));
  QVERIFY(!project.result_data(run, id));
  project.put_result(run, row, &data);
  QVERIFY(project.has_result(run, id));
  QCOMPARE(project.result_count(run), 1u);

  const ResultRow read = project.result(run, id).value();
  QVERIFY(read.document == id);
  QVERIFY(read.status == Status::scored);
  QCOMPARE(read.tokens, 1000u);
  QCOMPARE(read.tail_tokens, 104u);
  QCOMPARE(read.segments, 7u);
  QCOMPARE(read.pair_count, 3u);
  QVERIFY(read.lds == 0.1 + 0.2); // every bit of the double
  QVERIFY(read.lds_mean == row.lds_mean);
  QVERIFY(std::isnan(read.lds_error));
  QVERIFY(read.strength == 0.1 && read.distance == 0.25 && std::isnan(read.specificity));

  const ResultData wide = project.result_data(run, id).value();
  QVERIFY(wide.bounds == data.bounds);
  QVERIFY(wide.pairs.kept.empty());
  QCOMPARE(wide.pairs.perplexity_alone.size(), 7u);
  for (std::size_t k = 0; k < 7; ++k)
    QVERIFY(same(wide.pairs.perplexity_alone[k], data.pairs.perplexity_alone[k]));
  QCOMPARE(wide.pairs.pairs.size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) {
    QCOMPARE(wide.pairs.pairs[k].i, data.pairs.pairs[k].i);
    QCOMPARE(wide.pairs.pairs[k].j, data.pairs.pairs[k].j);
    QVERIFY(same(wide.pairs.pairs[k].perplexity_after, data.pairs.pairs[k].perplexity_after));
  }
}

void TestProject::result_without_data() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DocumentId id = project.put_document(dataset, document(1));
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  ResultRow row;
  row.document = id;
  row.status = Status::bad_input;
  row.reason = "the text field is missing";
  const ResultData data = result_data();
  project.put_result(run, result_row(id), &data);
  project.put_result(run, row, nullptr); // what it was before goes as a whole
  QCOMPARE(project.result(run, id)->reason, row.reason);
  QVERIFY(project.result(run, id)->status == Status::bad_input);
  QVERIFY(std::isnan(project.result(run, id)->lds));
  QVERIFY(!project.result_data(run, id));
}

void TestProject::result_replaces_partial() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DocumentId id = project.put_document(dataset, document(1));
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  QVERIFY(!project.partial(run, id));
  project.put_partial(run, id, result_data(1).pairs);
  project.put_partial(run, id, result_data(2).pairs);
  QCOMPARE(project.partial(run, id)->pairs[1].perplexity_after, 9.75);
  QVERIFY(std::isnan(project.partial(run, id)->pairs[2].perplexity_after));
  QVERIFY(!project.has_result(run, id));
  const ResultData data = result_data();
  project.put_result(run, result_row(id), &data);
  QVERIFY(!project.partial(run, id));
}

void TestProject::thinned_result_round_trip() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DocumentId id = project.put_document(dataset, document(1));
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  ResultData data = result_data();
  data.pairs.kept = {0, 2, 5};
  data.pairs.perplexity_alone = {1, 2, 3};
  data.pairs.pairs = {{2, 0, 1.5}};
  project.put_result(run, result_row(id), &data);
  const ResultData read = project.result_data(run, id).value();
  QVERIFY(read.pairs.kept == data.pairs.kept);
  QCOMPARE(read.bounds.size(), 8u);
  QCOMPARE(read.pairs.segments(), 3u);
}

void TestProject::senseless_result_is_refused() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DocumentId id = project.put_document(dataset, document(1));
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  ResultData data = result_data();
  data.pairs.pairs[0] = {7, 1, 2};
  COMPARE_ERROR(project.put_result(run, result_row(id), &data), ErrorCode::internal, "pair (7, 1)");
  COMPARE_ERROR(project.put_partial(run, id, data.pairs), ErrorCode::internal, "pair (7, 1)");
  QVERIFY(!project.has_result(run, id));
}

void TestProject::table_is_in_source_order() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DatasetId others = put_dataset(project, "others");
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  const RunId other_run = project.put_run(identity(others), "m.gguf", "M");
  for (const auto& [line, source] : {std::pair{2u, 1u}, {9u, 0u}, {1u, 1u}, {3u, 0u}}) {
    const DocumentId id = project.put_document(dataset, document(line, source));
    project.put_result(run, result_row(id, line), nullptr);
  }
  project.put_result(other_run, result_row(project.put_document(others, document(5))), nullptr);
  project.put_document(dataset, document(4)); // no result yet: not in the table
  const std::vector<TableRow> rows = project.table(run);
  QCOMPARE(rows.size(), 4u);
  const char* const names[] = {"talk-0-3", "talk-0-9", "talk-1-1", "talk-1-2"};
  for (std::size_t k = 0; k < 4; ++k) {
    QCOMPARE(rows[k].document.name, names[k]);
    QVERIFY(rows[k].result.document == rows[k].document.id);
    QCOMPARE(rows[k].result.lds, static_cast<double>(rows[k].document.place.line));
  }
}

void TestProject::table_since_follows() {
  ProjectFixture fixture;
  Project writer = fixture.open();
  Project reader = fixture.open(Project::Mode::read_only);
  const DatasetId dataset = put_dataset(writer);
  const RunId run = writer.put_run(identity(dataset), "m.gguf", "M");
  std::int64_t seen = 0;
  const auto rows_since = [&] {
    std::vector<TableRow> rows;
    const std::uint64_t count = reader.table_since(run, seen, 10, [&](const TableRow& row) { rows.push_back(row); });
    return count == rows.size() ? rows : std::vector<TableRow>();
  };
  QVERIFY(rows_since().empty());
  const auto put = [&](std::uint64_t line, double lds) {
    writer.put_result(run, result_row(writer.put_document(dataset, document(line)), lds), nullptr);
  };
  put(2, 1);
  put(1, 2);
  std::vector<TableRow> rows = rows_since();
  QCOMPARE(rows.size(), 2u);
  QCOMPARE(rows[0].document.name, "talk-0-2");
  QVERIFY(rows_since().empty());
  put(2, 3); // a result that comes again is told again
  put(3, 4);
  rows = rows_since();
  QCOMPARE(rows.size(), 2u);
  QCOMPARE(rows[0].document.name, "talk-0-2");
  QCOMPARE(rows[0].result.lds, 3.0);
  QCOMPARE(reader.result_count(run), 3u);
}

void TestProject::transaction_is_undone_unless_committed() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const RunId run = project.put_run(identity(dataset), "m.gguf", "M");
  const auto put = [&](std::uint64_t line) {
    const ResultData data = result_data();
    project.put_result(run, result_row(project.put_document(dataset, document(line))), &data);
  };
  {
    Project::Transaction transaction(project);
    put(1);
    put(2);
  }
  QCOMPARE(project.result_count(run), 0u);
  {
    Project::Transaction outer(project);
    put(1);
    {
      Project::Transaction inner(project);
      put(2);
    }
    put(3);
    outer.commit();
  }
  const std::vector<TableRow> rows = project.table(run);
  QCOMPARE(rows.size(), 2u);
  QCOMPARE(rows[1].document.name, "talk-0-3");
}

void TestProject::missing_things_are_named() {
  ProjectFixture fixture;
  Project project = fixture.open();
  COMPARE_ERROR(project.dataset(DatasetId{5}), ErrorCode::not_found, "no dataset 5");
  COMPARE_ERROR(project.document(DocumentId{6}), ErrorCode::not_found, "no document 6");
  COMPARE_ERROR(project.run(RunId{7}), ErrorCode::not_found, "no run 7");
  COMPARE_ERROR(project.finish_run(RunId{7}), ErrorCode::not_found, "no run 7");
  COMPARE_ERROR(project.take_lease(RunId{7}), ErrorCode::not_found, "no run 7");
  COMPARE_ERROR(project.put_run(identity(DatasetId{5}), "", ""), ErrorCode::not_found, "no dataset 5");
  QVERIFY(project.table(RunId{7}).empty());
  // Foreign keys are on: a result of nothing is a fault of ours, and nothing of it stays.
  COMPARE_ERROR(project.put_result(RunId{7}, result_row(DocumentId{1}), nullptr), ErrorCode::internal, "FOREIGN KEY");
}

void TestProject::token_gains_are_kept_by_pair() {
  ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const DocumentId id = project.put_document(dataset, document(1));
  const RunId run = project.put_run(identity(dataset), "", "");
  QVERIFY(!project.token_gain(run, id, 3, 1));
  const TokenGain gain{{4, 4, 9}, {1.5f, -0.25f}, {0.5f, 2.0f}};
  project.put_token_gain(run, id, 3, 1, gain);
  const std::optional<TokenGain> found = project.token_gain(run, id, 3, 1);
  QVERIFY(found && found->ends == gain.ends && found->alone == gain.alone && found->after == gain.after);
  QCOMPARE(found->gain(1), -2.25);
  QVERIFY(!project.token_gain(run, id, 3, 2));
  COMPARE_ERROR(project.put_token_gain(run, id, 3, 1, TokenGain{{4}, {1.0f}, {}}), ErrorCode::internal, "lengths");
}

void TestProject::parameter_sets_are_kept_by_name() {
  ProjectFixture fixture;
  {
    Project project = fixture.open();
    QVERIFY(project.parameter_sets().empty());
    project.put_parameter_set("strict", R"({"threshold":0.3})");
    project.put_parameter_set("lax'); DROP TABLE run; --", "{}");
    project.put_parameter_set("strict", R"({"threshold":0.2})");
    project.remove_parameter_set("none of this name");
    COMPARE_ERROR(project.put_parameter_set("", "{}"), ErrorCode::usage, "needs a name");
  }
  Project project = fixture.open();
  const std::vector<StoredParameterSet> sets = project.parameter_sets();
  QCOMPARE(sets.size(), 2u);
  QCOMPARE(sets[1].name, "strict");
  QCOMPARE(sets[1].parameters, R"({"threshold":0.2})");
  project.remove_parameter_set("strict");
  QCOMPARE(project.parameter_sets().size(), 1u);
  QVERIFY(project.runs().empty());
}

void TestProject::status_names() {
  for (const Status status :
       {Status::scored, Status::too_short, Status::too_few_pairs, Status::bad_input, Status::failed})
    QVERIFY(parse_status(name(status)) == status);
  QVERIFY(!parse_status("Scored"));
  QVERIFY(!parse_status(""));
}

void TestProject::controls_and_overlap_round_trip() {
  const ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const RunId run = project.put_run(identity(dataset), "m", "M");
  const DocumentId id = project.put_document(dataset, document(1));
  ResultData data = result_data();
  data.pairs.controls = {{2, 7, 12.25}, {2, 1, 3.5}, {5, 0, no_value}};
  data.pairs.overlap = {0, 128, 255};
  ResultRow row = result_row(id);
  row.corrected_lds = 0.125;
  row.corrected_lds_mean = -0.5;
  row.corrected_lds_error = 0.0625;
  row.corrected_strength = 2;
  row.repetition = 0.75;
  row.copied = 1;
  project.put_partial(run, id, data.pairs);
  QCOMPARE(project.partial(run, id)->controls.size(), 3u);
  project.put_result(run, row, &data);
  const ResultData read = *project.result_data(run, id);
  QVERIFY(read.pairs.overlap == data.pairs.overlap);
  QCOMPARE(read.pairs.controls.size(), 3u);
  QCOMPARE(read.pairs.controls[0].k, 7u);
  QCOMPARE(read.pairs.controls[1].perplexity_after, 3.5);
  QVERIFY(std::isnan(read.pairs.controls[2].perplexity_after));
  const ResultRow found = *project.result(run, id);
  QCOMPARE(found.corrected_lds, 0.125);
  QCOMPARE(found.corrected_lds_mean, -0.5);
  QCOMPARE(found.corrected_lds_error, 0.0625);
  QCOMPARE(found.corrected_strength, 2.0);
  QCOMPARE(found.repetition, 0.75);
  QCOMPARE(found.copied, 1.0);
  const std::vector<ControlSegment> controls{{"a", {1, 2}, {5, 6, 7}}, {"b", {3, 4}, {8}}};
  project.put_controls(run, controls);
  project.put_controls(run, controls); // again: the same two
  QCOMPARE(project.controls(run).size(), 2u);
  QCOMPARE(project.controls(run)[1].document, "b");
  QVERIFY((project.controls(run)[0].tokens == std::vector<std::int32_t>{5, 6, 7}));
  data.pairs.controls = {{5, 0, 1}, {2, 0, 1}};
  COMPARE_ERROR(project.put_result(run, row, &data), ErrorCode::internal, "control 1 of row 2");
}

void TestProject::repetition_is_filled_in_later() {
  const ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const RunId run = project.put_run(identity(dataset), "m", "M");
  ResultRow row = result_row(project.put_document(dataset, document(1)));
  const ResultData data = result_data();
  project.put_result(run, row, &data);
  project.finish_run(run);
  row.repetition = 0.5;
  row.copied = 0.25;
  row.lds = 99; // is not stored
  project.put_repetition(run, row, std::vector<std::uint8_t>{1, 2, 3});
  QCOMPARE(project.result(run, row.document)->repetition, 0.5);
  QCOMPARE(project.result(run, row.document)->copied, 0.25);
  QCOMPARE(project.result(run, row.document)->lds, 12.5);
  QVERIFY((project.result_data(run, row.document)->pairs.overlap == std::vector<std::uint8_t>{1, 2, 3}));
  QVERIFY(!project.run(run).finished.empty()); // it is the same result
}

void TestProject::labels_belong_to_documents() {
  const ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const RunId run = project.put_run(identity(dataset), "m", "M");
  const DocumentId first = project.put_document(dataset, document(1)),
                   second = project.put_document(dataset, document(2));
  for (const DocumentId id : {first, second})
    project.put_result(run, result_row(id), nullptr);
  project.add_label(first, "second look");
  project.add_label(first, "keep");
  project.add_label(first, "keep");
  project.add_label(second, "Robert'); DROP TABLE label;--");
  const std::vector<TableRow> rows = project.table(run);
  QVERIFY((rows[0].marks.labels == std::vector<std::string>{"keep", "second look"}));
  QCOMPARE(rows[1].marks.labels.size(), 1u);
  QVERIFY(project.marks(run).at(first) == rows[0].marks);
  QCOMPARE(project.labels().size(), 3u);
  QVERIFY(project.remove_label(first, "keep"));
  QVERIFY(!project.remove_label(first, "keep"));
  QVERIFY((project.table(run)[0].marks.labels == std::vector<std::string>{"second look"}));
  COMPARE_ERROR(project.add_label(first, ""), ErrorCode::usage, "1 to 200 bytes");
  QVERIFY(project.label_names() == std::vector<std::string>(label_keys));
  project.put_label_names({"keep", "", "a \"third\" one"});
  QCOMPARE(project.label_names().size(), label_keys);
  QCOMPARE(project.label_names()[2], "a \"third\" one");
  QVERIFY(project.views().empty()); // they are no view of a person's
  COMPARE_ERROR(project.put_view({"Labels of the keys 1 to 9", "", "{}"}), ErrorCode::usage, "choose another");
}

void TestProject::notes_and_views_are_kept() {
  const ProjectFixture fixture;
  Project project = fixture.open();
  const DatasetId dataset = put_dataset(project);
  const RunId run = project.put_run(identity(dataset), "m", "M");
  const DocumentId first = project.put_document(dataset, document(1)),
                   second = project.put_document(dataset, document(2));
  project.put_result(run, result_row(first), nullptr);
  project.put_note(first, "a \"quoted\"\nsecond line");
  project.put_note(first, "the newer one");
  project.put_note(second, "of no result of this run");
  QCOMPARE(project.marks(run).size(), 1u);
  QCOMPARE(project.table(run)[0].marks.note, "the newer one");
  QCOMPARE(project.marks(second).note, "of no result of this run");
  project.put_note(first, "");
  QVERIFY(project.marks(run).empty());
  COMPARE_ERROR(project.put_note(first, std::string(70000, 'x')), ErrorCode::usage, "at most 65536 bytes");

  project.put_view({"b", "tokens > 4k", "{}"});
  project.put_view({"a", "", "{\"sort\":\"lds\"}"});
  project.put_view({"b", "tokens > 8k", "{}"});
  QCOMPARE(project.views().size(), 2u);
  QCOMPARE(project.views()[1].filter, "tokens > 8k");
  QCOMPARE(project.views()[0].settings, "{\"sort\":\"lds\"}");
  QVERIFY(project.remove_view("b"));
  QVERIFY(!project.remove_view("b"));
  COMPARE_ERROR(project.put_view({"", "", "{}"}), ErrorCode::usage, "needs a name");
}

LONGVIEW_TEST_MAIN(TestProject)
#include "tst_project.moc"
