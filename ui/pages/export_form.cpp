// How the Export dialog is put together.
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include "export/score_fields.h"
#include "models/format.h"
#include "pages/column_box.h"
#include "pages/export_dialog.h"
#include "pages/export_preview.h"
#include "pages/filter_box.h"
#include "pages/menu_button.h"
#include "pages/notice.h"
#include "pages/path_field.h"

namespace longview {
namespace {

QString menu_text(const std::string& text) {
  return QString::fromStdString(text).simplified().replace(u'&', QStringLiteral("&&"));
}

QToolButton* menu_button(const QString& text, const QString& tip, QMenu* menu, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setText(menu_button_text(text));
  button->setToolTip(tip);
  button->setPopupMode(QToolButton::InstantPopup);
  button->setMenu(menu);
  return button;
}

QWidget* side_by_side(QWidget* wide, QWidget* other) {
  auto* both = new QWidget(wide->parentWidget());
  auto* layout = new QHBoxLayout(both);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(wide, 1);
  layout->addWidget(other);
  return both;
}

} // namespace

void ExportDialog::build() {
  form_ = build_form();
  auto* scrolled = new QScrollArea(this); // a low screen shows all of it
  scrolled->setWidget(form_);
  scrolled->setWidgetResizable(true);
  scrolled->setFrameShape(QFrame::NoFrame);
  scrolled->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scrolled->setMinimumWidth(360);
  preview_ = new ExportPreviewPanel(this);
  auto* parts = new QSplitter(this);
  parts->setChildrenCollapsible(false);
  parts->setHandleWidth(16);
  parts->addWidget(scrolled);
  parts->addWidget(preview_);
  parts->setStretchFactor(0, 1);
  parts->setStretchFactor(1, 1);
  outcome_ = new Notice(this);
  outcome_->setAccessibleName(tr("What came of it"));
  bar_ = new QProgressBar(this);
  bar_->setAccessibleName(tr("Progress of the export"));
  bar_->setTextVisible(false);
  bar_->hide();
  auto* buttons = new QDialogButtonBox(this);
  from_manifest_ = buttons->addButton(tr("From a &manifest…"), QDialogButtonBox::ResetRole);
  from_manifest_->setToolTip(tr("Makes the files of an earlier export again"));
  export_ = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
  export_->setDefault(true);
  close_ = buttons->addButton(QDialogButtonBox::Close);
  for (QPushButton* button : {from_manifest_, close_})
    button->setAutoDefault(false); // Enter in a field exports, or nothing
  connect(from_manifest_, &QPushButton::clicked, this, &ExportDialog::choose_manifest);
  connect(export_, &QPushButton::clicked, this, &ExportDialog::start_export);
  connect(close_, &QPushButton::clicked, this, &ExportDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 16, 16, 16);
  layout->setSpacing(8);
  layout->addWidget(parts, 1);
  layout->addWidget(bar_);
  layout->addWidget(outcome_);
  layout->addWidget(buttons);
  resize(960, 580);
}

QWidget* ExportDialog::build_form() {
  auto* box = new QWidget(this);
  auto* form = new QFormLayout(box);
  form->setContentsMargins(0, 0, 0, 0);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form_ = box; // the parts are its children
  add_choice(*form);
  add_contents(*form);
  add_output(*form);
  return box;
}

/// Which documents.
void ExportDialog::add_choice(QFormLayout& form) {
  where_notice_ = new Notice(form_);
  where_ = new FilterBox(form_);
  where_->setAccessibleName(tr("Where"));
  where_->setPlaceholderText(tr("all scored documents"));
  where_->set_notice(where_notice_);
  if (offers_.completion)
    where_->set_completion(offers_.completion);
  where_->setText(offers_.filter);
  top_ = new QLineEdit(form_);
  top_->setAccessibleName(tr("Best"));
  top_->setPlaceholderText(tr("all of them; or 50%, 200, 2Mtokens"));
  top_notice_ = new Notice(form_);
  group_ = field_box(tr("Best in each"), tr("all documents together"), form_);
  group_->setToolTip(tr("A field of the source: the best are taken within each of its values"));
  group_notice_ = new Notice(form_);
  split_ = field_box(tr("Split by"), tr("one file"), form_);
  split_->setToolTip(tr("A field of the source: a file for each of its values, with the value in its name"));
  split_notice_ = new Notice(form_);
  QToolButton* choose = menu_button(tr("From"), tr("The filter of the table, the selected documents, or a view"),
                                    build_documents_menu(form_), form_);
  form.addRow(tr("&Where"), with_notice(side_by_side(where_, choose), where_notice_));
  form.addRow(tr("&Best"), with_notice(top_, top_notice_));
  form.addRow(tr("Best &in each"), with_notice(group_, group_notice_));
  form.addRow(tr("&Split by"), with_notice(split_, split_notice_));
}

/// What is written of them.
void ExportDialog::add_contents(QFormLayout& form) {
  format_ = new QComboBox(form_);
  format_->setAccessibleName(tr("Format"));
  for (const ExportFormat format : {ExportFormat::jsonl, ExportFormat::csv})
    format_->addItem(format == ExportFormat::jsonl ? tr("JSONL: the lines of the source") : tr("CSV: a table"),
                     static_cast<int>(format));
  key_ = new QLineEdit(QStringLiteral("longview"), form_);
  key_->setAccessibleName(tr("Key"));
  key_->setToolTip(tr("The one key that is added to every line; all other bytes stay as they are"));
  key_notice_ = new Notice(form_);
  fields_ = new QLineEdit(form_);
  fields_->setAccessibleName(tr("Fields"));
  fields_->setPlaceholderText(tr("all of them; or a list, like id, meta.source"));
  scores_ = new QListWidget(form_);
  scores_->setAccessibleName(tr("Numbers to add"));
  for (const ScoreField& field : score_fields()) {
    auto* item = new QListWidgetItem(QString::fromUtf8(field.name), scores_);
    item->setToolTip(QString::fromUtf8(field.help));
    item->setCheckState(field.by_default ? Qt::Checked : Qt::Unchecked);
  }
  scores_->setMinimumHeight(5 * fontMetrics().height());
  scores_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::MinimumExpanding); // takes all room that is left
  QToolButton* choose = menu_button(tr("Choose"), tr("Fields of the source"), build_fields_menu(form_), form_);
  parameters_line_ = new Notice(form_);
  parameters_line_->setAccessibleName(tr("Parameters"));
  form.addRow(tr("F&ormat"), format_);
  form.addRow(tr("F&ields"), side_by_side(fields_, choose));
  form.addRow(tr("&Key"), with_notice(key_, key_notice_));
  form.addRow(tr("&Numbers"), scores_);
  form.addRow(tr("Parameters"), parameters_line_);
}

/// Where to.
void ExportDialog::add_output(QFormLayout& form) {
  out_ = new PathField(PathField::Purpose::save_file, tr("Export to"),
                       tr("JSONL or CSV (*.jsonl *.csv *.gz *.zst);;All files (*)"), form_);
  out_notice_ = new Notice(form_);
  compression_ = new QComboBox(form_);
  compression_->setAccessibleName(tr("Compression"));
  compression_->addItem(tr("none"), QString());
  compression_->addItem(QStringLiteral("gzip (.gz)"), QStringLiteral(".gz"));
  compression_->addItem(QStringLiteral("Zstandard (.zst)"), QStringLiteral(".zst"));
  force_ = new QCheckBox(tr("Replace an existing file, and a key that is there"), form_);
  form.addRow(tr("&File"), with_notice(out_, out_notice_));
  form.addRow(tr("&Compression"), compression_);
  form.addRow(QString(), force_);
}

QComboBox* ExportDialog::field_box(const QString& name, const QString& nothing, QWidget* parent) const {
  QComboBox* box = column_box(name, nothing, parent);
  if (offers_.completion)
    for (const std::string& field : offers_.completion->fields)
      box->addItem(QString::fromStdString(field));
  return box;
}

/// What may stand under Where: what the table shows, what is selected in it, a view.
QMenu* ExportDialog::build_documents_menu(QWidget* parent) {
  auto* menu = new QMenu(parent);
  menu->addAction(tr("What the &table shows"), this, [this] { where_->setText(offers_.filter); });
  const std::size_t selected = offers_.selected_count;
  const bool too_many = selected > ExportOffers::most_selected;
  QAction* picked =
      menu->addAction(too_many ? tr("The selected documents (%1: give them a label instead)").arg(grouped(selected))
                               : tr("The &selected documents (%1)").arg(selected),
                      this, [this] {
                        std::string ids;
                        for (const QString& id : offers_.selected)
                          ids += (ids.empty() ? "" : ", ") + quoted_in_filter(id.toStdString());
                        where_->setText(QString::fromStdString("id in (" + ids + ")"));
                      });
  picked->setEnabled(selected > 0 && !too_many);
  if (!offers_.views.empty())
    menu->addSection(tr("Views"));
  for (const NamedView& view : offers_.views)
    menu->addAction(menu_text(view.name), this, [this, view] {
      where_->setText(QString::fromStdString(view.filter));
      if (view.parameters)
        set_parameters(*view.parameters);
      manifest_.reset();
      fields_changed();
    });
  return menu;
}

QMenu* ExportDialog::build_fields_menu(QWidget* parent) {
  auto* menu = new QMenu(parent);
  QStringList fields{QString::fromStdString(run_.settings.id_field), QString::fromStdString(run_.settings.text_field)};
  if (offers_.completion)
    for (const std::string& field : offers_.completion->fields)
      if (const QString name = QString::fromStdString(field); !fields.contains(name))
        fields << name;
  for (const QString& field : fields) {
    QAction* action = menu->addAction(menu_text(field.toStdString()), this, [this, field] { toggle_field(field); });
    action->setCheckable(true);
    action->setData(field);
  }
  connect(menu, &QMenu::aboutToShow, this, [this, menu] {
    for (QAction* action : menu->actions()) {
      const QStringList chosen = comma_list(fields_->text());
      action->setChecked(chosen.contains(action->data().toString()));
    }
  });
  return menu;
}

QStringList ExportDialog::comma_list(const QString& text) {
  QStringList words;
  for (const QString& word : text.split(u','))
    if (!word.trimmed().isEmpty())
      words << word.trimmed();
  return words;
}

void ExportDialog::toggle_field(const QString& field) {
  QStringList chosen = comma_list(fields_->text());
  if (!chosen.removeOne(field))
    chosen << field;
  fields_->setText(chosen.join(QStringLiteral(", ")));
}

} // namespace longview
