#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "jobs/background.h"
#include "jobs/compare_job.h"

class QLineEdit;
class QPushButton;
class QTableWidget;

namespace longview {

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

  QTableWidget* table() const { return table_; }

 private:
  QLineEdit* positive_;
  QLineEdit* negative_;
  QPushButton* test_;
  Notice* notice_;
  QTableWidget* table_;
  std::vector<SideChoice> sides_;
  std::optional<LiveParameters> parameters_;
  Background background_; // last: it delivers to the others
};

} // namespace longview
