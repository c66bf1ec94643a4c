#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <QObject>

#include "jobs/background.h"
#include "scoring/settings.h"

namespace longview {

/// Live parameters under a name.
struct NamedParameters {
  std::string name;
  LiveParameters parameters;
  bool operator==(const NamedParameters&) const = default;
};

/// The named sets of live parameters that a project keeps; reads and writes them on a thread of its own.
class ParameterSets : public QObject {
  Q_OBJECT

 public:
  explicit ParameterSets(QObject* parent = nullptr);
  ~ParameterSets() override;

  /// Reads those of this project; changed() or failed() follows.
  void read(const std::filesystem::path& project);
  void clear();
  /// Keeps a set, in place of one with the same name.
  void put(const std::string& name, const LiveParameters& parameters);
  void remove(const std::string& name);

  const std::vector<NamedParameters>& sets() const { return sets_; }

 signals:
  void changed();
  void failed(const longview::Error& error);

 private:
  template <typename Change>
  void change(Change change);

  std::filesystem::path project_;
  std::vector<NamedParameters> sets_;
  Background background_;
};

} // namespace longview
