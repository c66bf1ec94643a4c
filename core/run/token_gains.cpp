#include "run/token_gains.h"

#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"

namespace longview {
Project open_to_keep(const std::filesystem::path& path) {
  try {
    return Project::open(path, Project::Mode::read_write);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io)
      throw;
    return Project::open(path, Project::Mode::read_only);
  }
}

TokenGains::TokenGains() : TokenGains(std::make_shared<DocumentModel>()) {}
TokenGains::TokenGains(std::shared_ptr<DocumentModel> model) : model_(std::move(model)) {}

TokenGain TokenGains::get(Project& project, RunId run_id, DocumentId document, std::uint32_t i, std::uint32_t j,
                          const std::string& text, std::stop_token stop) {
  if (auto known = project.token_gain(run_id, document, i, j))
    return *std::move(known);
  const StoredRun run = project.run(run_id);
  const RunSettings settings = settings_from_json(run.identity.settings);
  const std::optional<ResultRow> row = project.result(run_id, document);
  const std::optional<ResultData> data = project.result_data(run_id, document);
  const std::uint32_t segments = row && data ? data->pairs.segments() : 0;
  if (j >= i || i >= segments)
    throw Error(
        ErrorCode::usage,
        fmt::format("there is no pair {}, {}: the target comes after the prefix, and segments count from 0 to {}", i, j,
                    segments > 0 ? segments - 1 : 0));
  const auto place = [&](std::uint32_t k) { return data->pairs.kept.empty() ? k : data->pairs.kept[k]; };
  const std::uint32_t length = settings.sampling.segment_length;
  const DocumentModel::Turn turn = model_->turn(run, settings, stop);
  const std::shared_ptr<const Tokens> tokens = turn.tokens(*row, text, stop);
  const std::span<const TokenId> target = segment_tokens(*tokens, place(i), length);
  TokenGain gain;
  gain.ends = segment_token_ends(*tokens, place(i), length);
  gain.alone = turn.scorer().token_nll({}, target);
  gain.after = turn.scorer().token_nll(segment_tokens(*tokens, place(j), length), target);
  try {
    project.put_token_gain(run_id, document, i, j, gain);
  } catch (const Error& error) {
    log::debug("token gains are not kept: {}", error.what()); // a read-only project: they are computed again
  }
  return gain;
}

} // namespace longview
