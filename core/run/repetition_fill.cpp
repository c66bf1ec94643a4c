#include "run/repetition_fill.h"

#include <cmath>
#include <map>
#include <memory>

#include "base/cancel.h"
#include "base/error.h"
#include "base/progress.h"
#include "scoring/repetition.h"
#include "tokenizer/tokenizer.h"

namespace longview {
namespace {

/// The tokenizer of a run, if its model file is there and still the same.
std::shared_ptr<const Tokenizer> tokenizer_of(const StoredRun& run) {
  try {
    auto tokenizer = load_tokenizer(run.model_path);
    return tokenizer->fingerprint() == run.identity.tokenizer ? tokenizer : nullptr;
  } catch (const Error&) {
    return nullptr;
  }
}

class Filler {
 public:
  Filler(Project& project, const RunView& view, const std::stop_token& stop)
      : project_(project), view_(view), tokenizer_(tokenizer_of(view.run)), stop_(stop) {
    result_.overlaps = tokenizer_ != nullptr;
  }

  void fill(TableRow& row) {
    const bool lacks_overlap =
        tokenizer_ && row.result.status == Status::scored && std::isnan(row.result.copied) && lacks_overlaps(row);
    if (!std::isnan(row.result.repetition) && !lacks_overlap) {
      ++result_.already;
      return;
    }
    if (row.result.status == Status::bad_input)
      return; // it has no text
    try {
      measure(row, text_of(row.document));
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled || error.code() == ErrorCode::busy || error.code() == ErrorCode::io)
        throw;
      if (++result_.without_text == 1)
        result_.problem = error.what();
    }
  }

  const RepetitionFill& result() const { return result_; }

 private:
  bool lacks_overlaps(const TableRow& row) const {
    const auto data = project_.result_data(view_.run.id, row.document.id);
    return data && data->pairs.overlap.empty() && !data->pairs.pairs.empty();
  }

  std::string text_of(const StoredDocument& document) {
    if (auto embedded = project_.embedded_text(document.id))
      return std::move(*embedded);
    const std::uint32_t source = document.place.source;
    if (source >= view_.dataset.sources.size())
      throw Error(ErrorCode::input, "a document names a source file that its dataset does not have",
                  project_.path().string());
    auto& open = open_[source];
    if (!open) {
      open_.clear(); // rows come in source order: one file at a time
      open_[source] = std::make_unique<SourceText>(view_.dataset.sources[source].file);
      return open_[source]->text(document.place, view_.settings.text_field, document.text_hash);
    }
    return open->text(document.place, view_.settings.text_field, document.text_hash);
  }

  void measure(TableRow& row, const std::string& text) {
    row.result.repetition = repetition(text);
    std::vector<std::uint8_t> overlap;
    if (auto data = project_.result_data(view_.run.id, row.document.id); data && tokenizer_) {
      const Tokens tokens = tokenizer_->encode(text, view_.settings.special_tokens, stop_);
      overlap = overlaps_of(data->pairs, tokens);
      data->pairs.overlap = overlap;
      if (row.result.status == Status::scored)
        row.result.copied = derive_numbers(data->pairs, view_.settings.sampling, view_.settings.parameters).copied;
    }
    project_.put_repetition(view_.run.id, row.result, overlap);
    ++result_.measured;
  }

  std::vector<std::uint8_t> overlaps_of(const DocumentPairs& pairs, const Tokens& tokens) const {
    const std::size_t length = view_.settings.sampling.segment_length;
    const std::size_t last = pairs.kept.empty() ? pairs.segments() : std::size_t{pairs.kept.back()} + 1;
    if (tokens.ids.size() / length < last)
      throw Error(ErrorCode::conflict, "the text has fewer segments than were scored", project_.path().string());
    return overlaps(pairs.pairs, pairs.segments(), [&](std::uint32_t k) {
      const std::size_t place = pairs.kept.empty() ? k : pairs.kept[k];
      return std::span(tokens.ids).subspan(place * length, length);
    });
  }

  Project& project_;
  const RunView& view_;
  const std::shared_ptr<const Tokenizer> tokenizer_;
  const std::stop_token& stop_;
  std::map<std::uint32_t, std::unique_ptr<SourceText>> open_;
  RepetitionFill result_;
};

} // namespace

RepetitionFill fill_repetition(Project& project, const RunView& view, const RowObserver& observer,
                               std::stop_token stop) {
  std::vector<TableRow> rows = project.table(view.run.id);
  Filler filler(project, view, stop);
  Throttle throttle;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    throw_if_cancelled(stop);
    if (observer && throttle.due())
      observer(k, rows.size());
    filler.fill(rows[k]);
  }
  return filler.result();
}

} // namespace longview
