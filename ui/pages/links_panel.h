#pragma once

#include <optional>

#include <QWidget>

#include "widgets/document_data.h"

class QLabel;
class QSettings;
class QTableView;

namespace longview {

class LinksModel;

/// The strongest links of a document, in the order that a click on a title chooses. Choosing one is the same as
/// selecting its cell in the heatmap; stepping goes through them in their order.
class LinksPanel : public QWidget {
  Q_OBJECT

 public:
  explicit LinksPanel(QWidget* parent = nullptr);

  /// The marked link stays where it is in the document's links.
  void set_document(DocumentPointer document);
  /// Marks the row of a cell; no signal.
  void set_marked(std::optional<Cell> cell);
  /// The link so many rows from the marked one, the first where none is; nothing at the end.
  std::optional<Cell> stepped(int rows) const;

  LinksModel* model() const { return model_; }
  QTableView* table() const { return table_; }

  void save_layout(QSettings& settings) const;
  void restore_layout(const QSettings& settings);

 signals:
  void link_chosen(longview::Cell cell);

 private:
  void build();
  void mark();
  void copy_selection() const;

  LinksModel* model_;
  QTableView* table_;
  QLabel* count_;
  std::optional<Cell> marked_;
  bool marking_ = false; ///< the selection changes by itself
};

} // namespace longview
