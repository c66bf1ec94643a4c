// Datasets, their source files, their documents and embedded texts.
#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/ranges.h>

#include "filter/nearest.h"
#include "store/blobs.h"
#include "store/project_impl.h"

namespace longview {
namespace {

constexpr std::size_t most_candidates = 10;
constexpr std::size_t most_suggestions = 3;

std::string_view stored_name(SourceKind kind) {
  return kind == SourceKind::jsonl ? "jsonl" : "text";
}

std::string_view stored_name(Compression compression) {
  switch (compression) {
  case Compression::gzip:
    return "gzip";
  case Compression::zstd:
    return "zstd";
  case Compression::none:
    break;
  }
  return "none";
}

Compression compression_from(std::string_view text) {
  return text == "gzip" ? Compression::gzip : text == "zstd" ? Compression::zstd : Compression::none;
}

std::vector<StoredSource> sources_of(const Connection& connection, DatasetId dataset) {
  std::vector<StoredSource> sources;
  Query query = connection.query("SELECT id, path, kind, compression, size, mtime_ns, hash, position FROM source "
                                 "WHERE dataset = ? ORDER BY position",
                                 dataset);
  while (query.next()) {
    if (query.count(7) != sources.size())
      throw connection.damaged("a source file of a dataset is missing");
    StoredSource source{query.id<SourceId>(0), {}, query.hash(6)};
    source.file.path = query.text(1);
    source.file.kind = query.text(2) == "jsonl" ? SourceKind::jsonl : SourceKind::text;
    source.file.compression = compression_from(query.text(3));
    source.file.stamp = {query.count(4), query.integer(5)};
    sources.push_back(std::move(source));
  }
  return sources;
}

/// The same bytes under the same file names. Only the folder may differ: a corpus that moved is the same corpus.
bool same_content(const std::vector<StoredSource>& sources, std::span<const SourceFile> files,
                  std::span<const Hash128> hashes) {
  if (sources.size() != files.size())
    return false;
  for (std::size_t k = 0; k < files.size(); ++k) {
    const SourceFile& known = sources[k].file;
    if (sources[k].hash != hashes[k] || known.path.filename() != files[k].path.filename() ||
        known.kind != files[k].kind || known.compression != files[k].compression)
      return false;
  }
  return true;
}

void remember_places(const Connection& connection, const std::vector<StoredSource>& sources,
                     std::span<const SourceFile> files) {
  for (std::size_t k = 0; k < files.size(); ++k) {
    if (sources[k].file.path != files[k].path || sources[k].file.stamp != files[k].stamp)
      connection.run("UPDATE source SET path = ?, size = ?, mtime_ns = ? WHERE id = ?", files[k].path.native(),
                     files[k].stamp.size, files[k].stamp.mtime_ns, sources[k].id);
  }
}

DatasetId add_dataset(const Connection& connection, std::string_view name, std::int64_t version,
                      std::span<const SourceFile> files, std::span<const Hash128> hashes) {
  connection.run("INSERT INTO dataset (name, version) VALUES (?, ?)", name, version);
  const DatasetId dataset{connection.last_row()};
  for (std::size_t k = 0; k < files.size(); ++k) {
    connection.run("INSERT INTO source (dataset, position, path, kind, compression, size, mtime_ns, hash) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                   dataset, k, files[k].path.native(), stored_name(files[k].kind), stored_name(files[k].compression),
                   files[k].stamp.size, files[k].stamp.mtime_ns, hashes[k]);
  }
  return dataset;
}

DocumentId remember(const Connection& connection, DatasetId dataset, const DocumentPlace& place, Hash128 text_hash,
                    std::string_view name, std::string_view title, std::string_view fields) {
  connection.run("INSERT INTO document (source, byte_offset, byte_length, line, text_hash, name, title, fields) "
                 "SELECT id, ?, ?, ?, ?, ?, ?, ? FROM source WHERE dataset = ? AND position = ? ON CONFLICT DO NOTHING",
                 place.offset, place.length, place.line, text_hash, name, title, fields, dataset, place.source);
  Query query = connection.query("SELECT id FROM document WHERE source = (SELECT id FROM source WHERE dataset = ? AND "
                                 "position = ?) AND byte_offset = ? AND text_hash = ? AND name = ?",
                                 dataset, place.source, place.offset, text_hash, name);
  if (!query.next())
    throw Error(ErrorCode::internal, fmt::format("the dataset has no source file {}", place.source),
                connection.path().string());
  return query.id<DocumentId>(0);
}

/// What a name is looked for in; nothing: everywhere.
struct Within {
  std::optional<DatasetId> dataset;
  std::optional<RunId> run;
};

/// Documents within ?1 and ?2 that meet a condition on ?3 and ?4, in the order they were stored.
template <typename... Args>
std::vector<StoredDocument> documents_where(const Connection& connection, std::string_view condition,
                                            const Within& within, const Args&... args) {
  const std::string sql = fmt::format(
      "SELECT {} FROM document d JOIN source s ON s.id = d.source WHERE (?1 IS NULL OR s.dataset = ?1) AND (?2 IS NULL "
      "OR EXISTS (SELECT 1 FROM result r WHERE r.run = ?2 AND r.document = d.id)) AND {} ORDER BY d.id",
      document_columns, condition);
  Query query = connection.query(sql, within.dataset, within.run, args...);
  std::vector<StoredDocument> found;
  while (query.next())
    found.push_back(read_document(connection, query));
  return found;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

/// The ways a document is named, the first that fits: its name, "#12" (its row), FILE:LINE (also where it has an id;
/// FILE is the end of the path), FILE of a text file.
std::vector<StoredDocument> named(const Connection& connection, std::string_view name, const Within& within) {
  std::vector<StoredDocument> found = documents_where(connection, "d.name = ?3", within, name);
  if (!found.empty())
    return found;
  if (name.starts_with('#')) {
    if (const auto row = whole_number(name.substr(1)))
      return documents_where(connection, "d.id = ?3", within, *row);
  }
  const std::string in_file = "(s.path = ?3 OR substr(s.path, -length(?3) - 1) = '/' || ?3) AND ";
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && colon > 0)
    if (const auto line = whole_number(name.substr(colon + 1)))
      return documents_where(connection, in_file + "d.line = ?4", within, name.substr(0, colon), *line);
  return documents_where(connection, in_file + "s.kind = 'text'", within, name);
}

/// Runs with another text field read other texts from the same place; the newest is meant then, as with runs.
bool one_place(const std::vector<StoredDocument>& found) {
  return std::all_of(found.begin(), found.end(), [&](const StoredDocument& document) {
    return document.source == found.front().source && document.place.offset == found.front().place.offset;
  });
}

Error ambiguous(const Connection& connection, std::string_view name, const std::vector<StoredDocument>& found) {
  std::string list;
  for (std::size_t k = 0; k < std::min(found.size(), most_candidates); ++k) {
    Query query = connection.query("SELECT s.path, t.name, t.version FROM source s JOIN dataset t ON t.id = s.dataset "
                                   "WHERE s.id = ?",
                                   found[k].source);
    if (!query.next())
      throw connection.damaged("a document has no source file");
    list +=
        fmt::format("{}#{} ({}:{}, dataset {} version {})", k == 0 ? "" : ", ", static_cast<std::int64_t>(found[k].id),
                    query.text(0), found[k].place.line, query.text(1), query.integer(2));
  }
  if (found.size() > most_candidates)
    list += fmt::format(" and {} more", found.size() - most_candidates);
  return Error(ErrorCode::usage,
               fmt::format("{} documents are named {}: {}; name one by its number", found.size(), name, list),
               connection.path().string());
}

/// A name that is in the project, but not where it was looked for.
std::optional<Error> elsewhere(const Connection& connection, std::string_view name, const Within& within) {
  const std::vector<StoredDocument> found = named(connection, name, {});
  if (found.empty())
    return std::nullopt;
  if (std::any_of(found.begin(), found.end(),
                  [&](const StoredDocument& document) { return document.dataset == within.dataset; }))
    return Error(ErrorCode::not_found, fmt::format("this run has no result of {} yet", name),
                 connection.path().string());
  Query query = connection.query("SELECT name FROM dataset WHERE id = ?", found.back().dataset);
  const std::string dataset = query.next() ? query.text(0) : std::string();
  return Error(ErrorCode::not_found,
               fmt::format("there is no document named {} here, but dataset {} has one", name, dataset),
               connection.path().string());
}

Error unknown(const Connection& connection, std::string_view name, const Within& within) {
  if (auto known = elsewhere(connection, name, within))
    return *known;
  std::vector<std::string> names;
  Query query = connection.query("SELECT d.name FROM document d JOIN source s ON s.id = d.source "
                                 "WHERE ?1 IS NULL OR s.dataset = ?1 LIMIT 200000",
                                 within.dataset);
  while (query.next())
    names.push_back(query.text(0));
  const std::vector<std::string> near = nearest(name, names, most_suggestions);
  const std::string hint = near.empty() ? "list shows them all" : fmt::format("near: {}", fmt::join(near, ", "));
  return Error(ErrorCode::not_found, fmt::format("there is no document named {} here; {}", name, hint),
               connection.path().string());
}

} // namespace

StoredDocument read_document(const Connection& connection, const Query& query) {
  StoredDocument document;
  document.id = query.id<DocumentId>(0);
  document.dataset = query.id<DatasetId>(1);
  document.source = query.id<SourceId>(2);
  const std::uint64_t position = query.count(3);
  if (position > std::numeric_limits<std::uint32_t>::max())
    throw connection.damaged("a source file has an impossible place");
  document.place = {static_cast<std::uint32_t>(position), query.count(4), query.count(5), query.count(6)};
  document.text_hash = query.hash(7);
  document.name = query.text(8);
  document.title = query.text(9);
  document.fields = query.text(10);
  return document;
}

DatasetId Project::put_dataset(std::string_view name, std::span<const SourceFile> files,
                               std::span<const Hash128> hashes) {
  const Connection& connection = impl_->connection;
  if (files.size() != hashes.size())
    throw Error(ErrorCode::internal, "a dataset needs one hash for each file", connection.path().string());
  TransactionScope transaction(connection);
  std::int64_t newest = 0;
  std::vector<DatasetId> versions;
  {
    Query query = connection.query("SELECT id, version FROM dataset WHERE name = ? ORDER BY version", name);
    while (query.next()) {
      versions.push_back(query.id<DatasetId>(0));
      newest = query.integer(1);
    }
  }
  for (const DatasetId version : versions) {
    const std::vector<StoredSource> sources = sources_of(connection, version);
    if (!same_content(sources, files, hashes))
      continue;
    remember_places(connection, sources, files);
    transaction.commit();
    return version;
  }
  const DatasetId added = add_dataset(connection, name, newest + 1, files, hashes);
  transaction.commit();
  return added;
}

std::vector<StoredDataset> Project::datasets() const {
  std::vector<StoredDataset> result;
  Query query = impl_->connection.query("SELECT id, name, version FROM dataset ORDER BY id");
  while (query.next()) {
    const auto id = query.id<DatasetId>(0);
    result.push_back({id, query.text(1), query.integer(2), sources_of(impl_->connection, id)});
  }
  return result;
}

StoredDataset Project::dataset(DatasetId id) const {
  Query query = impl_->connection.query("SELECT name, version FROM dataset WHERE id = ?", id);
  if (!query.next())
    throw_missing(impl_->connection, "dataset", static_cast<std::int64_t>(id));
  return {id, query.text(0), query.integer(1), sources_of(impl_->connection, id)};
}

DocumentId Project::put_document(DatasetId dataset, const Document& document) {
  return remember(impl_->connection, dataset, document.place, document.text_hash, document.id, document.title,
                  document.fields);
}

DocumentId Project::put_document(DatasetId dataset, const BadDocument& document) {
  return remember(impl_->connection, dataset, document.place, Hash128{}, document.id, "", "{}");
}

StoredDocument Project::document(DocumentId id) const {
  const std::vector<StoredDocument> found = documents_where(impl_->connection, "d.id = ?3", {}, id);
  if (found.empty())
    throw_missing(impl_->connection, "document", static_cast<std::int64_t>(id));
  return found.front();
}

StoredDocument Project::find_document(std::string_view name, std::optional<DatasetId> dataset,
                                      std::optional<RunId> run) const {
  const Within within{dataset, run};
  const std::vector<StoredDocument> found = named(impl_->connection, name, within);
  if (found.empty())
    throw unknown(impl_->connection, name, within);
  if (!one_place(found))
    throw ambiguous(impl_->connection, name, found);
  return found.back();
}

std::optional<std::string> Project::embedded_text(DocumentId id) const {
  const Connection& connection = impl_->connection;
  Query query = connection.query("SELECT e.text, e.length, d.text_hash FROM embedded_text e JOIN document d ON d.id = "
                                 "e.document WHERE e.document = ?",
                                 id);
  if (!query.next())
    return std::nullopt;
  try {
    std::string text = decompress(query.blob(0), query.count(1));
    if (hash128(text) == query.hash(2))
      return text;
  } catch (const Error& failure) {
    throw connection.damaged(failure.message());
  }
  throw connection.damaged("an embedded text is not the one that was stored");
}

void Project::put_embedded_text(DocumentId id, std::string_view text) {
  const Blob blob = compress(text);
  impl_->connection.run("INSERT OR REPLACE INTO embedded_text (document, length, text) VALUES (?, ?, ?)", id,
                        text.size(), std::span(blob));
}

} // namespace longview
