#pragma once

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>

#include "base/error.h"
#include "store/project.h"

namespace longview::test {

/// A folder with room for one project, and small things to put into it.
class ProjectFixture {
 public:
  std::filesystem::path folder() const { return folder_.path().toStdString(); }
  std::filesystem::path path() const { return folder() / "p.longview"; }
  Project open(Project::Mode mode = Project::Mode::create) const { return Project::open(path(), mode); }

 private:
  QTemporaryDir folder_;
};

inline SourceFile source_file(const std::filesystem::path& path) {
  SourceFile file;
  file.path = path;
  file.stamp = {1000, 1'700'000'000'000'000'001};
  return file;
}

inline DatasetId put_dataset(Project& project, std::string_view name = "talks", std::uint64_t content = 1) {
  const SourceFile files[] = {source_file("/data/talks.jsonl"), source_file("/data/more.jsonl")};
  const Hash128 hashes[] = {{content, 2}, {3, content}};
  return project.put_dataset(name, files, hashes);
}

/// The document of a line; every line is 100 bytes.
inline Document document(std::uint64_t line, std::uint32_t source = 0, std::string id = {}) {
  Document result;
  result.place = {source, (line - 1) * 100, 99, line};
  result.text = fmt::format("text {} of {}", line, source);
  result.text_hash = hash128(result.text);
  result.id = id.empty() ? fmt::format("talk-{}-{}", source, line) : std::move(id);
  result.title = fmt::format("Talk {}", line);
  result.fields = fmt::format(R"({{"year":{},"meta.topic":"peace"}})", 1900 + line);
  return result;
}

inline RunIdentity identity(DatasetId dataset, std::string settings = R"({"seed":11})") {
  return {dataset, std::move(settings), {0xfedcba9876543210, 0x0123456789abcdef}, {5, 6}};
}

/// A new project that holds a dataset of two files.
struct WithDataset {
  ProjectFixture fixture;
  Project project = fixture.open();
  DatasetId dataset = put_dataset(project);
};

/// And a run of it, without results.
struct WithRun : WithDataset {
  RunId run = project.put_run(identity(dataset), "m.gguf", "M");
};

inline ResultRow result_row(DocumentId document, double lds = 12.5) {
  ResultRow row;
  row.document = document;
  row.tokens = 1000;
  row.tail_tokens = 104;
  row.segments = 7;
  row.pair_count = 3;
  row.lds = lds;
  row.lds_mean = lds / 3;
  row.strength = 0.1;
  row.distance = 0.25;
  return row;
}

/// Seven segments, three pairs; `salt` makes one tell from another.
inline ResultData result_data(double salt = 0) {
  ResultData data;
  data.bounds = {0, 10, 20, 30, 40, 50, 60, 4'000'000'000'000};
  data.pairs.perplexity_alone = {no_value, 12.5 + salt, 8, 9.25, no_value, 3, 4};
  data.pairs.pairs = {{5, 1, 2.5}, {2, 1, 7.75 + salt}, {6, 3, no_value}};
  return data;
}

/// Runs `action`, which must throw Error; gives it back, or an Error that says that none came.
template <typename Action>
Error error_from(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "no error was thrown");
}

} // namespace longview::test

/// The error of an expression has this code and says this.
#define COMPARE_ERROR(expression, expected_code, part)                                                                 \
  do {                                                                                                                 \
    const longview::Error caught = longview::test::error_from([&] { static_cast<void>(expression); });                 \
    if (caught.code() != (expected_code) || std::string(caught.what()).find(part) == std::string::npos)                \
      QFAIL(fmt::format("code {}: {}", static_cast<int>(caught.code()), caught.what()).c_str());                       \
  } while (false)
