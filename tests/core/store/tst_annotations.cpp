#include "fixture.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

/// What is kept beside results: labels, notes, views, token gains, named sets of parameters.
class TestAnnotations : public QObject {
  Q_OBJECT

 private slots:
  void labels_belong_to_documents();
  void notes_and_views_are_kept();
  void token_gains_are_kept_by_pair();
  void parameter_sets_are_kept_by_name();
};

void TestAnnotations::labels_belong_to_documents() {
  WithRun made;
  const DocumentId first = made.project.put_document(made.dataset, document(1)),
                   second = made.project.put_document(made.dataset, document(2));
  for (const DocumentId id : {first, second})
    made.project.put_result(made.run, result_row(id), nullptr);
  made.project.add_label(first, "second look");
  made.project.add_label(first, "keep");
  made.project.add_label(first, "keep");
  made.project.add_label(second, "Robert'); DROP TABLE label;--");
  const std::vector<TableRow> rows = made.project.table(made.run);
  QVERIFY((rows[0].marks.labels == std::vector<std::string>{"keep", "second look"}));
  QCOMPARE(rows[1].marks.labels.size(), 1u);
  QVERIFY(made.project.marks(made.run).at(first) == rows[0].marks);
  QCOMPARE(made.project.labels().size(), 3u);
  QVERIFY(made.project.remove_label(first, "keep"));
  QVERIFY(!made.project.remove_label(first, "keep"));
  QVERIFY((made.project.table(made.run)[0].marks.labels == std::vector<std::string>{"second look"}));
  COMPARE_ERROR(made.project.add_label(first, ""), ErrorCode::usage, "1 to 200 bytes");
  QVERIFY(made.project.label_names() == std::vector<std::string>(label_keys));
  made.project.put_label_names({"keep", "", "a \"third\" one"});
  QCOMPARE(made.project.label_names().size(), label_keys);
  QCOMPARE(made.project.label_names()[2], "a \"third\" one");
  QVERIFY(made.project.views().empty()); // they are no view of a person's
  COMPARE_ERROR(made.project.put_view({"Labels of the keys 1 to 9", "", "{}"}), ErrorCode::usage, "choose another");
}

void TestAnnotations::notes_and_views_are_kept() {
  WithRun made;
  const DocumentId first = made.project.put_document(made.dataset, document(1)),
                   second = made.project.put_document(made.dataset, document(2));
  made.project.put_result(made.run, result_row(first), nullptr);
  made.project.put_note(first, "a \"quoted\"\nsecond line");
  made.project.put_note(first, "the newer one");
  made.project.put_note(second, "of no result of this run");
  QCOMPARE(made.project.marks(made.run).size(), 1u);
  QCOMPARE(made.project.table(made.run)[0].marks.note, "the newer one");
  QCOMPARE(made.project.marks(second).note, "of no result of this run");
  made.project.put_note(first, "");
  QVERIFY(made.project.marks(made.run).empty());
  COMPARE_ERROR(made.project.put_note(first, std::string(70000, 'x')), ErrorCode::usage, "at most 65536 bytes");

  made.project.put_view({"b", "tokens > 4k", "{}"});
  made.project.put_view({"a", "", "{\"sort\":\"lds\"}"});
  made.project.put_view({"b", "tokens > 8k", "{}"});
  QCOMPARE(made.project.views().size(), 2u);
  QCOMPARE(made.project.views()[1].filter, "tokens > 8k");
  QCOMPARE(made.project.views()[0].settings, "{\"sort\":\"lds\"}");
  QVERIFY(made.project.remove_view("b"));
  QVERIFY(!made.project.remove_view("b"));
  COMPARE_ERROR(made.project.put_view({"", "", "{}"}), ErrorCode::usage, "needs a name");
}

void TestAnnotations::token_gains_are_kept_by_pair() {
  WithRun made;
  const DocumentId id = made.project.put_document(made.dataset, document(1));
  QVERIFY(!made.project.token_gain(made.run, id, 3, 1));
  const TokenGain gain{{4, 4, 9}, {1.5f, -0.25f}, {0.5f, 2.0f}};
  made.project.put_token_gain(made.run, id, 3, 1, gain);
  const std::optional<TokenGain> found = made.project.token_gain(made.run, id, 3, 1);
  QVERIFY(found && found->ends == gain.ends && found->alone == gain.alone && found->after == gain.after);
  QCOMPARE(found->gain(1), -2.25);
  QVERIFY(!made.project.token_gain(made.run, id, 3, 2));
  COMPARE_ERROR(made.project.put_token_gain(made.run, id, 3, 1, TokenGain{{4}, {1.0f}, {}}), ErrorCode::internal,
                "lengths");
}

void TestAnnotations::parameter_sets_are_kept_by_name() {
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

LONGVIEW_TEST_MAIN(TestAnnotations)
#include "tst_annotations.moc"
