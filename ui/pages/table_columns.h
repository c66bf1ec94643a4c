#pragma once

#include <string>
#include <vector>

#include <QMap>
#include <QObject>
#include <QString>

class QHeaderView;
class QMenu;
class QSettings;
class QTableView;

namespace longview {

class DocumentsModel;

/// Which columns of the documents table are shown, in which order and how wide: by key, so that a column of another
/// project's field, or of another version, comes back as it was left.
class TableColumns : public QObject {
  Q_OBJECT

 public:
  TableColumns(QTableView& table, DocumentsModel& model);

  /// Keys of what is shown, from the left.
  std::vector<std::string> shown() const;
  /// Shows exactly these, in this order; the document's name always stays.
  void show_only(const std::vector<std::string>& keys);
  void set_shown(const QString& key, bool shown);
  /// An entry a column; fields of the source in a menu of their own.
  void fill(QMenu& menu);

  void save(QSettings& settings);
  void restore(QSettings& settings);

 signals:
  void changed();

 private:
  struct Place {
    bool shown = false;
    int width = 0;
    int order = -1; ///< from the left; -1: nobody moved it
  };
  void begin(int first, int last);
  void remember();
  int first_width(int column) const;
  QString key(int column) const;

  QTableView& table_;
  DocumentsModel& model_;
  QHeaderView& header_;
  QMap<QString, Place> places_; ///< of every column that was ever seen
  bool quiet_ = false;
};

} // namespace longview
