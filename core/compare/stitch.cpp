#include "compare/stitch.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/cancel.h"
#include "base/error.h"
#include "corpus/corpus.h"
#include "export/json_text.h"
#include "export/output_file.h"
#include "scoring/random.h"

namespace longview {
namespace {

/// Behind the last `mark` of the text's first `size` bytes, if it lies in their second half.
std::optional<std::size_t> cut_behind(std::string_view text, std::size_t size, std::string_view mark) {
  const std::size_t found = text.substr(0, size).rfind(mark);
  if (found == std::string_view::npos || found + mark.size() <= size / 2)
    return std::nullopt;
  return found + mark.size();
}

std::size_t piece_length(std::string_view text, std::size_t size) {
  if (text.size() <= size)
    return text.size();
  for (const std::string_view mark : {"\n\n", "\r\n\r\n", "\n", ". ", " "})
    if (const auto cut = cut_behind(text, size, mark))
      return *cut;
  std::size_t cut = size;
  while (cut > 1 && (text[cut] & 0xc0) == 0x80) // not inside a character
    --cut;
  return cut;
}

struct Text {
  std::string id, bytes;
};

/// A run of pieces of one text.
struct Whole {
  std::size_t text = 0;
  std::vector<std::string_view> pieces;
};

std::vector<Text> read_texts(const StitchOptions& options, const std::stop_token& stop) {
  std::vector<Text> texts;
  CorpusReader reader(find_sources(options.inputs), {options.text_field, options.id_field, 0});
  while (auto item = reader.next(stop)) {
    throw_if_cancelled(stop);
    if (auto* document = std::get_if<Document>(&*item))
      texts.push_back({std::move(document->id), std::move(document->text)});
  }
  return texts;
}

std::vector<Whole> cut_documents(const std::vector<Text>& texts, const StitchOptions& options) {
  std::vector<Whole> documents;
  for (std::size_t text = 0; text < texts.size(); ++text) {
    const std::vector<std::string_view> pieces = cut_pieces(texts[text].bytes, options.piece_bytes);
    for (std::size_t first = 0; first + options.pieces <= pieces.size(); first += options.pieces) {
      const auto begin = pieces.begin() + static_cast<std::ptrdiff_t>(first);
      documents.push_back({text, {begin, begin + static_cast<std::ptrdiff_t>(options.pieces)}});
    }
  }
  return documents;
}

std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Stream stream(seed);
  for (std::size_t k = count; k > 1; --k)
    std::swap(order[k - 1], order[stream.below(k)]);
  return order;
}

/// The documents that are used: all, or so many of every text in turn that long texts do not crowd out short ones.
std::vector<Whole> chosen(std::vector<Whole> documents, const StitchOptions& options) {
  if (options.documents == 0 || documents.size() <= options.documents)
    return documents;
  std::vector<std::size_t> order = shuffled(documents.size(), options.seed);
  std::vector<std::size_t> turn(documents.size());
  std::vector<std::size_t> seen;
  for (const std::size_t k : order) {
    seen.resize(std::max(seen.size(), documents[k].text + 1));
    turn[k] = seen[documents[k].text]++;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return turn[a] < turn[b]; });
  order.resize(options.documents);
  std::sort(order.begin(), order.end());
  std::vector<Whole> kept;
  for (const std::size_t k : order)
    kept.push_back(std::move(documents[k]));
  return kept;
}

std::string line(const std::string& id, bool stitched, const std::vector<std::string>& from, const std::string& text) {
  std::string names;
  for (const std::string& name : from)
    names += (names.empty() ? "" : ",") + json_string(name);
  return fmt::format("{{\"id\":{},\"stitched\":{},\"from\":[{}],\"text\":{}}}\n", json_string(id), stitched, names,
                     json_string(text));
}

} // namespace

std::vector<std::string_view> cut_pieces(std::string_view text, std::size_t size) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t length = piece_length(text, size);
    pieces.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return pieces;
}

StitchOrder::StitchOrder(const std::vector<std::size_t>& texts, std::uint64_t seed) {
  // Each text's documents are spread evenly over the order: document n of m stands at (n + u) / m, with one u a text.
  std::vector<std::size_t> counts, seen;
  for (const std::size_t text : texts) {
    counts.resize(std::max(counts.size(), text + 1));
    ++counts[text];
  }
  Stream stream(seed);
  std::vector<double> offsets(counts.size());
  for (double& offset : offsets)
    offset = static_cast<double>(stream.next() >> 11) / 9007199254740992.0;
  seen.assign(counts.size(), 0);
  std::vector<double> places(texts.size());
  for (const std::size_t k : shuffled(texts.size(), stream.next())) {
    const std::size_t text = texts[k];
    places[k] = (static_cast<double>(seen[text]++) + offsets[text]) / static_cast<double>(counts[text]);
  }
  order_.resize(texts.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return places[a] < places[b]; });
}

StitchSummary write_stitched(const StitchOptions& options, std::stop_token stop) {
  if (options.pieces < 2 || options.piece_bytes < 1)
    throw Error(ErrorCode::usage, "a stitched document takes two pieces or more, of a byte or more");
  if (!options.force && std::filesystem::exists(options.out))
    throw Error(ErrorCode::conflict, "this file is there already; choose another name, or let it be replaced (--force)",
                options.out.string());
  const std::vector<Text> texts = read_texts(options, stop);
  const std::vector<Whole> documents = chosen(cut_documents(texts, options), options);
  if (documents.size() < 2)
    throw Error(ErrorCode::usage,
                fmt::format("these texts give {} documents of {} pieces of {} bytes, and stitching takes two; ask for "
                            "fewer or smaller pieces",
                            documents.size(), options.pieces, options.piece_bytes));
  std::vector<std::size_t> of_text;
  for (const Whole& document : documents)
    of_text.push_back(document.text);
  const StitchOrder order(of_text, options.seed);
  OutputFile out(options.out);
  for (std::size_t k = 0; k < documents.size(); ++k) {
    std::string text;
    for (const std::string_view piece : documents[k].pieces)
      text += piece;
    out.write(line(fmt::format("whole-{:04}", k + 1), false, {texts[documents[k].text].id}, text));
  }
  for (std::size_t s = 0; s < documents.size(); ++s) {
    throw_if_cancelled(stop);
    std::string text;
    std::vector<std::string> from;
    for (std::size_t p = 0; p < options.pieces; ++p) {
      const Whole& source = documents[order.source(s, p)];
      text += source.pieces[p];
      from.push_back(texts[source.text].id);
    }
    out.write(line(fmt::format("stitched-{:04}", s + 1), true, from, text));
  }
  out.finish();
  out.commit();
  return {texts.size(), documents.size(), documents.size()};
}

} // namespace longview
