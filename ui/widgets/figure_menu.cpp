#include "widgets/figure_menu.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>

#include "models/format.h"
#include "widgets/figure_table.h"

namespace longview {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("longview::FigureMenu", text);
}

} // namespace

void add_figure_actions(QMenu* menu, QWidget* parent, const ShownFigure& figure) {
  if (!figure.document)
    return;
  menu->addAction(tr("&Copy figure"), parent, [figure] { copy_figure(figure); });
  menu->addAction(tr("Copy &table"), parent, [figure] { copy_table(figure); });
  menu->addAction(tr("Sa&ve figure…"), parent, [parent, figure] { ask_and_save(parent, figure, false); });
  menu->addAction(tr("Save ta&ble…"), parent, [parent, figure] { ask_and_save(parent, figure, true); });
}

void copy_figure(const ShownFigure& figure) {
  auto* data = new QMimeData;
  data->setImageData(figure_image(figure.kind, *figure.document, figure.options));
  data->setData(QStringLiteral("image/svg+xml"), figure_svg(figure.kind, *figure.document, figure.options));
  QGuiApplication::clipboard()->setMimeData(data);
}

void copy_table(const ShownFigure& figure) {
  QGuiApplication::clipboard()->setText(
      QString::fromStdString(figure_table(figure.kind, *figure.document, figure.options)));
}

QString ask_and_save(QWidget* parent, const ShownFigure& figure, bool table) {
  QString name = QString::fromStdString(figure.document->document.name);
  name.replace(u'/', u'_');
  const QString file = table
                           ? QFileDialog::getSaveFileName(parent, tr("Save the table"), name + QStringLiteral(".tsv"),
                                                          tr("Tables (*.tsv)"))
                           : QFileDialog::getSaveFileName(parent, tr("Save the figure"), name + QStringLiteral(".png"),
                                                          tr("Figures (*.png *.svg *.pdf);;Tables (*.tsv)"));
  if (file.isEmpty())
    return {};
  try {
    save_figure(figure.kind, *figure.document, file.toStdString(), figure.options);
    return file;
  } catch (const Error& error) {
    QMessageBox box(QMessageBox::Warning, tr("Nothing was saved"), error_text(error), QMessageBox::Ok, parent);
    box.setTextFormat(Qt::PlainText);
    box.setTextInteractionFlags(Qt::TextSelectableByMouse);
    box.exec();
    return {};
  }
}

} // namespace longview
