#pragma once

#include <QWidget>

#include "jobs/document_loader.h"
#include "scoring/settings.h"

namespace longview {

class DocumentPage;

/// A document in a window of its own, to be set beside another. Deletes itself when it is closed.
class DocumentWindow : public QWidget {
  Q_OBJECT

 public:
  DocumentWindow(const DocumentKey& key, const LiveParameters& parameters, QWidget* parent);

  DocumentPage& page() { return *page_; }

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  DocumentPage* page_;
};

} // namespace longview
