#pragma once

#include <filesystem>

#include <QWidget>

class QLineEdit;

namespace longview {

/// A line for a path with a button that opens the file chooser, and one for folders where it may be a folder.
class PathField : public QWidget {
  Q_OBJECT

 public:
  enum class Purpose { open_file_or_folder, save_file };
  /// `filter` as QFileDialog takes it.
  PathField(Purpose purpose, const QString& title, const QString& filter, QWidget* parent = nullptr);

  std::filesystem::path path() const;
  void set_path(const std::filesystem::path& path);
  QLineEdit* line() const { return line_; }

 signals:
  void changed();
  /// Typed or chosen by the user.
  void edited();

 private:
  void browse();
  void browse_folders();
  void choose(const QString& chosen); ///< nothing where it is empty

  Purpose purpose_;
  QString title_, filter_;
  QLineEdit* line_;
};

} // namespace longview
