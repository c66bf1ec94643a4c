#include "pages/document_window.h"

#include <QKeyEvent>
#include <QSettings>
#include <QShortcut>
#include <QVBoxLayout>

#include "application.h"
#include "models/document_columns.h"
#include "pages/document_page.h"

namespace longview {

DocumentWindow::DocumentWindow(const DocumentKey& key, const LiveParameters& parameters, QWidget* parent)
    : QWidget(parent, Qt::Window), page_(new DocumentPage(this)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setAttribute(Qt::WA_QuitOnClose, false);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(page_);
  page_->restore_layout(application_settings());
  connect(page_, &DocumentPage::document_changed, this, [this] {
    if (page_->document())
      setWindowTitle(document_title(page_->document()->document));
  });
  connect(new QShortcut(QKeySequence::Close, this), &QShortcut::activated, this, &QWidget::close);
  page_->set_parameters(parameters);
  page_->show_document(key);
  resize(1000, 720);
}

void DocumentWindow::keyPressEvent(QKeyEvent* event) {
  // The heatmap takes back its own zoom first; what it leaves comes here.
  if (event->key() == Qt::Key_Escape)
    page_->undo();
  else
    QWidget::keyPressEvent(event);
}

} // namespace longview
