#pragma once

#include <cmath>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "scoring/scorer.h"

/// Holds a model against a golden of the reference: perplexities alone and after a prefix, and NLLs of single tokens.
namespace longview::golden_check {

using nlohmann::json;

inline std::vector<json> lines(const std::string& path) {
  std::ifstream in(path);
  std::vector<json> out;
  for (std::string row; std::getline(in, row);)
    out.push_back(json::parse(row));
  return out;
}

/// Token ids of the reference's documents by their text (the tokenizers have tests of their own).
inline std::map<std::string, std::vector<TokenId>> reference_tokens(const std::string& kind) {
  std::map<std::string, std::vector<TokenId>> out;
  for (const json& row : lines(LONGVIEW_REFERENCE_DIR "/tokens/" + kind + ".jsonl"))
    out[row["text"]] = row["ids"].get<std::vector<TokenId>>();
  return out;
}

/// The worst deviations of one model over all documents.
struct Worst {
  double perplexity = 0; ///< relative
  double token_nll = 0;  ///< absolute, nats
  std::size_t pairs = 0;
  std::size_t tokens = 0;
};

inline void compare_document(Scorer& scorer, const std::vector<TokenId>& ids, const json& golden, Worst& worst) {
  const auto segment = [&](std::size_t k) {
    const std::size_t place = golden["kept"].is_null() ? k : golden["kept"][k].get<std::size_t>();
    return std::span(ids).subspan(place * 128, 128);
  };
  ScoreBlock block;
  for (std::size_t k = 0; k < golden["solo"].size(); ++k)
    block.segments.push_back(segment(k));
  for (const json& pair : golden["pairs"])
    block.pairs.push_back({pair[1], block.segments[pair[0]]});
  const BlockResult result = scorer.score(block, 128, {}, {});
  const auto off = [](double ours, double theirs) {
    return std::isfinite(ours) ? std::abs(ours / theirs - 1) : INFINITY;
  };
  for (std::size_t k = 0; k < block.segments.size(); ++k)
    if (!golden["solo"][k].is_null())
      worst.perplexity = std::max(worst.perplexity, off(result.perplexity_alone[k], golden["solo"][k]));
  for (std::size_t k = 0; k < block.pairs.size(); ++k)
    worst.perplexity = std::max(worst.perplexity, off(result.perplexity_after[k], golden["pairs"][k][2]));
  worst.pairs += block.pairs.size();
  if (!golden.contains("token_nll"))
    return;
  for (const json& row : golden["token_nll"]) {
    const std::vector<float> alone = scorer.token_nll({}, segment(row[0]));
    const std::vector<float> after = scorer.token_nll(segment(row[1]), segment(row[0]));
    for (std::size_t t = 0; t < 127; ++t) {
      worst.token_nll = std::max(worst.token_nll, std::abs(alone.at(t) - row[2][t].get<double>()));
      worst.token_nll = std::max(worst.token_nll, std::abs(after.at(t) - row[3][t].get<double>()));
      ++worst.tokens;
    }
  }
}

/// `tokens`: the kind of tests/reference/tokens whose ids the golden was made with. A golden's line belongs to the
/// document of its own place, or to the one it names.
inline Worst compare(Scorer& scorer, const std::string& golden_file, const std::string& tokens,
                     const std::string& documents_file = LONGVIEW_REFERENCE_DIR "/documents.jsonl") {
  const auto ids = reference_tokens(tokens);
  const std::vector<json> documents = lines(documents_file), golden = lines(golden_file);
  Worst worst;
  for (std::size_t k = 0; k < golden.size(); ++k)
    if (!golden[k]["pairs"].empty())
      compare_document(scorer, ids.at(documents.at(golden[k].value("document", k))["text"]), golden[k], worst);
  return worst;
}

} // namespace longview::golden_check
