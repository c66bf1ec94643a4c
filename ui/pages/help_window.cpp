#include "pages/help_window.h"

#include <algorithm>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QListWidget>
#include <QScreen>
#include <QSplitter>
#include <QVBoxLayout>

#include "pages/help_page.h"

namespace longview {
namespace {

const QString folder = QStringLiteral(":/help/");

/// The first heading of a page; its file name without one.
QString page_title(const QString& name) {
  QFile file(folder + name + QStringLiteral(".md"));
  if (!file.open(QIODevice::ReadOnly))
    return name;
  const QString first = QString::fromUtf8(file.readLine()).trimmed();
  return first.startsWith(QStringLiteral("# ")) ? first.mid(2) : name;
}

/// The way in comes first, what developers read last, the rest by name.
int place(const QString& name) {
  if (name == QStringLiteral("index") || name == QStringLiteral("start"))
    return 0;
  return name == QStringLiteral("architecture") ? 2 : 1;
}

QStringList page_names() {
  QStringList names;
  for (const QString& file : QDir(folder).entryList({QStringLiteral("*.md")}, QDir::Files, QDir::Name))
    names << file.chopped(3);
  std::stable_sort(names.begin(), names.end(), [](const QString& a, const QString& b) { return place(a) < place(b); });
  return names;
}

} // namespace

HelpWindow::HelpWindow(QWidget* parent)
    : QWidget(parent, Qt::Window), pages_(new QListWidget(this)), text_(new HelpPage(this)) {
  setWindowTitle(tr("Longview help"));
  pages_->setAccessibleName(tr("Help pages"));
  text_->setAccessibleName(tr("Help page"));
  text_->setOpenExternalLinks(true);
  text_->setSearchPaths({QStringLiteral("qrc") + folder, folder});
  for (const QString& name : page_names()) {
    auto* item = new QListWidgetItem(page_title(name), pages_);
    item->setData(Qt::UserRole, name);
  }
  auto* splitter = new QSplitter(this);
  splitter->addWidget(pages_);
  splitter->addWidget(text_);
  splitter->setStretchFactor(1, 1);
  splitter->setSizes({200, 700});
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(splitter);
  connect(pages_, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
    if (item)
      show_page(item->data(Qt::UserRole).toString());
  });
  connect(text_, &QTextBrowser::sourceChanged, this, &HelpWindow::mark_page); // a link was followed
  resize(QSize(1040, 760).boundedTo(screen()->availableSize()));              // pictures can be read
  pages_->setCurrentRow(0);
}

void HelpWindow::show_page(const QString& name, const QString& words) {
  const QUrl page(QStringLiteral("qrc") + folder + name + QStringLiteral(".md"));
  if (text_->source().adjusted(QUrl::RemoveFragment) != page)
    text_->setSource(page, QTextDocument::MarkdownResource);
  mark_page(page);
  if (words.isEmpty())
    return;
  text_->moveCursor(QTextCursor::Start);
  text_->find(words);
}

void HelpWindow::mark_page(const QUrl& page) {
  const QString name = QFileInfo(page.path()).completeBaseName();
  for (int row = 0; row < pages_->count(); ++row)
    if (pages_->item(row)->data(Qt::UserRole) == name)
      pages_->setCurrentRow(row);
}

} // namespace longview
