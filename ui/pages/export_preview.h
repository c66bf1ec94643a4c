#pragma once

#include <QWidget>

#include "base/error.h"
#include "export/export.h"

class QPlainTextEdit;
class QTableWidget;

namespace longview {

class Notice;

/// What an export would write: documents and tokens before and after, the same for each value of a field, and the first
/// lines.
class ExportPreviewPanel : public QWidget {
  Q_OBJECT

 public:
  static constexpr std::size_t lines = 5;

  explicit ExportPreviewPanel(QWidget* parent = nullptr);

  void clear();
  void explain(const QString& text);
  /// `field`: whose values the groups are.
  void show_preview(const ExportPreview& preview, const QString& field);
  void show_problem(const Error& error);

 private:
  void show_groups(const std::vector<GroupCounts>& groups, const QString& field);

  Notice* counts_;
  QTableWidget* groups_;
  QPlainTextEdit* lines_;
};

} // namespace longview
