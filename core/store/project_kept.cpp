// What a person asked for and keeps in a project beside its results.
#include <nlohmann/json.hpp>

#include "store/blobs.h"
#include "store/project_impl.h"

namespace longview {
namespace {

/// The view that holds the names of the labels. A program that does not know this sees a view of what has a label.
constexpr std::string_view label_view = "Labels of the keys 1 to 9";

} // namespace

void Project::put_token_gain(RunId run, DocumentId document, std::uint32_t i, std::uint32_t j, const TokenGain& gain) {
  const Blob blob = encode_token_gain(gain);
  impl_->connection.run("INSERT OR REPLACE INTO token_gain (run, document, i, j, gain) VALUES (?, ?, ?, ?, ?)", run,
                        document, std::uint64_t{i}, std::uint64_t{j}, std::span(blob));
}

std::optional<TokenGain> Project::token_gain(RunId run, DocumentId document, std::uint32_t i, std::uint32_t j) const {
  const Connection& connection = impl_->connection;
  Query query = connection.query("SELECT gain FROM token_gain WHERE run = ? AND document = ? AND i = ? AND j = ?", run,
                                 document, std::uint64_t{i}, std::uint64_t{j});
  if (!query.next())
    return std::nullopt;
  try {
    return decode_token_gain(query.blob(0));
  } catch (const Error& failure) {
    throw connection.damaged(fmt::format("token gains of document {}, pair {}, {}: {}",
                                         static_cast<std::int64_t>(document), i, j, failure.message()));
  }
}

void Project::put_extra(RunId run, DocumentId document, const ExtraPairs& extra) {
  if (const std::string found = fault(extra); !found.empty())
    throw Error(
        ErrorCode::internal,
        fmt::format("the extra pairs of document {} make no sense ({})", static_cast<std::int64_t>(document), found),
        impl_->connection.path().string());
  const Blob alone = encode_perplexities(extra.perplexity_alone);
  const Blob pairs = encode_extra(extra);
  impl_->connection.run("INSERT OR REPLACE INTO extra (run, document, perplexity_alone, pairs) VALUES (?, ?, ?, ?)",
                        run, document, std::span(alone), std::span(pairs));
}

std::optional<ExtraPairs> Project::extra(RunId run, DocumentId document) const {
  const Connection& connection = impl_->connection;
  Query query =
      connection.query("SELECT perplexity_alone, pairs FROM extra WHERE run = ? AND document = ?", run, document);
  if (!query.next())
    return std::nullopt;
  const auto damaged = [&](std::string_view what) {
    return connection.damaged(fmt::format("extra pairs of document {}: {}", static_cast<std::int64_t>(document), what));
  };
  std::optional<ExtraPairs> extra;
  try {
    extra = decode_extra(query.blob(1), decode_perplexities(query.blob(0)));
  } catch (const Error& failure) {
    throw damaged(failure.message());
  }
  if (const std::string found = fault(*extra); !found.empty())
    throw damaged(found);
  return extra;
}

std::vector<StoredParameterSet> Project::parameter_sets() const {
  std::vector<StoredParameterSet> sets;
  Query query = impl_->connection.query("SELECT name, parameters FROM parameter_set ORDER BY name");
  while (query.next())
    sets.push_back({query.text(0), query.text(1)});
  return sets;
}

void Project::put_parameter_set(std::string_view name, std::string_view parameters) {
  if (name.empty())
    throw Error(ErrorCode::usage, "a set of parameters needs a name");
  impl_->connection.run("INSERT OR REPLACE INTO parameter_set (name, parameters) VALUES (?, ?)", name, parameters);
}

void Project::remove_parameter_set(std::string_view name) {
  impl_->connection.run("DELETE FROM parameter_set WHERE name = ?", name);
}

std::vector<StoredView> Project::views() const {
  std::vector<StoredView> views;
  Query query =
      impl_->connection.query("SELECT name, filter, settings FROM \"view\" WHERE name <> ? ORDER BY name", label_view);
  while (query.next())
    views.push_back({query.text(0), query.text(1), query.text(2)});
  return views;
}

void Project::put_view(const StoredView& view) {
  if (view.name.empty())
    throw Error(ErrorCode::usage, "a view needs a name");
  if (view.name == label_view)
    throw Error(ErrorCode::usage, fmt::format("the name \"{}\" is taken; choose another", label_view));
  impl_->connection.run("INSERT OR REPLACE INTO \"view\" (name, filter, settings) VALUES (?, ?, ?)", view.name,
                        view.filter, view.settings);
}

std::vector<std::string> Project::label_names() const {
  std::vector<std::string> names;
  Query query = impl_->connection.query("SELECT settings FROM \"view\" WHERE name = ?", label_view);
  if (query.next()) {
    try {
      names = nlohmann::json::parse(query.text(0)).at("labels").get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception&) {
      throw impl_->connection.damaged("the names of the labels cannot be read");
    }
  }
  names.resize(label_keys);
  return names;
}

void Project::put_label_names(std::vector<std::string> names) {
  names.resize(label_keys);
  const nlohmann::json settings = {{"labels", names}};
  impl_->connection.run("INSERT OR REPLACE INTO \"view\" (name, filter, settings) VALUES (?, ?, ?)", label_view,
                        "label is not null", settings.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

bool Project::remove_view(std::string_view name) {
  return impl_->connection.run("DELETE FROM \"view\" WHERE name = ? AND name <> ?", name, label_view) > 0;
}

} // namespace longview
