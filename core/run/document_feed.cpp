#include "run/document_feed.h"

#include <algorithm>
#include <atomic>

#include "base/error.h"

namespace longview {
namespace {

constexpr std::size_t documents_ahead = 16; // read but not tokenized, and tokenized but not taken

/// Of what a reader gave, where it lies.
const DocumentPlace& place_of(const ReadItem& item) {
  return std::visit([](const auto& one) -> const DocumentPlace& { return one.place; }, item);
}

} // namespace

DocumentFeed::DocumentFeed(std::vector<SourceFile> sources, ReaderOptions options,
                           std::shared_ptr<const Tokenizer> tokenizer, SpecialTokens special, FinishedPlaces finished,
                           int threads, Failure& failure)
    : tokenizer_(std::move(tokenizer)), special_(special), finished_(std::move(finished)), failure_(failure),
      read_(documents_ahead), ready_(documents_ahead) {
  auto reader = std::make_shared<CorpusReader>(std::move(sources), std::move(options));
  threads_.emplace_back([this, reader] { failure_.guard([&] { read(*reader); }); });
  for (int k = 0; k < std::max(1, threads); ++k)
    threads_.emplace_back([this] { failure_.guard([&] { tokenize(); }); });
}

DocumentFeed::~DocumentFeed() {
  // Items nobody takes any more would keep the threads waiting.
  read_.close();
  if (!failure_.token().stop_requested())
    while (next())
      ;
  threads_.clear();
}

void DocumentFeed::read(CorpusReader& reader) {
  const std::stop_token stop = failure_.token();
  const double total = std::max(1.0, static_cast<double>(reader.bytes_total()));
  std::uint64_t sequence = 0;
  const auto next = [&] {
    const Timed timed(reading_);
    return reader.next(stop);
  };
  while (auto item = next()) {
    const double share = static_cast<double>(reader.bytes_read()) / total;
    if (!read_.push({sequence, share, std::move(*item)}, stop))
      return;
    ++sequence;
  }
  ready_.finish(sequence);
  read_.close();
}

void DocumentFeed::tokenize() {
  const std::stop_token stop = failure_.token();
  const auto prepared = [&](ReadItem item) {
    const Timed timed(tokenizing_);
    return prepare(std::move(item));
  };
  while (auto one = read_.pop(stop))
    if (!ready_.push(one->sequence, {one->read_share, prepared(std::move(one->item))}, stop))
      return;
}

FeedItem DocumentFeed::prepare(ReadItem item) const {
  const DocumentPlace& place = place_of(item);
  if (const auto found = finished_.find({place.source, place.offset}); found != finished_.end())
    return found->second;
  if (auto* bad = std::get_if<BadDocument>(&item))
    return std::move(*bad);
  Document& document = std::get<Document>(item);
  try {
    Tokens tokens = tokenizer_->encode(document.text, special_, failure_.token());
    return TokenizedDocument{std::move(document), std::move(tokens)};
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled)
      throw;
    return UntokenizedDocument{std::move(document), error.what()};
  }
}

std::optional<FeedItem> DocumentFeed::next() {
  auto ready = ready_.pop(failure_.token());
  if (!ready)
    return std::nullopt;
  read_share_ = ready->read_share;
  return std::move(ready->item);
}

} // namespace longview
