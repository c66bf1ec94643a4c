#pragma once

#include <memory>

#include <QWidget>

#include "analysis/distance_profile.h"
#include "widgets/document_data.h"

namespace longview {

/// Mean strength by distance in segments, with a band of two standard errors and the number of pairs in each bin.
class ProfileWidget : public QWidget {
  Q_OBJECT

 public:
  explicit ProfileWidget(QWidget* parent = nullptr);
  ~ProfileWidget() override;
  void set_document(DocumentPointer document);
  void set_distances(BinScale distances);
  BinScale distances() const;
  QSize sizeHint() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace longview
