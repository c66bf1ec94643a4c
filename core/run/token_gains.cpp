#include "run/token_gains.h"

#include <filesystem>
#include <span>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "run/fingerprint.h"
#include "run/run_session.h"
#include "scoring/scorer.h"
#include "tokenizer/tokenizer.h"

namespace longview {
namespace {

/// The model file of a run, which must still be the one that made its numbers.
void check_model(const StoredRun& run, const std::stop_token& stop) {
  if (!std::filesystem::exists(run.model_path))
    throw Error(ErrorCode::not_found, "the model of this run is not there any more; put it back to compute with it",
                run.model_path);
  if (model_fingerprint(run.model_path, stop) != run.identity.model)
    throw Error(ErrorCode::conflict, "this is another model than the run was scored with; put the old one back",
                run.model_path);
}

std::span<const TokenId> segment(const Tokens& tokens, std::uint32_t place, std::uint32_t length) {
  const std::size_t first = std::size_t{place} * length;
  if (first + length > tokens.ids.size())
    throw Error(ErrorCode::input, "the text has fewer tokens than when it was scored; score it again");
  return std::span(tokens.ids).subspan(first, length);
}

/// Ends of a segment's tokens, from its first byte on.
std::vector<std::uint32_t> ends_of(const Tokens& tokens, std::uint32_t place, std::uint32_t length) {
  const std::size_t first = std::size_t{place} * length;
  const std::uint64_t begin = first == 0 ? 0 : tokens.ends[first - 1];
  std::vector<std::uint32_t> ends;
  for (std::size_t t = first; t < first + length; ++t)
    ends.push_back(static_cast<std::uint32_t>(tokens.ends[t] - begin));
  return ends;
}

} // namespace

Project open_to_keep(const std::filesystem::path& path) {
  try {
    return Project::open(path, Project::Mode::read_write);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io)
      throw;
    return Project::open(path, Project::Mode::read_only);
  }
}

struct TokenGains::Opened {
  Hash128 model;
  DType dtype = DType::automatic;
  std::uint32_t segment_length = 0;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::unique_ptr<Scorer> scorer;
};

struct TokenGains::Tokenized {
  Hash128 model;
  DocumentId document{};
  Hash128 text;
  Tokens tokens;
};

TokenGains::TokenGains() = default;
TokenGains::~TokenGains() = default;

void TokenGains::close() {
  opened_.reset();
  tokenized_.reset();
}

TokenGains::Opened& TokenGains::open(const StoredRun& run, const RunSettings& settings, const std::stop_token& stop) {
  const std::uint32_t length = settings.sampling.segment_length;
  if (opened_ && opened_->model == run.identity.model && opened_->dtype == settings.dtype &&
      opened_->segment_length == length)
    return *opened_;
  close();
  check_model(run, stop);
  auto opened = std::make_unique<Opened>();
  opened->model = run.identity.model;
  opened->dtype = settings.dtype;
  opened->segment_length = length;
  opened->tokenizer = load_tokenizer(run.model_path);
  ScorerOptions options;
  options.dtype = settings.dtype;
  options.segment_length = length;
  options.device = device_list("auto").front();
  opened->scorer = engine().open(run.model_path, options, stop);
  opened_ = std::move(opened);
  return *opened_;
}

const Tokens& TokenGains::tokens_of(DocumentId document, const std::string& text, const RunSettings& settings,
                                    const std::stop_token& stop) {
  const Hash128 hash = hash128(text);
  if (!tokenized_ || tokenized_->model != opened_->model || tokenized_->document != document ||
      tokenized_->text != hash)
    tokenized_ = std::make_unique<Tokenized>(
        Tokenized{opened_->model, document, hash, opened_->tokenizer->encode(text, settings.special_tokens, stop)});
  return tokenized_->tokens;
}

TokenGain TokenGains::get(Project& project, RunId run_id, DocumentId document, std::uint32_t i, std::uint32_t j,
                          const std::string& text, std::stop_token stop) {
  if (auto known = project.token_gain(run_id, document, i, j))
    return *std::move(known);
  const StoredRun run = project.run(run_id);
  const RunSettings settings = settings_from_json(run.identity.settings);
  const std::optional<ResultData> data = project.result_data(run_id, document);
  const std::uint32_t segments = data ? data->pairs.segments() : 0;
  if (j >= i || i >= segments)
    throw Error(
        ErrorCode::usage,
        fmt::format("there is no pair {}, {}: the target comes after the prefix, and segments count from 0 to {}", i, j,
                    segments > 0 ? segments - 1 : 0));
  const auto place = [&](std::uint32_t k) { return data->pairs.kept.empty() ? k : data->pairs.kept[k]; };
  Opened& opened = open(run, settings, stop);
  const Tokens& tokens = tokens_of(document, text, settings, stop);
  const std::uint32_t length = opened.segment_length;
  const std::span<const TokenId> target = segment(tokens, place(i), length);
  TokenGain gain;
  gain.ends = ends_of(tokens, place(i), length);
  gain.alone = opened.scorer->token_nll({}, target);
  gain.after = opened.scorer->token_nll(segment(tokens, place(j), length), target);
  try {
    project.put_token_gain(run_id, document, i, j, gain);
  } catch (const Error& error) {
    log::debug("token gains are not kept: {}", error.what()); // a read-only project: they are computed again
  }
  return gain;
}

} // namespace longview
