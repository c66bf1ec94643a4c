#pragma once

#include <map>

#include <QImage>
#include <QTextBrowser>

namespace longview {

/// A page of Markdown as it is read: room between paragraphs, code on a ground of its own, pictures as wide as the page
/// at most. The window's fonts and colours.
class HelpPage : public QTextBrowser {
  Q_OBJECT

 public:
  explicit HelpPage(QWidget* parent = nullptr);

 protected:
  void doSetSource(const QUrl& name, QTextDocument::ResourceType type) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void dress();
  void fit_pictures();

  std::map<QString, QImage> pictures_; ///< as they are stored, by name
};

} // namespace longview
