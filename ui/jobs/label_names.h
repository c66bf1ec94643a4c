#pragma once

#include <filesystem>

#include <QObject>
#include <QStringList>

#include "jobs/background.h"

namespace longview {

/// The names of the labels that the keys 1 to 9 give. They are the project's own and travel with it; reads and writes
/// them on a thread of its own.
class LabelNames : public QObject {
  Q_OBJECT

 public:
  explicit LabelNames(QObject* parent = nullptr);
  ~LabelNames() override;

  /// Those of this project; changed() follows where they are others. Empty: none.
  void read(const std::filesystem::path& project);
  void put(const QStringList& names);
  /// Nine, empty ones too.
  const QStringList& names() const { return names_; }

 signals:
  void changed();
  void failed(const longview::Error& error);

 private:
  void take(const QStringList& names);

  std::filesystem::path project_;
  QStringList names_;
  Background::Kind writes_ = 0; ///< begun; 0 is the kind of reading
  Background background_;       // last: it delivers to the others
};

} // namespace longview
