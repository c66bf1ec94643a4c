#include "pages/stitch_dialog.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>

#include "compare/stitch.h"
#include "models/format.h"
#include "models/paths.h"
#include "pages/path_field.h"

namespace longview {
namespace {

QSpinBox* number(int least, int most, std::size_t value, const QString& name) {
  auto* box = new QSpinBox;
  box->setRange(least, most);
  box->setValue(static_cast<int>(value));
  box->setGroupSeparatorShown(true);
  box->setAccessibleName(name);
  return box;
}

} // namespace

StitchDialog::StitchDialog(const std::filesystem::path& folder, QWidget* parent)
    : TaskDialog(tr("Labelled test from your own texts"),
                 tr("Cuts texts into pieces and writes whole documents, whose pieces follow each other, and stitched "
                    "ones of the same pieces, each from another place. A score of long dependencies must put the whole "
                    "ones above the stitched ones; Compare then tells how often a run does."),
                 tr("Make and score…"), parent) {
  const StitchOptions defaults;
  pieces_ = number(2, 100'000, defaults.pieces, tr("Pieces in a document"));
  piece_bytes_ = number(1, 100'000'000, defaults.piece_bytes, tr("Bytes of a piece"));
  piece_bytes_->setSuffix(tr(" bytes"));
  documents_ = number(0, 1'000'000, defaults.documents, tr("Documents of each kind"));
  documents_->setSpecialValueText(tr("all that the texts give"));
  text_field_ = new QLineEdit(QString::fromStdString(defaults.text_field));
  text_field_->setAccessibleName(tr("Text field"));
  out_ = new PathField(PathField::Purpose::save_file, tr("Write the documents to"), tr("JSONL (*.jsonl *.gz *.zst)"),
                       this);
  out_->set_path(folder / "labelled.jsonl");
  replace_ = new QCheckBox(tr("Replace an existing file"));
  form().addRow(tr("&Pieces of a document"), pieces_);
  form().addRow(tr("&A piece is about"), piece_bytes_);
  form().addRow(tr("&Documents of each kind"), documents_);
  form().addRow(tr("&Text field of JSONL"), text_field_);
  form().addRow(tr("&File"), out_);
  form().addRow(QString(), replace_);
}

void StitchDialog::start() {
  StitchOptions options;
  options.inputs = files();
  options.pieces = static_cast<std::size_t>(pieces_->value());
  options.piece_bytes = static_cast<std::size_t>(piece_bytes_->value());
  options.documents = static_cast<std::size_t>(documents_->value());
  options.text_field = text_field_->text().trimmed().toStdString();
  options.out = out_->path();
  options.force = replace_->isChecked();
  run([options](std::stop_token stop) { return write_stitched(options, stop); },
      [this, out = options.out](const StitchSummary& done) {
        emit made(to_qt(out),
                  tr("%1 whole and %2 stitched documents from %3")
                      .arg(grouped(done.whole), grouped(done.stitched), counted(done.texts, "text", "texts")));
      });
}

} // namespace longview
