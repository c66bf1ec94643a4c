#include "pages/column_box.h"

#include <QComboBox>
#include <QCompleter>
#include <QLineEdit>
#include <QSignalBlocker>

#include "filter/filter.h"

namespace longview {

QComboBox* column_box(const QString& name, const QString& nothing, QWidget* parent) {
  auto* box = new QComboBox(parent);
  box->setEditable(true);
  box->setInsertPolicy(QComboBox::NoInsert);
  box->setAccessibleName(name);
  box->completer()->setCaseSensitivity(Qt::CaseInsensitive);
  box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  box->setMinimumContentsLength(8);
  if (!nothing.isEmpty()) {
    box->addItem(QString());
    box->lineEdit()->setPlaceholderText(nothing);
  }
  return box;
}

void offer_numbers(QComboBox& box) {
  for (const FilterColumn& column : filter_columns())
    if (column.numeric)
      box.addItem(QString::fromUtf8(column.name));
}

void offer_fields(QComboBox& box, const std::vector<std::string>& fields) {
  const QSignalBlocker quiet(box);
  const QString text = box.currentText();
  for (int k = box.count(); k-- > 0;)
    if (box.itemText(k).startsWith(QStringLiteral("source.")))
      box.removeItem(k);
  for (const std::string& field : fields)
    box.addItem(QStringLiteral("source.%1").arg(QString::fromStdString(field)));
  box.setEditText(text);
}

} // namespace longview
