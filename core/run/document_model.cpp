#include "run/document_model.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "run/fingerprint.h"
#include "run/run_session.h"

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

} // namespace

struct DocumentModel::Opened {
  RunIdentity run; ///< the first that it was opened for
  DType dtype = DType::automatic;
  std::uint32_t segment_length = 0;
  SpecialTokens special = SpecialTokens::plain;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::unique_ptr<Scorer> scorer;

  bool serves(const StoredRun& other, const RunSettings& settings) const {
    return run.model == other.identity.model && run.tokenizer == other.identity.tokenizer && dtype == settings.dtype &&
           segment_length == settings.sampling.segment_length;
  }
};

struct DocumentModel::Tokenized {
  DocumentId document{};
  Hash128 text;
  SpecialTokens special = SpecialTokens::plain;
  std::shared_ptr<const Tokens> tokens;
};

DocumentModel::DocumentModel(std::string device, int threads) : device_(std::move(device)), threads_(threads) {}
DocumentModel::~DocumentModel() = default;

DocumentModel::Turn::Turn(Turn&& other) noexcept
    : model_(std::exchange(other.model_, nullptr)), ticket_(other.ticket_) {}
DocumentModel::Turn::~Turn() {
  if (model_)
    model_->end_turn(ticket_);
}

Scorer& DocumentModel::Turn::scorer() const {
  return *model_->opened_->scorer;
}
const Tokenizer& DocumentModel::Turn::tokenizer() const {
  return *model_->opened_->tokenizer;
}

std::shared_ptr<const Tokens> DocumentModel::Turn::tokens(const ResultRow& row, const std::string& text,
                                                          const std::stop_token& stop) const {
  const Opened& opened = *model_->opened_;
  std::unique_ptr<Tokenized>& kept = model_->tokenized_;
  const Hash128 hash = hash128(text);
  if (!kept || kept->document != row.document || kept->text != hash || kept->special != opened.special)
    kept = std::make_unique<Tokenized>(
        Tokenized{row.document, hash, opened.special,
                  std::make_shared<const Tokens>(opened.tokenizer->encode(text, opened.special, stop))});
  if (kept->tokens->ids.size() != row.tokens)
    throw Error(ErrorCode::conflict,
                fmt::format("the text has {} tokens now and had {} when it was scored; score it again",
                            kept->tokens->ids.size(), row.tokens));
  return kept->tokens;
}

DocumentModel::Turn DocumentModel::wait_for_turn(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = next_ticket_++;
  waiting_.push_back(ticket);
  if (!changed_.wait(lock, stop, [&] { return waiting_.front() == ticket; })) {
    std::erase(waiting_, ticket);
    changed_.notify_all();
    throw_if_cancelled(stop);
  }
  return {*this, ticket};
}

void DocumentModel::end_turn(std::uint64_t ticket) {
  const std::scoped_lock lock(mutex_);
  std::erase(waiting_, ticket);
  changed_.notify_all();
}

DocumentModel::Turn DocumentModel::turn(const StoredRun& run, const RunSettings& settings,
                                        const std::stop_token& stop) {
  Turn turn = wait_for_turn(stop);
  if (opened_ && opened_->serves(run, settings)) {
    opened_->special = settings.special_tokens;
    return turn;
  }
  opened_.reset();
  tokenized_.reset();
  check_model(run, stop);
  auto opened = std::make_unique<Opened>();
  opened->run = run.identity;
  opened->dtype = settings.dtype;
  opened->segment_length = settings.sampling.segment_length;
  opened->special = settings.special_tokens;
  opened->tokenizer = load_tokenizer(run.model_path);
  if (opened->tokenizer->fingerprint() != run.identity.tokenizer)
    throw Error(ErrorCode::conflict, "the tokenizer of this model is another one than when the run was scored",
                run.model_path);
  ScorerOptions options;
  options.dtype = settings.dtype;
  options.segment_length = settings.sampling.segment_length;
  options.device = device_list(device_).front();
  options.threads = threads_;
  opened->scorer = engine().open(run.model_path, options, stop);
  opened_ = std::move(opened);
  return turn;
}

void DocumentModel::close() {
  const Turn turn = wait_for_turn({});
  opened_.reset();
  tokenized_.reset();
}

std::span<const TokenId> segment_tokens(const Tokens& tokens, std::uint32_t place, std::uint32_t segment_length) {
  const std::size_t first = std::size_t{place} * segment_length;
  if (first + segment_length > tokens.ids.size())
    throw Error(ErrorCode::input, "the text has fewer tokens than when it was scored; score it again");
  return std::span(tokens.ids).subspan(first, segment_length);
}

std::vector<std::uint32_t> segment_token_ends(const Tokens& tokens, std::uint32_t place, std::uint32_t segment_length) {
  const std::size_t first = std::size_t{place} * segment_length;
  const std::uint64_t begin = first == 0 ? 0 : tokens.ends[first - 1];
  std::vector<std::uint32_t> ends;
  for (std::size_t t = first; t < first + segment_length; ++t)
    ends.push_back(static_cast<std::uint32_t>(tokens.ends[t] - begin));
  return ends;
}

} // namespace longview
