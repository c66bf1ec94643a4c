#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "corpus/corpus.h"
#include "corpus/document.h"
#include "scoring/dependency.h"
#include "scoring/settings.h"
#include "scoring/status.h"

namespace longview {

// Row numbers in the project file. Types of their own, so that a run is never taken for a document.
enum class DatasetId : std::int64_t {};
enum class SourceId : std::int64_t {};
enum class DocumentId : std::int64_t {};
enum class RunId : std::int64_t {};

struct StoredSource {
  SourceId id{};
  SourceFile file;
  Hash128 hash; ///< of all bytes on disk
};

struct StoredDataset {
  DatasetId id{};
  std::string name;
  std::int64_t version = 1; ///< counts up when files of the same name come with other content
  std::vector<StoredSource> sources;
};

struct StoredDocument {
  DocumentId id{};
  DatasetId dataset{};
  SourceId source{};
  DocumentPlace place; ///< place.source is the index into StoredDataset::sources
  Hash128 text_hash;
  std::string name; ///< the id field, or FILE:LINE
  std::string title;
  std::string fields; ///< JSON object
};

/// What identifies a run; two equal ones are the same run, so a second one resumes the first.
struct RunIdentity {
  DatasetId dataset{};
  std::string settings; ///< canonical JSON (run/settings.h)
  Hash128 model;        ///< fingerprint of the weights, and of the configuration beside them
  Hash128 tokenizer;
  bool operator==(const RunIdentity&) const = default;
};

struct StoredRun {
  RunId id{};
  RunIdentity identity;
  std::string model_path;
  std::string model_name; ///< for people: "SmolLM2 135M Instruct"
  std::string program_version;
  std::string started;  ///< ISO 8601, UTC
  std::string finished; ///< empty while unfinished
};

/// One row of the documents table: narrow, so that a million of them are cheap.
struct ResultRow {
  DocumentId document{};
  Status status = Status::scored;
  std::string reason; ///< for every status but scored
  std::uint64_t tokens = 0;
  std::uint64_t tail_tokens = 0; ///< dropped behind the last whole segment
  std::uint64_t segments = 0;    ///< before thinning
  std::uint64_t pair_count = 0;
  double lds = no_value, lds_mean = no_value, lds_error = no_value;
  double strength = no_value, distance = no_value, specificity = no_value; ///< means, see DocumentScores
  /// With control prefixes: see DocumentNumbers. NaN in a run without them.
  double corrected_strength = no_value, corrected_lds = no_value;
  double corrected_lds_mean = no_value, corrected_lds_error = no_value;
  double repetition = no_value; ///< 1 - compressed bytes / bytes of the text; NaN where it was not measured
  double copied = no_value;     ///< see DocumentNumbers

  /// Takes over everything that is derived.
  void take(const DocumentNumbers& numbers) {
    lds = numbers.lds;
    lds_mean = numbers.lds_mean;
    lds_error = numbers.lds_error;
    strength = numbers.mean_strength;
    distance = numbers.mean_distance;
    specificity = numbers.mean_specificity;
    corrected_strength = numbers.corrected_strength;
    corrected_lds = numbers.corrected_lds;
    corrected_lds_mean = numbers.corrected_lds_mean;
    corrected_lds_error = numbers.corrected_lds_error;
    copied = numbers.copied;
  }
};

/// What a row holds of what is derived: the inverse of ResultRow::take().
DocumentNumbers numbers_of(const ResultRow& row);

/// The wide part of a result.
struct ResultData {
  std::vector<std::uint64_t> bounds; ///< byte offsets in the document's text, segments + 1 of them (before thinning)
  DocumentPairs pairs;
};

/// What a prefix does to every token of a target segment, in nats: alone[t] and after[t] are the NLL of token t + 1 of
/// the segment (its first is never scored). ends[t] is the byte where token t ends, from the segment's first byte on.
struct TokenGain {
  std::vector<std::uint32_t> ends; ///< L of them, ascending
  std::vector<float> alone, after; ///< L - 1 of them
  /// Positive where the prefix helps.
  double gain(std::size_t t) const { return double{alone[t]} - double{after[t]}; }
};

/// Pairs of a document beyond those of its run (architecture.md, section 2). They enter none of the run's numbers.
struct ExtraPairs {
  std::vector<double> perplexity_alone; ///< one per segment; NaN where the run has it, or no extra pair needs it
  /// A sample that was lengthened: whole rows of the sampler's sequence, right behind those of the run, in drawing
  /// order.
  std::vector<Pair> drawn;
  std::vector<Pair> asked; ///< what a person asked for, by i, then j
};

struct StoredParameterSet {
  std::string name;
  std::string parameters; ///< JSON
};

constexpr std::size_t label_keys = 9;

/// A way of looking at the documents, under a name (run/named_view.h).
struct StoredView {
  std::string name;
  std::string filter;
  std::string settings; ///< JSON
};

/// What people gave to a document.
struct Marks {
  std::vector<std::string> labels; ///< ascending
  std::string note;                ///< empty: none
  bool operator==(const Marks&) const = default;
};
/// Of the documents that have any.
using DocumentMarks = std::unordered_map<DocumentId, Marks>;

/// A row of the documents table with what it is about.
struct TableRow {
  StoredDocument document;
  ResultRow result;
  Marks marks;
};

/// A segment of some document of a run's dataset that stands before targets of others as a control prefix.
struct ControlSegment {
  std::string document; ///< its name
  Hash128 text_hash;
  std::vector<std::int32_t> tokens; ///< token ids
};

/// A project file (architecture.md, section 5). One object is one connection: use it from one thread; open another for
/// another thread. Every method throws Error: busy, io, input (not a project, newer version, damaged), not_found.
class Project {
 public:
  enum class Mode {
    read_only,  ///< the file must exist; nothing is written, also not beside it where the place is read-only
    read_write, ///< must exist; migrated forward when older
    create,     ///< read_write, made when missing
  };
  static Project open(const std::filesystem::path& path, Mode mode);
  ~Project();
  Project(Project&&) noexcept;
  Project& operator=(Project&&) noexcept;

  const std::filesystem::path& path() const;

  // Datasets and documents
  /// The dataset of this name with these files by name and hash, else a new version of it. Files that moved to another
  /// folder are the same; where they are now is remembered.
  DatasetId put_dataset(std::string_view name, std::span<const SourceFile> files, std::span<const Hash128> hashes);
  std::vector<StoredDataset> datasets() const;
  StoredDataset dataset(DatasetId id) const;
  /// Remembers a document, or finds the one at the same place of the same dataset with the same text and name (another
  /// text or id field makes another document of the same line).
  DocumentId put_document(DatasetId dataset, const Document& document);
  DocumentId put_document(DatasetId dataset, const BadDocument& document);
  StoredDocument document(DocumentId id) const;
  /// By name (id field, FILE:LINE, FILE of a text file, or a unique row "#12"). Several: Error(usage) listing up to ten
  /// candidates; none: Error(not_found) with the nearest names. In a dataset, or in all of them; with a run, among its
  /// results.
  StoredDocument find_document(std::string_view name, std::optional<DatasetId> dataset = {},
                               std::optional<RunId> run = {}) const;
  /// The text where it was stored with --embed.
  std::optional<std::string> embedded_text(DocumentId id) const;
  void put_embedded_text(DocumentId id, std::string_view text);

  // Runs
  std::optional<RunId> find_run(const RunIdentity& identity) const;
  /// The unfinished or finished run of this identity, or a new one.
  RunId put_run(const RunIdentity& identity, std::string_view model_path, std::string_view model_name);
  std::vector<StoredRun> runs() const; ///< oldest first
  StoredRun run(RunId id) const;
  /// Newest run (of a dataset).
  std::optional<StoredRun> newest_run(std::optional<DatasetId> dataset = {}) const;
  void finish_run(RunId id);
  /// Takes the lease of a run for this process, or throws Error(busy) saying which process on which host has it. A
  /// lease whose process is dead (same host) or whose heartbeat is older than 60 s is taken over. Released by
  /// release_lease.
  void take_lease(RunId id);
  void renew_lease(RunId id);
  void release_lease(RunId id);

  // Results
  /// Stores a finished result and drops its partial one; both in one transaction.
  void put_result(RunId run, const ResultRow& row, const ResultData* data);
  std::optional<ResultRow> result(RunId run, DocumentId document) const;
  std::optional<ResultData> result_data(RunId run, DocumentId document) const;
  /// Results of a run with their documents, in source order (dataset file, then offset).
  std::vector<TableRow> table(RunId run) const;
  /// Gives `take` only rows added after `seen` results, in the order they were stored, at most so many: how a window
  /// follows a run cheaply. Without marks. Returns how many there were.
  std::uint64_t table_since(RunId run, std::int64_t& seen, std::uint64_t most,
                            const std::function<void(const TableRow&)>& take) const;
  /// Documents that have a score, ascending.
  std::vector<DocumentId> scored_documents(RunId run) const;
  /// Pairs of a run's documents from `first` to `last` by row number, one after the other, which is several times
  /// faster than asking for each; until `take` says false.
  void each_pairs(RunId run, DocumentId first, DocumentId last,
                  const std::function<bool(DocumentId, const DocumentPairs&)>& take) const;
  std::uint64_t result_count(RunId run) const;
  /// A document that is not finished: what was scored so far, NaN elsewhere.
  void put_partial(RunId run, DocumentId document, const DocumentPairs& partial);
  std::optional<DocumentPairs> partial(RunId run, DocumentId document) const;

  /// Of target i after prefix j, as a person asked for it.
  void put_token_gain(RunId run, DocumentId document, std::uint32_t i, std::uint32_t j, const TokenGain& gain);
  std::optional<TokenGain> token_gain(RunId run, DocumentId document, std::uint32_t i, std::uint32_t j) const;

  /// Replaces those that are there. Throws Error(internal) where they make no sense.
  void put_extra(RunId run, DocumentId document, const ExtraPairs& extra);
  std::optional<ExtraPairs> extra(RunId run, DocumentId document) const;

  // What a person keeps
  /// Named sets of live parameters (JSON, see run/settings.h), by name.
  std::vector<StoredParameterSet> parameter_sets() const;
  /// Makes a set or replaces the one of this name. Throws Error(usage) for an empty name.
  void put_parameter_set(std::string_view name, std::string_view parameters);
  /// Nothing where there is none.
  void remove_parameter_set(std::string_view name);

  /// Fills in what an older run did not measure; the numbers of `row` that it depends on are stored too.
  void put_repetition(RunId run, const ResultRow& row, std::span<const std::uint8_t> overlap);
  /// The control segments of a run: stored once, so that a run that goes on has the same.
  void put_controls(RunId run, std::span<const ControlSegment> controls);
  std::vector<ControlSegment> controls(RunId run) const;

  /// Named views, by name.
  std::vector<StoredView> views() const;
  /// Makes a view or replaces the one of this name. Throws Error(usage) for an empty name.
  void put_view(const StoredView& view);
  /// False where there is none.
  bool remove_view(std::string_view name);

  /// What the labels of the keys 1 to 9 are called: nine, empty for those without a name.
  std::vector<std::string> label_names() const;
  void put_label_names(std::vector<std::string> names);

  // Labels and notes
  /// Of the documents that have a result in this run.
  DocumentMarks marks(RunId run) const;
  Marks marks(DocumentId document) const;
  /// One for each document, in place of what is there; an empty text removes it. Throws Error(usage) for a text of more
  /// than 64 KB.
  void put_note(DocumentId document, std::string_view text);
  void add_label(DocumentId document, std::string_view label);
  /// False when the document did not have it.
  bool remove_label(DocumentId document, std::string_view label);
  /// All that any document has, ascending.
  std::vector<std::string> labels() const;

  /// Groups what follows into one transaction until commit() or the object goes (then nothing of it is kept).
  class Transaction {
   public:
    explicit Transaction(Project& project);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

   private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
  };

 private:
  struct Impl;
  explicit Project(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace longview
