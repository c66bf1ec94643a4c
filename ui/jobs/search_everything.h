#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include <QObject>

#include "jobs/background.h"
#include "models/findings.h"
#include "store/row_filter.h"
#include "widgets/document_data.h"

namespace longview {

struct NamedCommand {
  QString title; ///< without mnemonic
  QString where; ///< its menu and keys
};

/// What is there to be searched. Shared with the thread, so nothing in it changes.
struct SearchScope {
  std::vector<NamedCommand> commands;
  TableCells cells;
  std::vector<std::uint32_t> order; ///< places of cells.rows, those first that matter most
  DocumentPointer document;         ///< that is open; may be null
  std::filesystem::path project;
  std::optional<RunId> run;
};

/// How far the texts of the dataset were read.
struct TextsProgress {
  std::uint64_t read = 0, of = 0; ///< documents
  std::uint64_t unreadable = 0;   ///< whose source is not there or has changed
  bool limited = false;           ///< it ended because enough was found
};

constexpr std::size_t most_shown = 8;        ///< findings of a group
constexpr std::size_t most_other_texts = 50; ///< documents whose text holds it: then enough was found

/// All but the texts of other documents: commands, titles and ids, labels, notes, the text of the open document, help.
/// Titles and commands hold every word in any order, everything else the words as they stand; case does not matter.
/// Groups without findings are left out. Throws Error(cancelled). Any thread.
std::vector<FoundGroup> search_at_hand(const SearchScope& scope, const QString& words, std::stop_token stop = {});

/// Searches everything in two threads: what is at hand answers at once, the texts of the dataset's other documents are
/// read one after the other. A new search stops the one before.
class EverythingSearch : public QObject {
  Q_OBJECT

 public:
  explicit EverythingSearch(QObject* parent = nullptr);
  ~EverythingSearch() override;

  void search(SearchScope scope, const QString& words);
  /// The texts too, of the last search.
  void read_texts();
  void stop_texts();
  void cancel();
  bool busy() const;
  /// What is at hand is still searched: found() is to come.
  bool looking() const;

 signals:
  void found(const std::vector<longview::FoundGroup>& groups);
  /// Of texts, as far as they are read; `over` when nothing more follows.
  void texts_found(const longview::FoundGroup& group, const longview::TextsProgress& progress, bool over);

 private:
  void tell(std::uint64_t search, const FoundGroup& group, const TextsProgress& progress, bool over);

  std::shared_ptr<const SearchScope> scope_; ///< of the last search
  QString words_;
  std::uint64_t search_ = 0;   ///< counts up; what older ones tell is dropped
  Background at_hand_, texts_; // last: their threads tell this
};

} // namespace longview
