#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "run/settings.h"
#include "scoring/scorer.h"
#include "store/project.h"
#include "tokenizer/tokenizer.h"

namespace longview {

/// The model of a run, for what a person asks of single documents: opened when first needed and kept for the next
/// request. Several threads may share it: one uses it at a time, in the order they came.
class DocumentModel {
 public:
  /// `device` as on the command line, its first where it names several; `threads` 0: all cores.
  explicit DocumentModel(std::string device = "auto", int threads = 0);
  ~DocumentModel();
  DocumentModel(const DocumentModel&) = delete;
  DocumentModel& operator=(const DocumentModel&) = delete;

  /// The use of the model for as long as it lives; hold it for seconds, not minutes.
  class Turn {
   public:
    Turn(Turn&& other) noexcept;
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    Turn& operator=(Turn&&) = delete;

    Scorer& scorer() const;
    const Tokenizer& tokenizer() const;
    /// Of the document's whole text; those of the document that was asked for last are kept. Throws Error(conflict)
    /// where they are not as many as when it was scored.
    std::shared_ptr<const Tokens> tokens(const ResultRow& row, const std::string& text,
                                         const std::stop_token& stop) const;

   private:
    friend class DocumentModel;
    Turn(DocumentModel& model, std::uint64_t ticket) : model_(&model), ticket_(ticket) {}
    DocumentModel* model_; ///< null once moved from
    std::uint64_t ticket_;
  };

  /// Waits until it is free, and opens the model unless it is open. Throws Error: not_found (the model is gone),
  /// conflict (another model than the run's), cancelled, and what opening a model throws.
  Turn turn(const StoredRun& run, const RunSettings& settings, const std::stop_token& stop);
  /// Lets go of the model, once it is free.
  void close();

  const std::string& device() const { return device_; }
  int threads() const { return threads_; }

 private:
  struct Opened;
  struct Tokenized;

  Turn wait_for_turn(const std::stop_token& stop);
  void end_turn(std::uint64_t ticket);

  std::string device_;
  int threads_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::uint64_t> waiting_; ///< the first one has the turn
  std::uint64_t next_ticket_ = 0;
  std::unique_ptr<Opened> opened_;       ///< who has the turn
  std::unique_ptr<Tokenized> tokenized_; ///< the same
};

/// Tokens of (real) segment `place`. Throws Error(input) where there are none.
std::span<const TokenId> segment_tokens(const Tokens& tokens, std::uint32_t place, std::uint32_t segment_length);
/// Ends of its tokens, in bytes from its first on.
std::vector<std::uint32_t> segment_token_ends(const Tokens& tokens, std::uint32_t place, std::uint32_t segment_length);

} // namespace longview
