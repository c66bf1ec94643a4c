#pragma once

#include <QDialog>
#include <QString>
#include <vector>

namespace longview {

/// Keys that belong together, as the help page "The window" lists them.
struct KeyGroup {
  struct Row {
    QString keys; ///< "Ctrl+O", "Up, Down, or K, J"
    QString what;
  };
  QString title;
  std::vector<Row> rows;
};

/// The tables of the section "Keys" of a help page in Markdown: one for each heading of the third level in it. So the
/// sheet and the page cannot say different things.
std::vector<KeyGroup> read_key_groups(const QString& markdown);

/// All keys on one sheet.
class KeysSheet : public QDialog {
  Q_OBJECT

 public:
  explicit KeysSheet(QWidget* parent = nullptr);
};

} // namespace longview
