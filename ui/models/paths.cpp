#include "models/paths.h"

#include <QDir>
#include <QFile>

namespace longview {

QString to_qt(const std::filesystem::path& path) {
  return QFile::decodeName(QByteArray::fromStdString(path.string()));
}

std::filesystem::path to_path(const QString& text) {
  QString path = text.trimmed();
  if (path == QStringLiteral("~") || path.startsWith(QStringLiteral("~/")))
    path.replace(0, 1, QDir::homePath());
  return QFile::encodeName(path).toStdString();
}

std::filesystem::path plain_path(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::absolute(path, ignored).lexically_normal();
}

} // namespace longview
