#pragma once

#include <filesystem>
#include <vector>

#include <QObject>

#include "jobs/background.h"
#include "run/named_view.h"

namespace longview {

/// The named views that a project keeps; reads and writes them on a thread of its own.
class NamedViews : public QObject {
  Q_OBJECT

 public:
  explicit NamedViews(QObject* parent = nullptr);
  ~NamedViews() override;

  /// Reads those of this project; changed() or failed() follows. An empty path: none.
  void read(const std::filesystem::path& project);
  /// Keeps a view, in place of one with the same name.
  void put(const NamedView& view);
  void remove(const std::string& name);

  const std::vector<NamedView>& views() const { return views_; }

 signals:
  void changed();
  void failed(const longview::Error& error);

 private:
  template <typename Work>
  void request(Background::Kind kind, Work work);

  std::filesystem::path project_;
  std::vector<NamedView> views_;
  Background background_; // last: it delivers to this
};

} // namespace longview
