#pragma once

#include <vector>

#include <QWidget>

#include "widgets/document_data.h"

class QLabel;
class QVBoxLayout;

namespace longview {

class ShareBar;

/// Why a document has its score: LDS taken apart into strength, distance and specificity, the ten pairs that weigh
/// most, and what the published preset gives. Every number with its formula and the values in it.
class WhyPanel : public QWidget {
  Q_OBJECT

 public:
  explicit WhyPanel(QWidget* parent = nullptr);

  void set_document(DocumentPointer document);

 signals:
  void link_chosen(longview::Cell cell);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  /// A number with what it is before it and its formula below.
  struct Fact {
    QLabel* title;
    QLabel* value;
    QLabel* formula;
  };
  Fact add_fact(QVBoxLayout* layout, const QString& title);
  void show_facts();
  void show_links();
  void choose_colours();

  DocumentPointer document_;
  QLabel* nothing_;
  QWidget* facts_;
  Fact mean_, sum_, strength_, distance_, specificity_, published_;
  ShareBar* shares_;
  QWidget* links_;
  QVBoxLayout* links_layout_;
};

} // namespace longview
