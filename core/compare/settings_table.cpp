// The settings of several sides, and which differences make their numbers incomparable.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compare/comparison.h"

namespace longview {
namespace {

/// What a column is made of, as far as settings decide it.
struct ColumnNature {
  bool score = false;     ///< any number from the model
  bool weighted = false;  ///< from threshold, weights and distance: lds and its kin
  bool sum = false;       ///< grows with the number of pairs
  bool corrected = false; ///< over control prefixes
  bool length = false;    ///< tokens, segments
};

ColumnNature nature_of(const std::string& column) {
  ColumnNature nature;
  nature.corrected = column.starts_with("corrected_");
  const std::string plain = nature.corrected ? column.substr(sizeof "corrected_" - 1) : column;
  nature.weighted = plain.starts_with("lds");
  nature.sum = plain == "lds";
  nature.score = nature.weighted || plain == "strength" || plain == "specificity" || plain == "copied";
  nature.length = column == "tokens" || column == "segments";
  return nature;
}

struct Setting {
  const char* name;
  std::string (*value)(const Side&);
  /// Whether numbers of this nature cannot be compared where the setting differs.
  bool (*decides)(const ColumnNature&, const std::vector<Side>&);
  const char* why;
};

bool any_score(const ColumnNature& nature, const std::vector<Side>&) {
  return nature.score;
}
bool any_weighted(const ColumnNature& nature, const std::vector<Side>&) {
  return nature.weighted;
}
bool never(const ColumnNature&, const std::vector<Side>&) {
  return false;
}
bool any_published(const std::vector<Side>& sides) {
  return std::any_of(sides.begin(), sides.end(),
                     [](const Side& side) { return side.view.settings.sampling.preset == Preset::published; });
}

std::string pairs_word(const Side& side) {
  const std::uint64_t pairs = side.view.settings.sampling.pairs_per_document;
  return pairs ? std::to_string(pairs) : "all";
}

constexpr Setting all_settings[] = {
    {"model", [](const Side& side) { return side.view.run.model_name; }, any_score,
     "another model finds other texts easy"},
    {"model file", [](const Side& side) { return side.view.run.identity.model.hex(); }, any_score,
     "other weights give other perplexities"},
    {"tokenizer", [](const Side& side) { return side.view.run.identity.tokenizer.hex(); },
     [](const ColumnNature& nature, const std::vector<Side>&) { return nature.score || nature.length; },
     "tokens are counted and cut otherwise"},
    {"preset", [](const Side& side) { return std::string(name(side.view.settings.sampling.preset)); }, any_score,
     "the presets define rows and specificity otherwise"},
    {"segment length", [](const Side& side) { return std::to_string(side.view.settings.sampling.segment_length); },
     [](const ColumnNature& nature, const std::vector<Side>&) { return nature.score || nature.length; },
     "longer segments depend less on each other"},
    {"pairs per document", pairs_word,
     [](const ColumnNature& nature, const std::vector<Side>& sides) {
       return nature.sum || (nature.weighted && any_published(sides));
     },
     "a sum grows with the number of pairs; a mean only becomes more precise"},
    {"window", [](const Side& side) { return std::to_string(side.view.settings.sampling.window); },
     [](const ColumnNature& nature, const std::vector<Side>& sides) {
       const bool scales = std::any_of(sides.begin(), sides.end(), [](const Side& side) {
         return side.parameters.distance == DistanceScale::window;
       });
       return nature.weighted && (scales || any_published(sides));
     },
     "distance is a share of it, and longer documents are thinned to it"},
    {"threshold", [](const Side& side) { return fmt::format("{}", side.parameters.threshold); },
     [](const ColumnNature& nature, const std::vector<Side>&) { return nature.weighted; }, "other pairs count"},
    {"alpha", [](const Side& side) { return fmt::format("{}", side.parameters.alpha); }, any_weighted,
     "strength weighs otherwise"},
    {"beta", [](const Side& side) { return fmt::format("{}", side.parameters.beta); }, any_weighted,
     "distance weighs otherwise"},
    {"distance", [](const Side& side) { return std::string(name(side.parameters.distance)); }, any_weighted,
     "distance is a share of something else"},
    {"specificity", [](const Side& side) { return std::string(name(side.parameters.specificity)); }, any_weighted,
     "specificity is defined otherwise"},
    {"controls", [](const Side& side) { return std::to_string(side.view.settings.controls); }, never,
     "more controls make corrected numbers more precise; they come from the side's own dataset"},
    {"type", [](const Side& side) { return std::string(name(side.view.settings.dtype)); }, never,
     "half precision moves single numbers by some percent and hardly the order"},
    {"special tokens",
     [](const Side& side) {
       return std::string(side.view.settings.special_tokens == SpecialTokens::plain ? "plain" : "recognised");
     },
     never, "texts that hold such tokens are read otherwise"},
    {"text field", [](const Side& side) { return side.view.settings.text_field; }, never, "another field was read"},
    {"seed", [](const Side& side) { return std::to_string(side.view.settings.sampling.seed); }, never,
     "other pairs were drawn"},
};

} // namespace

std::vector<ComparedSetting> compare_settings(const std::vector<Side>& sides, const std::string& column) {
  const ColumnNature nature = nature_of(column);
  std::vector<ComparedSetting> table;
  for (const Setting& setting : all_settings) {
    ComparedSetting row;
    row.name = setting.name;
    for (const Side& side : sides)
      row.values.push_back(setting.value(side));
    if (std::set<std::string>(row.values.begin(), row.values.end()).size() > 1) {
      row.effect =
          setting.decides(nature, sides) ? ComparedSetting::Effect::incomparable : ComparedSetting::Effect::noted;
      row.why = setting.why;
    }
    table.push_back(std::move(row));
  }
  return table;
}

} // namespace longview
