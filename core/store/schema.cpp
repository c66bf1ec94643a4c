#include "store/schema.h"

#include <map>

namespace longview {
namespace {

// Version 1. Numbers are doubles with NULL for "no value"; hashes are 16 bytes, high half first; all other blobs are
// little-endian (store/blobs.h). A result may come again with more pairs and then gets a new id, so nothing refers to
// result rows: what belongs to a result refers to its run and its document.
constexpr const char* version_1 = R"sql(
CREATE TABLE dataset (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  UNIQUE (name, version)
) STRICT;

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  path TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('jsonl', 'text')),
  compression TEXT NOT NULL CHECK (compression IN ('none', 'gzip', 'zstd')),
  size INTEGER NOT NULL CHECK (size >= 0),
  mtime_ns INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 16),
  UNIQUE (dataset, position)
) STRICT;

CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),
  byte_length INTEGER NOT NULL CHECK (byte_length >= 0),
  line INTEGER NOT NULL CHECK (line >= 0),
  text_hash BLOB NOT NULL CHECK (length(text_hash) = 16),
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  fields TEXT NOT NULL,
  UNIQUE (source, byte_offset, text_hash, name)
) STRICT;
CREATE INDEX document_by_name ON document (name);

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
  settings TEXT NOT NULL,
  model BLOB NOT NULL CHECK (length(model) = 16),
  tokenizer BLOB NOT NULL CHECK (length(tokenizer) = 16),
  model_path TEXT NOT NULL,
  model_name TEXT NOT NULL,
  program_version TEXT NOT NULL,
  started TEXT NOT NULL,
  finished TEXT,
  UNIQUE (dataset, settings, model, tokenizer)
) STRICT;

CREATE TABLE lease (
  run INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_start INTEGER NOT NULL,
  heartbeat_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE result (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
  status TEXT NOT NULL CHECK (status IN ('scored', 'too_short', 'too_few_pairs', 'bad_input', 'failed')),
  reason TEXT NOT NULL,
  tokens INTEGER NOT NULL CHECK (tokens >= 0),
  tail_tokens INTEGER NOT NULL CHECK (tail_tokens >= 0),
  segments INTEGER NOT NULL CHECK (segments >= 0),
  kept INTEGER CHECK (kept >= 0),
  pairs INTEGER NOT NULL CHECK (pairs >= 0),
  lds REAL,
  lds_mean REAL,
  lds_error REAL,
  strength REAL,
  distance REAL,
  specificity REAL,
  UNIQUE (run, document)
) STRICT;
CREATE INDEX result_by_document ON result (document);

CREATE TABLE result_data (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
  bounds BLOB NOT NULL,
  kept BLOB NOT NULL,
  perplexity_alone BLOB NOT NULL,
  pairs BLOB NOT NULL,
  controls BLOB,
  PRIMARY KEY (run, document)
) STRICT;

CREATE TABLE partial (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
  kept BLOB NOT NULL,
  perplexity_alone BLOB NOT NULL,
  pairs BLOB NOT NULL,
  PRIMARY KEY (run, document)
) STRICT;

CREATE TABLE extra (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
  perplexity_alone BLOB NOT NULL,
  pairs BLOB NOT NULL,
  PRIMARY KEY (run, document)
) STRICT;

CREATE TABLE token_gain (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
  i INTEGER NOT NULL,
  j INTEGER NOT NULL CHECK (j >= 0 AND j < i),
  gain BLOB NOT NULL,
  PRIMARY KEY (run, document, i, j)
) STRICT;

CREATE TABLE embedded_text (
  document INTEGER PRIMARY KEY REFERENCES document ON DELETE CASCADE,
  length INTEGER NOT NULL CHECK (length >= 0),
  text BLOB NOT NULL
) STRICT;

CREATE TABLE label (
  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (document, name)
) STRICT;

CREATE TABLE note (
  document INTEGER PRIMARY KEY REFERENCES document ON DELETE CASCADE,
  text TEXT NOT NULL,
  changed TEXT NOT NULL
) STRICT;

CREATE TABLE "view" (
  name TEXT PRIMARY KEY NOT NULL,
  filter TEXT NOT NULL,
  settings TEXT NOT NULL
) STRICT;

CREATE TABLE parameter_set (
  name TEXT PRIMARY KEY NOT NULL,
  parameters TEXT NOT NULL
) STRICT;
)sql";

// Version 2. What text repeats (repetition, copied; overlap: a byte a pair), and the score over control prefixes.
// result_data.controls was there: u32 i, u32 k, f32 perplexity after, where k is control_segment.position.
constexpr const char* version_2 = R"sql(
ALTER TABLE result ADD COLUMN corrected_strength REAL;
ALTER TABLE result ADD COLUMN corrected_lds REAL;
ALTER TABLE result ADD COLUMN corrected_lds_mean REAL;
ALTER TABLE result ADD COLUMN corrected_lds_error REAL;
ALTER TABLE result ADD COLUMN repetition REAL;
ALTER TABLE result ADD COLUMN copied REAL;
ALTER TABLE result_data ADD COLUMN overlap BLOB;
ALTER TABLE partial ADD COLUMN controls BLOB;

CREATE TABLE control_segment (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  document TEXT NOT NULL,
  text_hash BLOB NOT NULL CHECK (length(text_hash) = 16),
  tokens BLOB NOT NULL,
  PRIMARY KEY (run, position)
) STRICT;
)sql";

constexpr Migration all_migrations[] = {version_1, version_2};

std::int64_t pragma(const Connection& connection, std::string_view sql) {
  Query query = connection.query(sql);
  return query.next() ? query.integer(0) : 0;
}

std::int64_t version_of(const Connection& connection) {
  return pragma(connection, "PRAGMA user_version");
}

/// Everything of the schema by its name, as it was written.
std::map<std::string, std::string> layout(const Connection& connection) {
  std::map<std::string, std::string> result;
  // Objects without SQL are the indexes behind UNIQUE and PRIMARY KEY; sqlite_ names are SQLite's own.
  Query query = connection.query("SELECT type || ' ' || name, sql FROM main.sqlite_schema "
                                 "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
  while (query.next())
    result.emplace(query.text(0), query.text(1));
  return result;
}

} // namespace

std::span<const Migration> migrations() {
  return all_migrations;
}

FileState inspect(const Connection& connection, std::span<const Migration> steps) {
  const std::int64_t application = pragma(connection, "PRAGMA application_id");
  const std::int64_t objects = pragma(connection, "SELECT count(*) FROM main.sqlite_schema");
  if (application == 0 && objects == 0)
    return FileState::empty;
  if (application != project_application_id)
    throw Error(ErrorCode::input, "this is a database of another program, not a Longview project",
                connection.path().string());
  const std::int64_t version = version_of(connection);
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (version > newest)
    throw Error(ErrorCode::input,
                fmt::format("this project has file version {}, and this Longview knows versions up to {}; "
                            "open it with a newer Longview",
                            version, newest),
                connection.path().string());
  if (version < 1)
    throw connection.damaged(fmt::format("its file version is {}", version));
  return version < newest ? FileState::older : FileState::current;
}

void migrate(const Connection& connection, std::span<const Migration> steps) {
  TransactionScope transaction(connection);
  // Looked at again inside the transaction: another program may have been faster.
  const bool empty = inspect(connection, steps) == FileState::empty;
  const auto first = static_cast<std::size_t>(empty ? 0 : version_of(connection));
  for (const Migration step : steps.subspan(first))
    connection.execute(step);
  connection.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", project_application_id, steps.size()));
  transaction.commit();
}

void check_layout(const Connection& connection, std::span<const Migration> steps) {
  const Connection model(":memory:", Connection::Access::write_or_create);
  for (const Migration step : steps)
    model.execute(step);
  const std::map<std::string, std::string> found = layout(connection);
  for (const auto& [name, sql] : layout(model)) {
    const auto it = found.find(name);
    if (it == found.end())
      throw connection.damaged(fmt::format("{} is missing", name));
    if (it->second != sql)
      throw connection.damaged(fmt::format("{} is not as Longview makes it", name));
  }
  for (const auto& [name, sql] : found) {
    if (name.starts_with("trigger ") || name.starts_with("view "))
      throw connection.damaged(fmt::format("it holds the {}, which Longview never makes", name));
  }
}

} // namespace longview
