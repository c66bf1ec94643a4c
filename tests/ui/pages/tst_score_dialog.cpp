#include "pages/score_dialog.h"

#include <fstream>

#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QToolButton>

#include "pages/notice.h"
#include "pages/path_field.h"
#include "support/fake_engine.h"
#include "ui/support/find_widget.h"
#include "ui/support/widget_test.h"

using namespace longview;
using namespace longview::test;

namespace {

/// The notice whose text holds `part`; null for none.
const Notice* notice_with(const ScoreDialog& dialog, const char* part) {
  for (const Notice* notice : dialog.findChildren<Notice*>())
    if (notice->text().contains(QString::fromUtf8(part)))
      return notice;
  return nullptr;
}

} // namespace

/// What the dialog says about models.
class TestScoreDialog : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::unique_ptr<UseFakeEngine> fake_;

  /// A dialog that lacks nothing but a model.
  std::unique_ptr<ScoreDialog> filled_dialog() const {
    auto dialog = std::make_unique<ScoreDialog>();
    const std::filesystem::path documents = folder_.filePath(QStringLiteral("d.jsonl")).toStdString();
    std::ofstream(documents) << "{\"text\":\"" << std::string(4000, 'a') << "\"}\n";
    dialog->add_files({documents});
    return dialog;
  }

  static void choose_model(ScoreDialog& dialog, const QString& path) {
    QToolButton* button = named<QToolButton>(dialog, "Choose a model");
    QVERIFY(button);
    auto* field = qobject_cast<PathField*>(button->parentWidget());
    QVERIFY(field);
    field->line()->setText(path);
  }

  static QPushButton* score_button(const ScoreDialog& dialog) {
    for (QPushButton* button : dialog.findChildren<QPushButton*>())
      if (button->text() == QStringLiteral("Score"))
        return button;
    return nullptr;
  }

 private slots:
  void init() { fake_ = std::make_unique<UseFakeEngine>(); }
  void cleanup() { fake_.reset(); }

  void a_directory_is_a_model() {
    const auto dialog = filled_dialog();
    choose_model(*dialog, QStringLiteral(LONGVIEW_REFERENCE_DIR "/models/gpt2/"));
    QTRY_VERIFY_WITH_TIMEOUT(notice_with(*dialog, "gpt2, 0.232 million parameters"), patience);
    const Notice* said = notice_with(*dialog, "gpt2, 0.232 million parameters");
    QVERIFY(!said->is_error());
    QVERIFY2(said->text().contains(QStringLiteral("context 512 tokens")), qPrintable(said->text()));
    for (const char* part : {"F32 40", "byte-level BPE", "in float32", "in bfloat16"})
      QVERIFY2(said->toolTip().contains(QLatin1String(part)), qPrintable(said->toolTip()));
    QTRY_VERIFY_WITH_TIMEOUT(score_button(*dialog)->isEnabled(), patience);
    QCOMPARE(dialog->request().model, std::string(LONGVIEW_REFERENCE_DIR "/models/gpt2/"));
  }

  void segments_must_fit_the_context() {
    const auto dialog = filled_dialog();
    choose_model(*dialog, QStringLiteral(LONGVIEW_REFERENCE_DIR "/models/gpt2"));
    QTRY_VERIFY_WITH_TIMEOUT(score_button(*dialog)->isEnabled(), patience);
    QSpinBox* length = nullptr;
    for (QSpinBox* box : dialog->findChildren<QSpinBox*>())
      if (box->accessibleName() == QStringLiteral("Segment length"))
        length = box;
    QVERIFY(length);
    length->setValue(257);
    const Notice* said = notice_with(*dialog, "context of 512 tokens has room for segments of at most 256");
    QVERIFY(said && said->is_error());
    QVERIFY(!score_button(*dialog)->isEnabled());
    length->setValue(256);
    QVERIFY(!notice_with(*dialog, "has room for segments"));
    QVERIFY(score_button(*dialog)->isEnabled());
  }

  void what_is_no_model_is_refused_in_its_place() {
    const auto dialog = filled_dialog();
    choose_model(*dialog, folder_.path());
    QTRY_VERIFY_WITH_TIMEOUT(notice_with(*dialog, "holds no weights: there is none of model.safetensors"), patience);
    QVERIFY(!score_button(*dialog)->isEnabled());
    choose_model(*dialog, QString());
    QVERIFY(notice_with(*dialog, "a GGUF file or a Hugging Face directory"));
    QVERIFY(!score_button(*dialog)->isEnabled());
  }

  void controls_are_asked_for() {
    const auto dialog = filled_dialog();
    QCOMPARE(dialog->request().settings.controls, 0u);
    for (QSpinBox* box : dialog->findChildren<QSpinBox*>())
      if (box->accessibleName() == QStringLiteral("Controls"))
        box->setValue(2);
    QCOMPARE(dialog->request().settings.controls, 2u);
  }

  void folders_have_a_chooser() {
    const ScoreDialog dialog;
    QVERIFY(named<QToolButton>(dialog, "Choose a model that is a folder"));
    QVERIFY(!named<QToolButton>(dialog, "Choose a project file that is a folder"));
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestScoreDialog)
#include "tst_score_dialog.moc"
