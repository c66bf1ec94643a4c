// Results: the narrow rows, the wide data, and what is half done.
#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "store/blobs.h"
#include "store/project_impl.h"

namespace longview {
namespace {

const std::string result_columns =
    "r.document, r.status, r.reason, r.tokens, r.tail_tokens, r.segments, r.pairs, r.lds, "
    "r.lds_mean, r.lds_error, r.strength, r.distance, r.specificity, r.corrected_strength, r.corrected_lds, "
    "r.corrected_lds_mean, r.corrected_lds_error, r.repetition, r.copied";
constexpr int result_column_count = 19;

/// Takes result_columns, which begin at column `first`.
ResultRow read_result(const Connection& connection, const Query& query, int first) {
  const std::string status = query.text(first + 1);
  const std::optional<Status> known = parse_status(status);
  if (!known)
    throw connection.damaged(fmt::format("a result has the status \"{}\"", status));
  ResultRow row;
  row.document = query.id<DocumentId>(first);
  row.status = *known;
  row.reason = query.text(first + 2);
  row.tokens = query.count(first + 3);
  row.tail_tokens = query.count(first + 4);
  row.segments = query.count(first + 5);
  row.pair_count = query.count(first + 6);
  row.lds = query.number(first + 7);
  row.lds_mean = query.number(first + 8);
  row.lds_error = query.number(first + 9);
  row.strength = query.number(first + 10);
  row.distance = query.number(first + 11);
  row.specificity = query.number(first + 12);
  row.corrected_strength = query.number(first + 13);
  row.corrected_lds = query.number(first + 14);
  row.corrected_lds_mean = query.number(first + 15);
  row.corrected_lds_error = query.number(first + 16);
  row.repetition = query.number(first + 17);
  row.copied = query.number(first + 18);
  return row;
}

TableRow read_table_row(const Connection& connection, const Query& query) {
  return {read_document(connection, query), read_result(connection, query, document_column_count), {}};
}

std::vector<std::uint8_t> read_overlap(const Query& query, int column) {
  const std::span<const std::byte> blob = query.blob(column);
  std::vector<std::uint8_t> overlap(blob.size());
  std::transform(blob.begin(), blob.end(), overlap.begin(),
                 [](std::byte one) { return std::to_integer<std::uint8_t>(one); });
  return overlap;
}

/// Columns `first` …: kept, perplexity_alone, pairs, controls.
DocumentPairs read_pairs(const Query& query, int first) {
  DocumentPairs pairs;
  pairs.kept = decode_u32(query.blob(first));
  pairs.perplexity_alone = decode_perplexities(query.blob(first + 1));
  pairs.pairs = decode_pairs(query.blob(first + 2));
  pairs.controls = decode_controls(query.blob(first + 3));
  return pairs;
}

/// What cannot be read back is not written either.
void require(const std::string& fault, DocumentId document, const Connection& connection) {
  if (!fault.empty())
    throw Error(
        ErrorCode::internal,
        fmt::format("the result of document {} makes no sense ({})", static_cast<std::int64_t>(document), fault),
        connection.path().string());
}

Error damaged_result(const Connection& connection, DocumentId document, std::string_view what) {
  return connection.damaged(fmt::format("result of document {}: {}", static_cast<std::int64_t>(document), what));
}

void store_row(const Connection& connection, RunId run, const ResultRow& row, std::optional<std::uint64_t> kept) {
  // REPLACE gives a result that comes again a new id, so that table_since() tells of it again.
  connection.run(
      "INSERT OR REPLACE INTO result (run, document, status, reason, tokens, tail_tokens, segments, kept, pairs, "
      "lds, lds_mean, lds_error, strength, distance, specificity, corrected_strength, corrected_lds, "
      "corrected_lds_mean, corrected_lds_error, repetition, copied) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      run, row.document, name(row.status), row.reason, row.tokens, row.tail_tokens, row.segments, kept, row.pair_count,
      row.lds, row.lds_mean, row.lds_error, row.strength, row.distance, row.specificity, row.corrected_strength,
      row.corrected_lds, row.corrected_lds_mean, row.corrected_lds_error, row.repetition, row.copied);
}

/// NULL says that a run has none.
std::optional<std::span<const std::byte>> or_null(std::span<const std::byte> blob) {
  return blob.empty() ? std::nullopt : std::optional(blob);
}

void store_data(const Connection& connection, RunId run, DocumentId document, const ResultData& data) {
  const Blob bounds = encode_u64(data.bounds);
  const Blob kept = encode_u32(data.pairs.kept);
  const Blob alone = encode_perplexities(data.pairs.perplexity_alone);
  const Blob pairs = encode_pairs(data.pairs.pairs);
  const Blob controls = encode_controls(data.pairs.controls);
  connection.run("INSERT OR REPLACE INTO result_data (run, document, bounds, kept, perplexity_alone, pairs, controls, "
                 "overlap) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                 run, document, std::span(bounds), std::span(kept), std::span(alone), std::span(pairs),
                 or_null(controls), or_null(std::as_bytes(std::span(data.pairs.overlap))));
}

} // namespace

void Project::put_result(RunId run, const ResultRow& row, const ResultData* data) {
  const Connection& connection = impl_->connection;
  if (data)
    require(fault(data->pairs, data->bounds), row.document, connection);
  TransactionScope transaction(connection);
  const bool thinned = data && !data->pairs.kept.empty();
  store_row(connection, run, row, thinned ? std::optional<std::uint64_t>(data->pairs.kept.size()) : std::nullopt);
  if (data)
    store_data(connection, run, row.document, *data);
  else
    connection.run("DELETE FROM result_data WHERE run = ? AND document = ?", run, row.document);
  connection.run("DELETE FROM partial WHERE run = ? AND document = ?", run, row.document);
  // A finished run that goes on (more documents, more pairs) is unfinished until it says so again.
  connection.run("UPDATE run SET finished = NULL WHERE id = ? AND finished IS NOT NULL", run);
  transaction.commit();
}

std::optional<ResultRow> Project::result(RunId run, DocumentId document) const {
  Query query = impl_->connection.query(
      "SELECT " + result_columns + " FROM result r WHERE r.run = ? AND r.document = ?", run, document);
  return query.next() ? std::optional(read_result(impl_->connection, query, 0)) : std::nullopt;
}

DocumentNumbers numbers_of(const ResultRow& row) {
  DocumentNumbers numbers;
  numbers.lds = row.lds;
  numbers.lds_mean = row.lds_mean;
  numbers.lds_error = row.lds_error;
  numbers.mean_strength = row.strength;
  numbers.mean_distance = row.distance;
  numbers.mean_specificity = row.specificity;
  numbers.corrected_strength = row.corrected_strength;
  numbers.corrected_lds = row.corrected_lds;
  numbers.corrected_lds_mean = row.corrected_lds_mean;
  numbers.corrected_lds_error = row.corrected_lds_error;
  numbers.copied = row.copied;
  numbers.pair_count = row.pair_count;
  return numbers;
}

std::optional<ResultData> Project::result_data(RunId run, DocumentId document) const {
  const Connection& connection = impl_->connection;
  Query query = connection.query("SELECT kept, perplexity_alone, pairs, controls, bounds, overlap FROM result_data "
                                 "WHERE run = ? AND document = ?",
                                 run, document);
  if (!query.next())
    return std::nullopt;
  ResultData data;
  try {
    data.pairs = read_pairs(query, 0);
    data.bounds = decode_u64(query.blob(4));
    data.pairs.overlap = read_overlap(query, 5);
  } catch (const Error& failure) {
    throw damaged_result(connection, document, failure.message());
  }
  if (const std::string found = fault(data.pairs, data.bounds); !found.empty())
    throw damaged_result(connection, document, found);
  return data;
}

void Project::each_pairs(RunId run, DocumentId first, DocumentId last,
                         const std::function<bool(DocumentId, const DocumentPairs&)>& take) const {
  const Connection& connection = impl_->connection;
  Query query = connection.query("SELECT kept, perplexity_alone, pairs, controls, overlap, document FROM result_data "
                                 "WHERE run = ? AND document BETWEEN ? AND ? ORDER BY document",
                                 run, first, last);
  while (query.next()) {
    const DocumentId document = query.id<DocumentId>(5);
    DocumentPairs pairs;
    try {
      pairs = read_pairs(query, 0);
      pairs.overlap = read_overlap(query, 4);
    } catch (const Error& failure) {
      throw damaged_result(connection, document, failure.message());
    }
    if (const std::string found = fault(pairs); !found.empty())
      throw damaged_result(connection, document, found);
    if (!take(document, pairs))
      return;
  }
}

namespace {

void put_marks(std::vector<TableRow>& rows, DocumentMarks marks) {
  if (marks.empty())
    return;
  for (TableRow& row : rows)
    if (const auto found = marks.find(row.document.id); found != marks.end())
      row.marks = std::move(found->second);
}

} // namespace

std::vector<TableRow> Project::table(RunId run) const {
  // In the order of the keys, so that SQLite goes through its file once; sorted here, which is many times faster than
  // looking every document up in source order.
  Query query =
      impl_->connection.query("SELECT " + document_columns + ", " + result_columns +
                                  " FROM result r CROSS JOIN document d ON d.id = r.document "
                                  "CROSS JOIN source s ON s.id = d.source WHERE r.run = ? ORDER BY r.document",
                              run);
  std::vector<TableRow> rows;
  rows.reserve(result_count(run));
  while (query.next())
    rows.push_back(read_table_row(impl_->connection, query));
  put_marks(rows, marks(run));
  const auto place = [](const TableRow& row) {
    return std::pair(row.document.place.source, row.document.place.offset);
  };
  const auto before = [&](const TableRow& a, const TableRow& b) { return place(a) < place(b); };
  if (!std::is_sorted(rows.begin(), rows.end(), before)) // sorting takes half as much memory again
    std::stable_sort(rows.begin(), rows.end(), before);
  return rows;
}

std::uint64_t Project::table_since(RunId run, std::int64_t& seen, std::uint64_t most,
                                   const std::function<void(const TableRow&)>& take) const {
  Query query = impl_->connection.query("SELECT " + document_columns + ", " + result_columns +
                                            ", r.id FROM result r CROSS JOIN document d ON d.id = r.document "
                                            "CROSS JOIN source s ON s.id = d.source WHERE r.run = ? AND r.id > ? "
                                            "ORDER BY r.id LIMIT ?",
                                        run, seen, most);
  constexpr int id_column = document_column_count + result_column_count;
  std::uint64_t count = 0;
  std::int64_t last = seen;
  while (query.next()) {
    take(read_table_row(impl_->connection, query));
    last = query.integer(id_column);
    ++count;
  }
  seen = last;
  return count;
}

std::vector<DocumentId> Project::scored_documents(RunId run) const {
  Query query = impl_->connection.query("SELECT document FROM result WHERE run = ? AND status = ? ORDER BY document",
                                        run, name(Status::scored));
  std::vector<DocumentId> documents;
  while (query.next())
    documents.push_back(query.id<DocumentId>(0));
  return documents;
}

std::uint64_t Project::result_count(RunId run) const {
  Query query = impl_->connection.query("SELECT count(*) FROM result WHERE run = ?", run);
  return query.next() ? query.count(0) : 0;
}

void Project::put_partial(RunId run, DocumentId document, const DocumentPairs& partial) {
  require(fault(partial), document, impl_->connection);
  const Blob kept = encode_u32(partial.kept);
  const Blob alone = encode_perplexities(partial.perplexity_alone);
  const Blob pairs = encode_pairs(partial.pairs);
  const Blob controls = encode_controls(partial.controls);
  impl_->connection.run("INSERT OR REPLACE INTO partial (run, document, kept, perplexity_alone, pairs, controls) "
                        "VALUES (?, ?, ?, ?, ?, ?)",
                        run, document, std::span(kept), std::span(alone), std::span(pairs), or_null(controls));
}

std::optional<DocumentPairs> Project::partial(RunId run, DocumentId document) const {
  const Connection& connection = impl_->connection;
  Query query = connection.query(
      "SELECT kept, perplexity_alone, pairs, controls FROM partial WHERE run = ? AND document = ?", run, document);
  if (!query.next())
    return std::nullopt;
  DocumentPairs pairs;
  try {
    pairs = read_pairs(query, 0);
  } catch (const Error& failure) {
    throw damaged_result(connection, document, failure.message());
  }
  if (const std::string found = fault(pairs); !found.empty())
    throw damaged_result(connection, document, found);
  return pairs;
}

} // namespace longview
