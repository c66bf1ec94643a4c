#include <SQLiteCpp/Database.h>

#include "fixture.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

/// What a project remembers of datasets and documents, and how a document is found by name.
class TestDocuments : public QObject {
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
};

void TestDocuments::dataset_round_trip() {
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

void TestDocuments::dataset_version_counts_up_when_content_changes() {
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

void TestDocuments::moved_files_are_the_same_dataset() {
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

void TestDocuments::document_round_trip() {
  WithDataset made;
  const Document written = document(7, 1, "caf\xc3\xa9 \"x\"");
  const StoredDocument read = made.project.document(made.project.put_document(made.dataset, written));
  QVERIFY(read.dataset == made.dataset);
  QVERIFY(read.source == made.project.dataset(made.dataset).sources[1].id);
  QCOMPARE(read.place.source, 1u);
  QCOMPARE(read.place.offset, 600u);
  QCOMPARE(read.place.length, 99u);
  QCOMPARE(read.place.line, 7u);
  QVERIFY(read.text_hash == written.text_hash);
  QCOMPARE(read.name, written.id);
  QCOMPARE(read.title, written.title);
  QCOMPARE(read.fields, written.fields);
}

void TestDocuments::document_is_remembered_once() {
  WithDataset made;
  const DocumentId first = made.project.put_document(made.dataset, document(1));
  const DocumentId second = made.project.put_document(made.dataset, document(2));
  QVERIFY(first != second);
  QVERIFY(made.project.put_document(made.dataset, document(1)) == first);
  QVERIFY(made.project.put_document(made.dataset, document(2)) == second);
  QVERIFY(made.project.put_document(made.dataset, document(1, 1)) != first);
}

void TestDocuments::another_text_of_a_line_is_another_document() {
  WithDataset made;
  Document other = document(1);
  other.text_hash = hash128("the abstract");
  const DocumentId first = made.project.put_document(made.dataset, document(1));
  QVERIFY(made.project.put_document(made.dataset, other) != first);
  QVERIFY(made.project.document(first).text_hash == document(1).text_hash);
}

void TestDocuments::bad_document_is_kept() {
  WithDataset made;
  const BadDocument bad{{0, 300, 50, 4}, "talks.jsonl:4", "broken"};
  const DocumentId id = made.project.put_document(made.dataset, bad);
  QVERIFY(made.project.put_document(made.dataset, bad) == id);
  QCOMPARE(made.project.document(id).name, "talks.jsonl:4");
  QCOMPARE(made.project.document(id).fields, "{}");
}

void TestDocuments::document_of_an_unknown_source_is_refused() {
  WithDataset made;
  COMPARE_ERROR(made.project.put_document(made.dataset, document(1, 2)), ErrorCode::internal, "no source file 2");
}

void TestDocuments::found_by_name() {
  WithDataset made;
  const DocumentId first = made.project.put_document(made.dataset, document(1));
  const DocumentId third = made.project.put_document(made.dataset, document(3, 0, "talks.jsonl:3"));
  QVERIFY(made.project.find_document("talk-0-1").id == first);
  QVERIFY(made.project.find_document("talk-0-1", made.dataset).id == first);
  QVERIFY(made.project.find_document(fmt::format("#{}", static_cast<std::int64_t>(first))).id == first);
  QVERIFY(made.project.find_document("talks.jsonl:3").id == third);
  QVERIFY(made.project.find_document("talks.jsonl:1").id == first);
  QVERIFY(made.project.find_document("/data/talks.jsonl:1").id == first);
  for (const char* name : {"alks.jsonl:1", "talks.jsonl:2", "#77", "#", ":1", "talks.jsonl:1x", "talks%jsonl:1", ""})
    COMPARE_ERROR(made.project.find_document(name), ErrorCode::not_found, "no document named");

  SourceFile book = source_file("/data/moby dick.txt");
  book.kind = SourceKind::text;
  const Hash128 hash[] = {{3, 4}};
  const DatasetId books = made.project.put_dataset("books", {&book, 1}, hash);
  const DocumentId whole = made.project.put_document(books, document(1, 0, "moby dick.txt:1"));
  QVERIFY(made.project.find_document("moby dick.txt").id == whole);
  QVERIFY(made.project.find_document("/data/moby dick.txt").id == whole);
  for (const char* name : {"talks.jsonl", "dick.txt", "/data/"})
    COMPARE_ERROR(made.project.find_document(name), ErrorCode::not_found, "no document named");
}

void TestDocuments::ambiguous_name_lists_candidates() {
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

void TestDocuments::unknown_name_names_the_nearest() {
  WithDataset made;
  made.project.put_document(made.dataset, document(1, 0, "lincoln-1863"));
  made.project.put_document(made.dataset, document(2, 0, "obama-2009"));
  COMPARE_ERROR(made.project.find_document("lincon-1863"), ErrorCode::not_found, "near: lincoln-1863");
  COMPARE_ERROR(made.project.find_document("zzz"), ErrorCode::not_found, "list shows them all");
  COMPARE_ERROR(made.project.find_document("obama-2009", put_dataset(made.project, "others")), ErrorCode::not_found,
                "dataset talks has one");
  const RunId run = made.project.put_run(identity(made.dataset), "m.gguf", "M");
  COMPARE_ERROR(made.project.find_document("obama-2009", made.dataset, run), ErrorCode::not_found,
                "no result of obama-2009 yet");
}

void TestDocuments::newest_text_of_a_place_is_meant() {
  WithDataset made;
  Document other = document(1);
  other.text_hash = hash128("the abstract");
  const DocumentId first = made.project.put_document(made.dataset, document(1));
  const DocumentId second = made.project.put_document(made.dataset, other);
  QVERIFY(made.project.find_document("talk-0-1").id == second);
  const RunId run = made.project.put_run(identity(made.dataset), "m.gguf", "M");
  made.project.put_result(run, result_row(first), nullptr);
  QVERIFY(made.project.find_document("talk-0-1", made.dataset, run).id == first);
}

void TestDocuments::embedded_text_round_trip() {
  WithDataset made;
  Document written = document(1);
  written.text = std::string(100'000, 'x') + std::string("\0 end", 5);
  written.text_hash = hash128(written.text);
  const DocumentId id = made.project.put_document(made.dataset, written);
  QVERIFY(!made.project.embedded_text(id));
  made.project.put_embedded_text(id, written.text);
  QVERIFY(made.project.embedded_text(id) == written.text);
  made.project.put_embedded_text(id, "another text");
  COMPARE_ERROR(made.project.embedded_text(id), ErrorCode::input, "not the one that was stored");
  SQLite::Database(made.fixture.path(), SQLite::OPEN_READWRITE).exec("UPDATE embedded_text SET length = 1000000000000");
  COMPARE_ERROR(made.project.embedded_text(id), ErrorCode::input, "another length");
}

LONGVIEW_TEST_MAIN(TestDocuments)
#include "tst_documents.moc"
