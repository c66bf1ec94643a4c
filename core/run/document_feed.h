#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/bounded_queue.h"
#include "base/ordered_queue.h"
#include "base/time_spent.h"
#include "corpus/corpus.h"
#include "run/failure.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// A document with its tokens, in source order.
struct TokenizedDocument {
  Document document;
  Tokens tokens;
};
/// A document an earlier call finished: only what the sampler must know of it.
struct FinishedDocument {
  DocumentPlace place;
  std::uint64_t tokens = 0;
  bool sampled = true; ///< false for bad input: it took no random numbers
};
/// A document the tokenizer refused.
struct UntokenizedDocument {
  Document document;
  std::string reason;
};
using FeedItem = std::variant<TokenizedDocument, UntokenizedDocument, FinishedDocument, BadDocument>;

/// Results that are there already, by source and offset.
using FinishedPlaces = std::map<std::pair<std::uint32_t, std::uint64_t>, FinishedDocument>;

/// Reads and tokenizes in threads of its own, and hands documents out in source order: reader -> queue -> tokenizers ->
/// ordered queue. Documents of `finished` are not tokenized again.
class DocumentFeed {
 public:
  DocumentFeed(std::vector<SourceFile> sources, ReaderOptions options, std::shared_ptr<const Tokenizer> tokenizer,
               SpecialTokens special, FinishedPlaces finished, int threads, Failure& failure);
  /// Stops and waits for the threads.
  ~DocumentFeed();

  /// Nothing at the end, or once a stop was requested or a thread failed (see Failure).
  std::optional<FeedItem> next();
  /// Share of the input's bytes behind the last item that next() gave, 0 … 1.
  double read_share() const { return read_share_; }
  double seconds_reading() const { return reading_.seconds(); }
  double seconds_tokenizing() const { return tokenizing_.seconds(); }

 private:
  struct Read {
    std::uint64_t sequence;
    double read_share;
    ReadItem item;
  };
  struct Ready {
    double read_share;
    FeedItem item;
  };
  void read(CorpusReader& reader);
  void tokenize();
  FeedItem prepare(ReadItem item) const;

  std::shared_ptr<const Tokenizer> tokenizer_;
  SpecialTokens special_;
  FinishedPlaces finished_;
  Failure& failure_;
  BoundedQueue<Read> read_;
  OrderedQueue<Ready> ready_;
  double read_share_ = 0;
  TimeSpent reading_, tokenizing_;
  std::vector<std::jthread> threads_;
};

} // namespace longview
