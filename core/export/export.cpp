#include "export/export.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/cancel.h"
#include "base/error.h"
#include "base/file.h"
#include "base/progress.h"
#include "export/group_names.h"
#include "export/manifest.h"
#include "export/output_file.h"
#include "export/record_maker.h"
#include "run/settings.h"
#include "scoring/names.h"

namespace longview {
namespace {

namespace fs = std::filesystem;

constexpr NameTable<ExportFormat, 2> formats{{{ExportFormat::jsonl, "jsonl"}, {ExportFormat::csv, "csv"}}};

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) && !error; // one that does not exist is no other file
}

void refuse_to_overwrite(const fs::path& path, const StoredDataset& dataset, const Project& project) {
  for (const StoredSource& source : dataset.sources)
    if (same_file(path, source.file.path))
      throw Error(ErrorCode::conflict, "this is a source file of the dataset; give another name for the output",
                  path.string());
  if (same_file(path, project.path()))
    throw Error(ErrorCode::conflict, "this is the project itself; give another name for the output", path.string());
}

/// One of the files of an export while it is written.
struct Output {
  Output(ExportedFile described, const std::string& header, WriteBehind& behind)
      : file(std::move(described)), out(std::make_unique<OutputFile>(file.path, &behind)) {
    out->write(header);
  }
  ExportedFile file;
  std::unique_ptr<OutputFile> out;
};

/// One export, from the checked request to the finished files.
class Exporter {
 public:
  Exporter(const ExportRequest& request, const Project& project, const ExportObserver& observer, std::stop_token stop)
      : request_(request), project_(project), observer_(observer), stop_(std::move(stop)),
        run_(project.run(request.run)), dataset_(project.dataset(run_.identity.dataset)),
        records_(request_, dataset_, settings_from_json(run_.identity.settings), stop_) {
    if (request_.manifest.empty())
      request_.manifest = request_.out.string() + ".manifest.json";
  }

  ExportSummary run() {
    if (request_.out.empty() || !request_.out.has_filename() || fs::is_directory(request_.out))
      throw Error(ErrorCode::usage, "the output needs the name of a file", request_.out.string());
    if (request_.split.empty())
      check_outputs({request_.out}); // before the work of choosing
    tell(ExportProgress::Stage::choosing, 0, 0);
    const ExportSelection selection = choose_documents(request_, project_, observer_, stop_);
    const std::vector<ExportedFile> files = planned(selection);
    if (!request_.split.empty())
      check_outputs(paths_of(files));
    check_sources(selection.rows);
    ExportSummary summary = write(selection, files);
    tell(ExportProgress::Stage::finished, selection.rows.size(), selection.rows.size());
    return summary;
  }

 private:
  /// What files there will be; for a split one a group, also for those that keep nothing (those without a path).
  std::vector<ExportedFile> planned(const ExportSelection& selection) const {
    if (request_.split.empty())
      return {{request_.out, {}, false, selection.counts.documents, selection.counts.tokens, 0, {}}};
    std::vector<ExportedFile> files;
    for (const GroupCounts& group : selection.groups)
      files.push_back({{}, group.value, group.missing, group.counts.documents, group.counts.tokens, 0, {}});
    if (split_files(request_.split, selection.groups) == 0)
      throw Error(ErrorCode::usage, "nothing is kept, so there is no file to write; change the filter");
    const std::vector<fs::path> names = group_files(request_.out, selection.groups);
    for (std::size_t k = 0; k < files.size(); ++k)
      files[k].path = names[k];
    return files;
  }

  static std::vector<fs::path> paths_of(const std::vector<ExportedFile>& files) {
    std::vector<fs::path> paths;
    for (const ExportedFile& file : files)
      if (!file.path.empty())
        paths.push_back(file.path);
    return paths;
  }

  void check_outputs(const std::vector<fs::path>& paths) const {
    refuse_to_overwrite(request_.manifest, dataset_, project_);
    for (const fs::path& path : paths) {
      refuse_to_overwrite(path, dataset_, project_);
      if (fs::absolute(path).lexically_normal() == fs::absolute(request_.manifest).lexically_normal() ||
          same_file(path, request_.manifest))
        throw Error(ErrorCode::usage, "output and manifest are the same file; give the manifest another name",
                    path.string());
      if (!request_.force && fs::exists(path) && !is_untouched_export(path, request_.manifest, stop_))
        throw Error(ErrorCode::conflict,
                    "this file exists already and is not an earlier export; choose another name, or let it be "
                    "replaced (--force)",
                    path.string());
    }
  }

  /// All of them before the first byte is written.
  void check_sources(const std::vector<TableRow>& rows) {
    if (!records_.reads_sources())
      return;
    std::map<std::uint32_t, std::uint64_t> wanted; // bytes by source
    for (const TableRow& row : rows)
      wanted[row.document.place.source] += row.document.place.length;
    std::uint64_t done = 0;
    for (const auto& [source, bytes] : wanted) {
      tell(ExportProgress::Stage::checking, done++, wanted.size());
      records_.check_source(source, bytes);
    }
  }

  ExportSummary write(const ExportSelection& selection, const std::vector<ExportedFile>& files) {
    std::vector<std::optional<Output>> outputs(files.size());
    WriteBehind behind; // ends before what it writes to
    for (std::size_t k = 0; k < files.size(); ++k)
      if (!files[k].path.empty())
        outputs[k].emplace(files[k], records_.header(), behind);
    Throttle throttle;
    for (std::size_t k = 0; k < selection.rows.size(); ++k) {
      throw_if_cancelled(stop_);
      if (k == 0 || throttle.due())
        tell(ExportProgress::Stage::writing, k, selection.rows.size());
      const std::size_t place = request_.split.empty() ? 0 : selection.group_of[k];
      records_.append(selection.rows[k], outputs[place]->out->open_end());
      outputs[place]->out->settle();
    }
    records_.finish();
    for (std::optional<Output>& output : outputs)
      if (output)
        output->out->finish();
    behind.finish();
    return commit(selection, outputs);
  }

  ExportSummary commit(const ExportSelection& selection, std::vector<std::optional<Output>>& outputs) const {
    ExportSummary summary{selection.counts, {}, request_.manifest};
    for (std::optional<Output>& output : outputs) {
      if (!output)
        continue;
      output->file.bytes = output->out->size();
      output->file.hash = output->out->hash();
      summary.files.push_back(output->file);
    }
    AtomicFile manifest(request_.manifest);
    manifest.write(manifest_text(request_, selection, summary, project_));
    for (std::optional<Output>& output : outputs)
      if (output)
        output->out->commit();
    manifest.commit();
    return summary;
  }

  void tell(ExportProgress::Stage stage, std::uint64_t done, std::uint64_t total) const {
    if (observer_)
      observer_({stage, done, total});
  }

  ExportRequest request_;
  const Project& project_;
  const ExportObserver& observer_;
  const std::stop_token stop_;
  const StoredRun run_;
  const StoredDataset dataset_;
  RecordMaker records_;
};

/// `key` is the field, or an object on the way to it ("meta" of "meta.body").
bool holds(const std::string& key, const std::string& field) {
  return field == key || field.starts_with(key + '.');
}

} // namespace

void check_key(const std::string& key, const RunSettings& settings) {
  for (const auto& [field, what] : {std::pair(settings.text_field, "text"), std::pair(settings.id_field, "id")})
    if (holds(key, field))
      throw Error(ErrorCode::usage,
                  fmt::format("the key '{}' holds the {} of the documents, which is never replaced; choose another key",
                              key, what));
}

std::string_view name(ExportFormat format) {
  return name_of(formats, format);
}
std::optional<ExportFormat> parse_export_format(std::string_view word) {
  return named(formats, word);
}

std::size_t split_files(const std::string& field, const std::vector<GroupCounts>& groups) {
  const auto files = static_cast<std::size_t>(
      std::count_if(groups.begin(), groups.end(), [](const GroupCounts& group) { return group.counts.documents > 0; }));
  if (files > most_split_files)
    throw Error(ErrorCode::usage, fmt::format("the documents have {} values of '{}', and an export splits into {} "
                                              "files at most; split by another field, or keep fewer with a filter",
                                              files, field, most_split_files));
  return files;
}

std::uint64_t ExportSummary::bytes() const {
  std::uint64_t sum = 0;
  for (const ExportedFile& file : files)
    sum += file.bytes;
  return sum;
}

namespace {

/// A line of at most `longest_preview` bytes; of a longer one both ends, and more of the second, since what an export
/// adds stands there.
std::string both_ends(std::string line) {
  constexpr std::string_view between = " \xe2\x80\xa6 ";
  if (line.size() <= longest_preview)
    return line;
  const auto continues = [&](std::size_t k) { return (static_cast<unsigned char>(line[k]) & 0xC0) == 0x80; };
  constexpr std::size_t begin = longest_preview / 3;
  std::size_t first = begin, second = line.size() - (longest_preview - between.size() - begin);
  while (first > 0 && continues(first))
    --first;
  while (second < line.size() && continues(second))
    ++second;
  return line.replace(first, second - first, between);
}

} // namespace

ExportPreview preview_export(const ExportRequest& request, const Project& project, std::size_t lines,
                             std::stop_token stop) {
  const StoredRun run = project.run(request.run);
  RecordMaker records(request, project.dataset(run.identity.dataset), settings_from_json(run.identity.settings), stop);
  ExportSelection selection = choose_documents(request, project, {}, stop);
  ExportPreview preview{selection.counts, std::move(selection.groups), {}, {}};
  const auto add = [&preview](std::string line) { preview.lines.push_back(both_ends(std::move(line))); };
  try {
    if (std::string header = records.header(); !header.empty())
      add(std::move(header));
    for (std::size_t k = 0; k < std::min(lines, selection.rows.size()); ++k) {
      throw_if_cancelled(stop);
      records.check_source(selection.rows[k].document.place.source, 0);
      std::string record;
      records.append(selection.rows[k], record);
      add(std::move(record));
    }
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled)
      throw;
    preview.problem = error.what();
  }
  return preview;
}

ExportSummary export_rows(const ExportRequest& request, const Project& project, const ExportObserver& observer,
                          std::stop_token stop) {
  return Exporter(request, project, observer, std::move(stop)).run();
}

} // namespace longview
