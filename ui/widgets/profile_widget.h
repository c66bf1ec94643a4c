#pragma once

#include <memory>

#include <QWidget>

#include "widgets/document_data.h"
#include "widgets/figure_menu.h"
#include "widgets/profile_figure.h"

namespace longview {

/// Mean strength by distance in segments, with a 95 % band (bootstrap over rows) and the number of pairs in each bin;
/// beside it, once it is given, the mean of the documents of the run. What takes long is computed in the background.
class ProfileWidget : public QWidget {
  Q_OBJECT

 public:
  explicit ProfileWidget(QWidget* parent = nullptr);
  ~ProfileWidget() override;
  void set_document(DocumentPointer document);
  void set_distances(BinScale distances);
  BinScale distances() const;
  /// Of the run of this document and its parameters, over profile_bins(document, distances()); null: not known.
  void set_dataset(DatasetProfilePointer dataset);
  /// As it is shown, for files and the clipboard.
  ShownFigure figure() const;
  QSize sizeHint() const override;

 signals:
  /// Other bins are wanted of the dataset.
  void bins_changed();

 protected:
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  struct State;
  void compute();

  std::unique_ptr<State> state_;
};

} // namespace longview
