#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QWidget>

#include "filter/completion.h"
#include "jobs/background.h"
#include "jobs/compare_job.h"

class QPushButton;
class QTableWidget;

namespace longview {

class FilterBox;
class Notice;

/// How well the scores of each side's run tell two labelled kinds of documents apart (AUC): with which settings one
/// should score.
class LabelledPanel : public QWidget {
  Q_OBJECT

 public:
  explicit LabelledPanel(QWidget* parent = nullptr);
  ~LabelledPanel() override;

  /// What test() works on; results of other sides go.
  void set_sides(const std::vector<SideChoice>& sides, const std::optional<LiveParameters>& parameters);
  void test();
  void set_completion(const std::shared_ptr<const CompletionSource>& source);

  QTableWidget* table() const { return table_; }

 signals:
  /// Somebody wants to make such documents from texts.
  void stitching_wanted();

 private:
  FilterBox* positive_;
  FilterBox* negative_;
  Notice* positive_notice_;
  Notice* negative_notice_;
  QPushButton* test_;
  Notice* notice_;
  QTableWidget* table_;
  std::vector<SideChoice> sides_;
  std::optional<LiveParameters> parameters_;
  Background background_; // last: it delivers to the others
};

} // namespace longview
