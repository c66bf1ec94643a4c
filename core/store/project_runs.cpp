// Runs and their leases.
#include <chrono>

#include <fmt/chrono.h>

#include "base/machine.h"
#include "store/lease.h"
#include "store/project_impl.h"

namespace longview {
namespace {

const std::string run_columns =
    "id, dataset, settings, model, tokenizer, model_path, model_name, program_version, started, "
    "coalesce(finished, '')";

StoredRun read_run(const Query& query) {
  StoredRun run;
  run.id = query.id<RunId>(0);
  run.identity = {query.id<DatasetId>(1), query.text(2), query.hash(3), query.hash(4)};
  run.model_path = query.text(5);
  run.model_name = query.text(6);
  run.program_version = query.text(7);
  run.started = query.text(8);
  run.finished = query.text(9);
  return run;
}

std::string now_utc() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

std::optional<RunId> known_run(const Connection& connection, const RunIdentity& identity) {
  Query query =
      connection.query("SELECT id FROM run WHERE dataset = ? AND settings = ? AND model = ? AND tokenizer = ?",
                       identity.dataset, identity.settings, identity.model, identity.tokenizer);
  return query.next() ? std::optional(query.id<RunId>(0)) : std::nullopt;
}

} // namespace

std::optional<RunId> Project::find_run(const RunIdentity& identity) const {
  return known_run(impl_->connection, identity);
}

RunId Project::put_run(const RunIdentity& identity, std::string_view model_path, std::string_view model_name) {
  const Connection& connection = impl_->connection;
  TransactionScope transaction(connection);
  if (const std::optional<RunId> known = known_run(connection, identity))
    return *known;
  dataset(identity.dataset); // throws with its number when there is none
  connection.run(
      "INSERT INTO run (dataset, settings, model, tokenizer, model_path, model_name, program_version, started) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      identity.dataset, identity.settings, identity.model, identity.tokenizer, model_path, model_name,
      program_version(), now_utc());
  const RunId added{connection.last_row()};
  transaction.commit();
  return added;
}

std::vector<StoredRun> Project::runs() const {
  std::vector<StoredRun> result;
  Query query = impl_->connection.query("SELECT " + run_columns + " FROM run ORDER BY id");
  while (query.next())
    result.push_back(read_run(query));
  return result;
}

StoredRun Project::run(RunId id) const {
  Query query = impl_->connection.query("SELECT " + run_columns + " FROM run WHERE id = ?", id);
  if (!query.next())
    throw_missing(impl_->connection, "run", static_cast<std::int64_t>(id));
  return read_run(query);
}

std::optional<StoredRun> Project::newest_run(std::optional<DatasetId> dataset) const {
  Query query = impl_->connection.query(
      "SELECT " + run_columns + " FROM run WHERE ?1 IS NULL OR dataset = ?1 ORDER BY id DESC LIMIT 1", dataset);
  return query.next() ? std::optional(read_run(query)) : std::nullopt;
}

void Project::finish_run(RunId id) {
  if (impl_->connection.run("UPDATE run SET finished = coalesce(finished, ?) WHERE id = ?", now_utc(), id) == 0)
    throw_missing(impl_->connection, "run", static_cast<std::int64_t>(id));
}

void Project::take_lease(RunId id) {
  run(id); // throws with its number when there is none
  longview::take_lease(impl_->connection, id);
}

void Project::renew_lease(RunId id) {
  longview::renew_lease(impl_->connection, id);
}

void Project::release_lease(RunId id) {
  longview::release_lease(impl_->connection, id);
}

} // namespace longview
