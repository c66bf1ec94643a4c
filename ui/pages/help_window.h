#pragma once

#include <QUrl>
#include <QWidget>

class QListWidget;

namespace longview {

class HelpPage;

/// The help pages of the program (resources/help, Markdown): a list and the page. Links between pages stay here, others
/// open in the browser.
class HelpWindow : public QWidget {
  Q_OBJECT

 public:
  explicit HelpWindow(QWidget* parent = nullptr);

  /// A page by its file name without ending; at these words, where they are in it.
  void show_page(const QString& name, const QString& words = {});

 private:
  void mark_page(const QUrl& page);

  QListWidget* pages_;
  HelpPage* text_;
};

} // namespace longview
