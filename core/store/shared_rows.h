#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/project.h"

namespace longview {

/// Some rows of a documents table, packed one behind the other: 200 bytes a row and its texts, where a TableRow takes
/// 500 and more. Without marks. Made by a RowPacker; never changed.
class RowBlock {
 public:
  std::size_t size() const { return rows_.size(); }
  DocumentId id(std::size_t row) const { return rows_[row].document; }

 private:
  friend class RowPacker;
  friend class SharedRows;

  /// Where a document comes from; few in a table.
  struct Origin {
    DatasetId dataset{};
    SourceId source{};
    std::uint32_t position = 0; ///< DocumentPlace::source
    bool operator==(const Origin&) const = default;
  };
  struct Row {
    DocumentId document{};
    std::uint64_t offset = 0, length = 0, line = 0;
    Hash128 text_hash;
    std::uint64_t tokens = 0, segments = 0;
    DocumentNumbers numbers;
    double repetition = no_value;
    std::uint32_t origin = 0; ///< place in origins_
    Status status = Status::scored;
    /// In texts_: the name begins where the row before ends.
    std::uint32_t name_end = 0, title_end = 0, fields_end = 0, reason_end = 0;
  };

  std::string_view text(std::size_t begin, std::size_t end) const {
    return std::string_view(texts_).substr(begin, end - begin);
  }
  std::uint32_t begin_of(std::uint32_t row) const { return row ? rows_[row - 1].reason_end : 0; }

  std::vector<Origin> origins_;
  std::vector<Row> rows_;
  std::string texts_;
};

/// Packs rows that come one by one into blocks of a few megabytes; a row with more text has one of its own.
class RowPacker {
 public:
  void add(const TableRow& row);
  /// What was added, in that order; nothing can be added after it.
  std::vector<std::shared_ptr<const RowBlock>> blocks() &&;

 private:
  void end_block();

  RowBlock open_;
  std::vector<std::shared_ptr<const RowBlock>> blocks_;
};

/// The rows of a run's table at one moment, by place. A copy shares the rows themselves.
class SharedRows {
 public:
  /// Names a row among those that one SharedRows and its copies were given: a result that comes again has another.
  struct Ref {
    std::uint32_t block = 0, row = 0;
    bool operator==(const Ref&) const = default;
  };

  std::uint32_t add_block(std::shared_ptr<const RowBlock> block);
  void push_back(Ref ref) { refs_.push_back(ref); }
  void replace(std::size_t place, Ref ref) { refs_[place] = ref; }
  void reserve(std::size_t count) { refs_.reserve(count); }

  std::size_t size() const { return refs_.size(); }
  Ref ref(std::size_t place) const { return refs_[place]; }

  /// Unpacked anew, with its texts: what follows costs less.
  StoredDocument document(std::size_t place) const;

  DocumentId id(std::size_t place) const { return packed(place).document; }
  Status status(std::size_t place) const { return packed(place).status; }
  std::uint64_t tokens(std::size_t place) const { return packed(place).tokens; }
  std::uint64_t segments(std::size_t place) const { return packed(place).segments; }
  double repetition(std::size_t place) const { return packed(place).repetition; }
  const DocumentNumbers& numbers(std::size_t place) const { return packed(place).numbers; }
  std::uint32_t source(std::size_t place) const; ///< DocumentPlace::source
  std::uint64_t offset(std::size_t place) const { return packed(place).offset; }
  std::uint64_t line(std::size_t place) const { return packed(place).line; }
  // As long as this or a copy lives:
  std::string_view name(std::size_t place) const;
  std::string_view title(std::size_t place) const;
  std::string_view fields(std::size_t place) const;
  std::string_view reason(std::size_t place) const; ///< ResultRow::reason

 private:
  const RowBlock& block(std::size_t place) const { return *blocks_[refs_[place].block]; }
  const RowBlock::Row& packed(std::size_t place) const { return block(place).rows_[refs_[place].row]; }

  std::vector<Ref> refs_; ///< by place
  std::vector<std::shared_ptr<const RowBlock>> blocks_;
};

/// Rows by their place in the vector.
SharedRows shared_rows(const std::vector<TableRow>& rows);

} // namespace longview
