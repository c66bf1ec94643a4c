#include "run/token_report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/plain_text.h"

namespace longview {
namespace {

constexpr std::size_t shown_tokens = 10;

double mean(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// A token as one sees it: spaces and line ends would be lost in a list.
std::string visible(std::string_view token) {
  std::string out;
  for (const char c : token)
    out += c == ' ' ? std::string("␣") : c == '\n' ? std::string("⏎") : std::string(1, c);
  return plain_line(out);
}

} // namespace

std::string_view PairTokens::token(std::size_t t) const {
  const std::uint64_t from = begin + (t == 0 ? 0 : gain.ends[t - 1]);
  const std::uint64_t to = begin + gain.ends[t];
  return to <= text.size() && from <= to ? std::string_view(text).substr(from, to - from) : std::string_view();
}

std::vector<std::size_t> tokens_by_gain(const TokenGain& gain) {
  std::vector<std::size_t> order(gain.alone.size());
  std::iota(order.begin(), order.end(), std::size_t{1});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return gain.gain(a - 1) > gain.gain(b - 1); });
  return order;
}

std::string tokens_json(const PairTokens& tokens) {
  nlohmann::ordered_json out = {{"id", tokens.document}, {"i", tokens.i}, {"j", tokens.j}};
  out["tokens"] = nlohmann::ordered_json::array();
  for (std::size_t t = 0; t < tokens.count(); ++t) {
    nlohmann::ordered_json alone = nullptr, after = nullptr;
    if (t > 0) {
      alone = double{tokens.gain.alone[t - 1]};
      after = double{tokens.gain.after[t - 1]};
    }
    out["tokens"].push_back({std::string(tokens.token(t)), alone, after});
  }
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string tokens_text(const PairTokens& tokens) {
  const TokenGain& gain = tokens.gain;
  const double alone = mean(gain.alone), after = mean(gain.after);
  std::string out = fmt::format("{}: c_{} after c_{}\n", plain_line(tokens.document), tokens.i, tokens.j);
  out +=
      fmt::format("mean NLL      {:.4f} alone, {:.4f} after: gain {:+.4f} nats a token\n", alone, after, alone - after);
  out += fmt::format("perplexity    {:.4g} alone, {:.4g} after\n\n    gain     alone     after  token\n",
                     std::exp(alone), std::exp(after));
  const std::vector<std::size_t> order = tokens_by_gain(gain);
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (k == shown_tokens && order.size() > 2 * shown_tokens) {
      out += "       …\n";
      k = order.size() - shown_tokens;
    }
    const std::size_t t = order[k];
    out += fmt::format("{:+8.3f}  {:8.3f}  {:8.3f}  {}\n", gain.gain(t - 1), gain.alone[t - 1], gain.after[t - 1],
                       visible(tokens.token(t)));
  }
  return out;
}

} // namespace longview
