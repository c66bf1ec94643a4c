#include "options/options.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/error.h"

namespace longview::cli {
namespace {

template <typename T>
T chosen(const std::string& text, T own, std::optional<T> (*parse)(std::string_view)) {
  return text.empty() ? own : parse(text).value_or(own); // CLI11 has checked the word
}

} // namespace

void RunChoice::add_to(CLI::App& command) {
  command.add_option("project", project, "The project file (*.longview)")->required()->type_name("PROJECT");
  command.add_option("--dataset", dataset, "A dataset by name; without it that of the newest run")->type_name("NAME");
  command.add_option("--run", run, "A run by number; without it the newest one")->type_name("NUMBER");
}

void ParameterOptions::add_to(CLI::App& command) {
  const char* group = "Live parameters (the model is not run again; default: the run's own)";
  command.add_option("--threshold", threshold, "Least strength of a pair that counts")->type_name("0.1")->group(group);
  command.add_option("--alpha", alpha, "Weight of strength")->type_name("1")->group(group);
  command.add_option("--beta", beta, "Weight of distance")->type_name("1")->group(group);
  command.add_option("--distance", distance, "Distance as a share of the document or of the window: document, window")
      ->check(CLI::IsMember({"document", "window"}).description(""))
      ->type_name("WORD")
      ->group(group);
  command.add_option("--specificity", specificity, "From gains (raw), from strengths (relative), or off")
      ->check(CLI::IsMember({"raw", "relative", "off"}).description(""))
      ->type_name("WORD")
      ->group(group);
  command.add_option("--score", score, "Rank by the sum over pairs or the mean: sum, mean")
      ->check(CLI::IsMember({"sum", "mean"}).description(""))
      ->type_name("WORD")
      ->group(group);
}

LiveParameters ParameterOptions::over(LiveParameters own) const {
  for (const auto& value : {threshold, alpha, beta})
    if (value && !std::isfinite(*value))
      throw Error(ErrorCode::usage, "threshold, alpha and beta must be finite numbers");
  own.threshold = threshold.value_or(own.threshold);
  own.alpha = alpha.value_or(own.alpha);
  own.beta = beta.value_or(own.beta);
  own.distance = chosen(distance, own.distance, parse_distance_scale);
  own.specificity = chosen(specificity, own.specificity, parse_specificity_mode);
  own.score = chosen(score, own.score, parse_score_kind);
  return own;
}

std::uint64_t parse_pairs(const std::string& text) {
  if (text == "all")
    return 0;
  std::uint64_t pairs = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pairs);
  if (error != std::errc() || end != text.data() + text.size() || pairs == 0)
    throw Error(ErrorCode::usage, fmt::format("--pairs takes a number above 0 or \"all\", not \"{}\"", text));
  return pairs;
}

std::uint64_t parse_bytes(const std::string& text) {
  if (text.empty())
    return 0;
  double amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  const std::string unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const double factor = unit.empty() ? 1 : unit == "K" ? 1 << 10 : unit == "M" ? 1 << 20 : unit == "G" ? 1 << 30 : 0;
  if (error != std::errc() || factor == 0 || !(amount > 0) || amount * factor > 1e15)
    throw Error(ErrorCode::usage, fmt::format("--memory takes bytes such as 512M or 2G, not \"{}\"", text));
  return static_cast<std::uint64_t>(amount * factor);
}

DType parse_dtype_option(const std::string& text) {
  if (const auto dtype = parse_dtype(text))
    return *dtype;
  throw Error(ErrorCode::usage, fmt::format("\"{}\" is no type; say auto, float32, bfloat16, float16 or int8", text));
}

} // namespace longview::cli
