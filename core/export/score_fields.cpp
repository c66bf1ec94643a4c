#include "export/score_fields.h"

#include <algorithm>

#include "base/error.h"
#include "export/json_text.h"

namespace longview {

const std::vector<ScoreField>& score_fields() {
  using Row = ResultRow;
  static const std::vector<ScoreField> fields = {
      {"lds", "Long Dependency Score: the sum over pairs", [](const Row& r) { return json_number(r.lds); }, true},
      {"lds_mean", "mean row value", [](const Row& r) { return json_number(r.lds_mean); }, true},
      {"lds_error", "standard error of lds_mean", [](const Row& r) { return json_number(r.lds_error); }, true},
      {"strength", "mean over pairs", [](const Row& r) { return json_number(r.strength); }, true},
      {"distance", "mean over pairs, 0 to 1", [](const Row& r) { return json_number(r.distance); }, true},
      {"specificity", "mean over rows", [](const Row& r) { return json_number(r.specificity); }, true},
      {"corrected_strength", "strength over control prefixes",
       [](const Row& r) { return json_number(r.corrected_strength); }, false},
      {"corrected_lds", "lds over control prefixes", [](const Row& r) { return json_number(r.corrected_lds); }, false},
      {"corrected_lds_mean", "lds_mean over control prefixes",
       [](const Row& r) { return json_number(r.corrected_lds_mean); }, false},
      {"corrected_lds_error", "standard error of corrected_lds_mean",
       [](const Row& r) { return json_number(r.corrected_lds_error); }, false},
      {"repetition", "1 - compressed size / size of the text", [](const Row& r) { return json_number(r.repetition); },
       false},
      {"copied", "mean overlap of the linked pairs", [](const Row& r) { return json_number(r.copied); }, false},
      {"tokens", "tokens of the document", [](const Row& r) { return std::to_string(r.tokens); }, true},
      {"tail_tokens", "tokens behind the last whole segment",
       [](const Row& r) { return std::to_string(r.tail_tokens); }, false},
      {"segments", "whole segments, before thinning", [](const Row& r) { return std::to_string(r.segments); }, true},
      {"pairs", "pairs scored", [](const Row& r) { return std::to_string(r.pair_count); }, true},
      {"status", "scored, or why not", [](const Row& r) { return json_string(name(r.status)); }, true},
      {"reason", "what is wrong with a document that is not scored", [](const Row& r) { return json_string(r.reason); },
       false},
  };
  return fields;
}

std::vector<const ScoreField*> find_score_fields(const std::vector<std::string>& names) {
  const std::vector<ScoreField>& all = score_fields();
  std::vector<const ScoreField*> found;
  if (names.empty()) {
    for (const ScoreField& field : all)
      if (field.by_default)
        found.push_back(&field);
    return found;
  }
  for (const std::string& wanted : names) {
    const auto field = std::find_if(all.begin(), all.end(), [&](const ScoreField& f) { return f.name == wanted; });
    if (field == all.end()) {
      std::string known;
      for (const ScoreField& f : all)
        known += (known.empty() ? "" : ", ") + std::string(f.name);
      throw Error(ErrorCode::usage, fmt::format("there is no score '{}'; known are {}", wanted, known));
    }
    if (std::find(found.begin(), found.end(), &*field) != found.end())
      throw Error(ErrorCode::usage, fmt::format("the score '{}' is named twice; name it once", wanted));
    found.push_back(&*field);
  }
  return found;
}

std::string score_object(const ResultRow& row, const std::vector<const ScoreField*>& fields) {
  std::string object = "{";
  for (const ScoreField* field : fields) {
    if (object.size() > 1)
      object += ',';
    object += fmt::format("\"{}\":{}", field->name, field->json(row));
  }
  return object + "}";
}

} // namespace longview
