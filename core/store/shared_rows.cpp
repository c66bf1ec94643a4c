#include "store/shared_rows.h"

#include <utility>

namespace longview {
namespace {

constexpr std::size_t most_rows = 32768; // of a block
/// Bytes of text in a block of several rows. One row may have more, but not four billion, which is where ends in 32
/// bits would stop: SQLite gives no text of over a billion bytes.
constexpr std::size_t most_text = 8'000'000;

} // namespace

void RowPacker::add(const TableRow& row) {
  const StoredDocument& document = row.document;
  const ResultRow& result = row.result;
  const std::size_t more = document.name.size() + document.title.size() + document.fields.size() + result.reason.size();
  if (open_.size() == most_rows || open_.texts_.size() + more > most_text)
    end_block();
  // Rows come source by source.
  if (const RowBlock::Origin origin{document.dataset, document.source, document.place.source};
      open_.origins_.empty() || open_.origins_.back() != origin)
    open_.origins_.push_back(origin);
  RowBlock::Row packed;
  packed.document = document.id;
  packed.offset = document.place.offset;
  packed.length = document.place.length;
  packed.line = document.place.line;
  packed.text_hash = document.text_hash;
  packed.tokens = result.tokens;
  packed.segments = result.segments;
  packed.numbers = numbers_of(result);
  packed.repetition = result.repetition;
  packed.origin = static_cast<std::uint32_t>(open_.origins_.size() - 1);
  packed.status = result.status;
  const auto append = [this](const std::string& text) {
    open_.texts_ += text;
    return static_cast<std::uint32_t>(open_.texts_.size());
  };
  packed.name_end = append(document.name);
  packed.title_end = append(document.title);
  packed.fields_end = append(document.fields);
  packed.reason_end = append(result.reason);
  open_.rows_.push_back(packed);
}

void RowPacker::end_block() {
  if (open_.rows_.empty())
    return;
  open_.origins_.shrink_to_fit();
  open_.rows_.shrink_to_fit();
  open_.texts_.shrink_to_fit();
  blocks_.push_back(std::make_shared<const RowBlock>(std::exchange(open_, {})));
}

std::vector<std::shared_ptr<const RowBlock>> RowPacker::blocks() && {
  end_block();
  return std::move(blocks_);
}

std::uint32_t SharedRows::add_block(std::shared_ptr<const RowBlock> block) {
  blocks_.push_back(std::move(block));
  return static_cast<std::uint32_t>(blocks_.size() - 1);
}

StoredDocument SharedRows::document(std::size_t place) const {
  const RowBlock::Row& row = packed(place);
  const RowBlock::Origin& origin = block(place).origins_[row.origin];
  StoredDocument document;
  document.id = row.document;
  document.dataset = origin.dataset;
  document.source = origin.source;
  document.place = {origin.position, row.offset, row.length, row.line};
  document.text_hash = row.text_hash;
  document.name = name(place);
  document.title = title(place);
  document.fields = fields(place);
  return document;
}

std::uint32_t SharedRows::source(std::size_t place) const {
  return block(place).origins_[packed(place).origin].position;
}
std::string_view SharedRows::name(std::size_t place) const {
  const RowBlock& from = block(place);
  return from.text(from.begin_of(refs_[place].row), packed(place).name_end);
}
std::string_view SharedRows::title(std::size_t place) const {
  return block(place).text(packed(place).name_end, packed(place).title_end);
}
std::string_view SharedRows::fields(std::size_t place) const {
  return block(place).text(packed(place).title_end, packed(place).fields_end);
}
std::string_view SharedRows::reason(std::size_t place) const {
  return block(place).text(packed(place).fields_end, packed(place).reason_end);
}

SharedRows shared_rows(const std::vector<TableRow>& rows) {
  RowPacker packer;
  for (const TableRow& row : rows)
    packer.add(row);
  SharedRows shared;
  for (const auto& block : std::move(packer).blocks()) {
    const std::uint32_t number = shared.add_block(block);
    for (std::uint32_t k = 0; k < block->size(); ++k)
      shared.push_back({number, k});
  }
  return shared;
}

} // namespace longview
