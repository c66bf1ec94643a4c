#include "export/csv.h"

#include "support/log_guard.h"

using namespace longview;

class TestCsv : public QObject {
  Q_OBJECT

 private slots:
  void records_are_those_of_rfc_4180() {
    QCOMPARE(csv_record({"a", "", "c d"}), std::string("a,,c d\r\n"));
    QCOMPARE(csv_record({"a,b", "say \"hi\"", "two\nlines", "x\r"}),
             std::string("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"x\r\"\r\n"));
    QCOMPARE(csv_record({"\"", "\u00e9"}), std::string("\"\"\"\",\u00e9\r\n"));
  }

  void cells_are_what_the_json_means() {
    QCOMPARE(csv_cell("null"), std::string());
    QCOMPARE(csv_cell(R"("a\nb\u00e9")"), std::string("a\nb\u00e9"));
    QCOMPARE(csv_cell("12345678901234567890"), std::string("12345678901234567890"));
    QCOMPARE(csv_cell(R"([1, "a"])"), std::string(R"([1, "a"])"));
    QCOMPARE(csv_cell("\"\""), std::string());
  }
};

LONGVIEW_TEST_MAIN(TestCsv)
#include "tst_csv.moc"
