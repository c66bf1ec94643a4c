#pragma once

#include <filesystem>
#include <vector>

#include <QWidget>

class QListWidget;

namespace longview {

class Notice;

/// The files and folders that a dialog works on, each once, with buttons to add and remove them. They can be dropped
/// anywhere on the dialog.
class FileList : public QWidget {
  Q_OBJECT

 public:
  /// `label` stands above the list, with its mnemonic; `name` is the list's accessible name.
  FileList(const QString& label, const QString& name, QWidget* parent = nullptr);

  void add(const std::vector<std::filesystem::path>& files);
  /// Absolute and without dots.
  std::vector<std::filesystem::path> files() const;
  bool is_empty() const;
  /// Under the list, for what is wrong with the files.
  Notice* notice() const { return notice_; }
  /// Takes what is dropped on it from now on, while the list is enabled.
  void take_drops_on(QWidget& whole);

 signals:
  void changed();

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void choose_files();
  void choose_folder();
  void remove_selected();

  QListWidget* list_;
  Notice* notice_;
};

} // namespace longview
