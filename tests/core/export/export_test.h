#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QTemporaryDir>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "export/export.h"
#include "run/settings.h"
#include "support/log_guard.h"

namespace longview::test {

// Lines as people write them; the number in each text says which it is.
// Not here: after such raw strings moc finds no class.
extern const std::vector<std::string> lines;

inline std::string read(const std::filesystem::path& path) {
  return read_file(path, 200u << 20);
}

inline void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

template <typename Action>
std::optional<Error> error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// A project with a scored run over a JSONL file of CRLF lines without a last line end, and a text file.
class ExportTest : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void cleanup() { temporary_.reset(); }

 protected:
  ExportRequest request(const std::string& out) const {
    ExportRequest request;
    request.run = run_;
    request.out = folder_ / out;
    return request;
  }
  ExportSummary write_out(const ExportRequest& request) {
    Project project = Project::open(folder_ / "t.longview", Project::Mode::read_only);
    return export_rows(request, project, {}, {});
  }
  std::vector<std::string> exported_ids(const ExportRequest& request) {
    write_out(request);
    std::vector<std::string> ids;
    std::ifstream file(request.out);
    for (std::string line; std::getline(file, line);)
      ids.push_back(nlohmann::json::parse(line)["id"]);
    return ids;
  }
  void make_project(const RunSettings& settings);

  std::filesystem::path folder_;
  RunId run_{};

 private:
  /// Three segments of perplexity 16; c_2 after c_0 (far) and after c_1 (near).
  void put_result(Project& project, DocumentId document, std::uint64_t tokens, double strength_far,
                  double strength_near);

  std::unique_ptr<QTemporaryDir> temporary_;
};

} // namespace longview::test
