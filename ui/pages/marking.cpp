#include "pages/marking.h"

#include <algorithm>

#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QInputDialog>
#include <QLineEdit>
#include <QShortcut>
#include <QTableView>

#include "models/format.h"

namespace longview {
namespace {

constexpr int longest_name = 60;

} // namespace

Marking::Marking(QTableView& table, DocumentsModel& model) : QObject(&table), table_(table), model_(model) {
  const auto on = [&](Qt::Key key, auto what) {
    auto* shortcut = new QShortcut(QKeySequence(key), &table, nullptr, nullptr, Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, what);
  };
  for (int number = 1; number <= static_cast<int>(label_keys); ++number)
    on(static_cast<Qt::Key>(Qt::Key_0 + number), [this, number] { toggle_label(number); });
  on(Qt::Key_L, [this] { name_labels(); });
  on(Qt::Key_N, [this] { write_note(); });
}

void Marking::set_project(const std::filesystem::path& project) {
  writer_.set_project(project);
  labels_.read(project);
}

std::vector<DocumentId> Marking::selected() const {
  std::vector<DocumentId> documents;
  for (const QModelIndex& index : table_.selectionModel()->selectedRows())
    documents.push_back(*model_.id(index));
  return documents;
}

GivenMarks Marking::marks_of(const std::vector<DocumentId>& documents) const {
  GivenMarks marks;
  for (const DocumentId document : documents) {
    const auto found = model_.snapshot().cells.marks->find(document);
    const Marks* const on_its_way = writer_.on_its_way(document);
    marks.emplace_back(document, on_its_way                                      ? *on_its_way
                                 : found == model_.snapshot().cells.marks->end() ? Marks()
                                                                                 : found->second);
  }
  return marks;
}

void Marking::toggle_label(int number) {
  const std::string label = labels_.names()[number - 1].toStdString();
  if (label.empty()) {
    name_labels();
    return;
  }
  const GivenMarks before = marks_of(selected());
  const auto has = [&](const auto& given) {
    return std::binary_search(given.second.labels.begin(), given.second.labels.end(), label);
  };
  const bool take = std::all_of(before.begin(), before.end(), has);
  GivenMarks after = before;
  for (auto& given : after) {
    std::vector<std::string>& labels = given.second.labels;
    if (take)
      std::erase(labels, label);
    else if (!has(given))
      labels.insert(std::upper_bound(labels.begin(), labels.end(), label), label);
  }
  const QString text = take ? tr("Take away “%1”") : tr("Label “%1”");
  writer_.change(text.arg(labels_.names()[number - 1]), before, std::move(after));
}

void Marking::name_labels() {
  auto* dialog = new QDialog(&table_);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setObjectName(QStringLiteral("labels"));
  dialog->setWindowTitle(tr("Labels"));
  auto* form = new QFormLayout(dialog);
  std::vector<QLineEdit*> fields;
  for (int number = 1; number <= static_cast<int>(label_keys); ++number) {
    auto* field = new QLineEdit(labels_.names()[number - 1], dialog);
    field->setMaxLength(longest_name);
    field->setAccessibleName(tr("Label of key %1").arg(number));
    form->addRow(tr("Key &%1").arg(number), field);
    fields.push_back(field);
  }
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, dialog);
  form->addRow(buttons);
  connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
  connect(dialog, &QDialog::accepted, this, [this, fields] {
    QStringList names;
    for (const QLineEdit* field : fields)
      names << field->text().simplified();
    labels_.put(names);
  });
  dialog->open();
}

void Marking::write_note() {
  const QModelIndex index = table_.currentIndex();
  if (!index.isValid())
    return;
  const DocumentId document = *model_.id(index);
  const GivenMarks before = marks_of({document});
  auto* dialog = new QInputDialog(&table_);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setObjectName(QStringLiteral("note"));
  dialog->setWindowTitle(tr("Note"));
  dialog->setLabelText(tr("Note on this document")); // its title may be anything: it is not put in here
  dialog->setOption(QInputDialog::UsePlainTextEditForTextInput);
  dialog->setTextValue(QString::fromStdString(before.front().second.note));
  connect(dialog, &QInputDialog::textValueSelected, this, [this, before](const QString& text) {
    GivenMarks after = before;
    after.front().second.note = text.trimmed().toStdString();
    writer_.change(tr("Note"), before, std::move(after));
  });
  dialog->open();
}

void Marking::table_shown() {
  writer_.settle();
}

} // namespace longview
