// What belongs to a document or a run beside its results: labels, notes, control segments, what is measured afterwards.
#include <algorithm>

#include "store/blobs.h"
#include "store/project_impl.h"

namespace longview {
namespace {

constexpr std::size_t longest_label = 200;
constexpr std::size_t longest_note = 64 << 10;

void check_label(std::string_view label, const Connection& connection) {
  if (label.empty() || label.size() > longest_label || label.find('\0') != std::string_view::npos)
    throw Error(ErrorCode::usage, fmt::format("a label is a text of 1 to {} bytes", longest_label),
                connection.path().string());
}

} // namespace

void Project::add_label(DocumentId document, std::string_view label) {
  check_label(label, impl_->connection);
  impl_->connection.run("INSERT INTO label (document, name) VALUES (?, ?) ON CONFLICT DO NOTHING", document, label);
}

bool Project::remove_label(DocumentId document, std::string_view label) {
  return impl_->connection.run("DELETE FROM label WHERE document = ? AND name = ?", document, label) > 0;
}

std::vector<std::string> Project::labels() const {
  std::vector<std::string> result;
  Query query = impl_->connection.query("SELECT DISTINCT name FROM label ORDER BY name");
  while (query.next())
    result.push_back(query.text(0));
  return result;
}

DocumentMarks Project::marks(RunId run) const {
  DocumentMarks marks;
  Query labels = impl_->connection.query("SELECT l.document, l.name FROM label l WHERE EXISTS (SELECT 1 FROM result r "
                                         "WHERE r.run = ? AND r.document = l.document) ORDER BY l.document, l.name",
                                         run);
  while (labels.next())
    marks[labels.id<DocumentId>(0)].labels.push_back(labels.text(1));
  Query notes = impl_->connection.query("SELECT n.document, n.text FROM note n WHERE EXISTS (SELECT 1 FROM result r "
                                        "WHERE r.run = ? AND r.document = n.document)",
                                        run);
  while (notes.next())
    marks[notes.id<DocumentId>(0)].note = notes.text(1);
  return marks;
}

Marks Project::marks(DocumentId document) const {
  Marks marks;
  Query labels = impl_->connection.query("SELECT name FROM label WHERE document = ? ORDER BY name", document);
  while (labels.next())
    marks.labels.push_back(labels.text(0));
  Query notes = impl_->connection.query("SELECT text FROM note WHERE document = ?", document);
  if (notes.next())
    marks.note = notes.text(0);
  return marks;
}

void Project::put_note(DocumentId document, std::string_view text) {
  const Connection& connection = impl_->connection;
  if (text.size() > longest_note || text.find('\0') != std::string_view::npos)
    throw Error(ErrorCode::usage, fmt::format("a note is a text of at most {} bytes", longest_note),
                connection.path().string());
  if (text.empty())
    connection.run("DELETE FROM note WHERE document = ?", document);
  else
    connection.run("INSERT OR REPLACE INTO note (document, text, changed) "
                   "VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
                   document, text);
}

void Project::put_repetition(RunId run, const ResultRow& row, std::span<const std::uint8_t> overlap) {
  const Connection& connection = impl_->connection;
  TransactionScope transaction(connection);
  connection.run("UPDATE result SET repetition = ?, copied = ? WHERE run = ? AND document = ?", row.repetition,
                 row.copied, run, row.document);
  if (!overlap.empty())
    connection.run("UPDATE result_data SET overlap = ? WHERE run = ? AND document = ? AND length(pairs) / 12 = ?",
                   std::as_bytes(overlap), run, row.document, overlap.size());
  transaction.commit();
}

void Project::put_controls(RunId run, std::span<const ControlSegment> controls) {
  const Connection& connection = impl_->connection;
  TransactionScope transaction(connection);
  connection.run("DELETE FROM control_segment WHERE run = ?", run);
  for (std::size_t k = 0; k < controls.size(); ++k) {
    const std::vector<std::uint32_t> ids(controls[k].tokens.begin(), controls[k].tokens.end());
    const Blob tokens = encode_u32(ids);
    connection.run("INSERT INTO control_segment (run, position, document, text_hash, tokens) VALUES (?, ?, ?, ?, ?)",
                   run, k, controls[k].document, controls[k].text_hash, std::span(tokens));
  }
  transaction.commit();
}

std::vector<ControlSegment> Project::controls(RunId run) const {
  const Connection& connection = impl_->connection;
  Query query = connection.query(
      "SELECT document, text_hash, tokens, position FROM control_segment WHERE run = ? ORDER BY position", run);
  std::vector<ControlSegment> result;
  while (query.next()) {
    if (query.count(3) != result.size())
      throw connection.damaged("a control segment of a run is missing");
    try {
      const std::vector<std::uint32_t> ids = decode_u32(query.blob(2));
      if (std::any_of(ids.begin(), ids.end(), [](std::uint32_t id) { return id > std::uint32_t{INT32_MAX}; }))
        throw Error(ErrorCode::input, "a token has an impossible number");
      result.push_back({query.text(0), query.hash(1), {ids.begin(), ids.end()}});
    } catch (const Error& failure) {
      throw connection.damaged(fmt::format("a control segment: {}", failure.message()));
    }
  }
  return result;
}

} // namespace longview
