#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <QTemporaryDir>

#include "base/file.h"
#include "known_project.h"
#include "program.h"

namespace longview::test {

// In source order. By mean LDS: gamma, alpha, beta, delta (0), then what has none.
inline const std::vector<KnownDocument> documents = {
    {R"({"id":"alpha","text":"zero","title":"The \u0022first\u0022, one","year":1990,"kind":"book"})", 300, 0.5, 0},
    {R"({ "id":"beta", "text":"on\u0065", "year":1985,"kind":"talk" })", 200, 0, 0.5},
    {R"({"text":"two","id":"gamma","big":12345678901234567890,"kind":"book"})", 500, 1.0 / 3, 0.7},
    {R"({"id":"short","text":"three"})", 12, 0, 0, Status::too_short},
    {R"({"id":"bad","text":7})"},
    {R"({"id":"delta","text":"five","kind":"talk"})", 400, 0.0625, 0.03125},
};

inline void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline QStringList ids_of(const Finished& finished) {
  QStringList ids;
  for (const nlohmann::json& row : finished.json_lines())
    ids << QString::fromStdString(row["id"]);
  return ids;
}

/// A number of the project and what stands for it in JSON: the same double, or null.
inline bool same(const nlohmann::json& value, double number) {
  return std::isfinite(number) ? value.is_number() && value.get<double>() == number : value.is_null();
}

/// What the tests of commands that need no model share: one project of `documents` with known numbers, and a place of
/// its own for each test.
class KnownProjectTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { make_project(known(), folder() / "known.jsonl", documents); }
  void init() { place_ = std::make_unique<QTemporaryDir>(); }
  void cleanup() { place_.reset(); }

 protected:
  std::string known() const { return (folder() / "known.longview").string(); }
  std::filesystem::path folder() const { return std::filesystem::canonical(shared_.path().toStdString()); }
  /// A place for one test alone.
  std::filesystem::path own(const std::string& name) const {
    return std::filesystem::canonical(place_->path().toStdString()) / name;
  }

 private:
  QTemporaryDir shared_;
  std::unique_ptr<QTemporaryDir> place_;
};

} // namespace longview::test
