#include "export/top.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace longview {
namespace {

[[noreturn]] void refuse(std::string_view text) {
  throw Error(
      ErrorCode::usage,
      fmt::format("'{}' is no amount to keep; write a share (50%), a number of documents (200, 4k), or of tokens "
                  "(2Mtokens)",
                  text));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix))
    return false;
  text = trimmed(text.substr(0, text.size() - suffix.size()));
  return true;
}

double parse_number(std::string_view digits, std::string_view whole) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value) || value < 0)
    refuse(whole);
  return value;
}

std::uint64_t parse_amount(std::string_view digits, std::string_view whole) {
  double factor = 1;
  if (take_suffix(digits, "k") || take_suffix(digits, "K"))
    factor = 1e3;
  else if (take_suffix(digits, "M"))
    factor = 1e6;
  else if (take_suffix(digits, "G") || take_suffix(digits, "B"))
    factor = 1e9;
  const double amount = parse_number(digits, whole) * factor;
  const double rounded = std::round(amount);
  if (amount > 1e15 || std::abs(amount - rounded) > 1e-6 * factor || rounded < 1)
    refuse(whole);
  return static_cast<std::uint64_t>(rounded);
}

/// How many of the documents, best first, are kept.
std::size_t kept_count(std::span<const Ranked> documents, std::span<const std::size_t> order, const Top& top) {
  switch (top.kind) {
  case Top::Kind::all:
    break;
  case Top::Kind::count:
    return static_cast<std::size_t>(std::min<std::uint64_t>(top.amount, order.size()));
  case Top::Kind::share: {
    const double exact = static_cast<double>(order.size()) * top.percent / 100;
    return std::min(order.size(),
                    static_cast<std::size_t>(std::ceil(exact - 1e-9))); // 10 % of 30 is 3, not 3.0000000004
  }
  case Top::Kind::tokens: {
    std::uint64_t left = top.amount;
    std::size_t count = 0;
    while (count < order.size() && documents[order[count]].tokens <= left)
      left -= documents[order[count++]].tokens;
    return count;
  }
  }
  return order.size();
}

} // namespace

Top parse_top(std::string_view text) {
  Top top;
  top.text = trimmed(text);
  std::string_view rest = top.text;
  if (rest.empty())
    return top;
  if (take_suffix(rest, "%")) {
    top.kind = Top::Kind::share;
    top.percent = parse_number(rest, text);
    if (top.percent <= 0 || top.percent > 100)
      refuse(text);
  } else {
    top.kind = take_suffix(rest, "tokens") ? Top::Kind::tokens : Top::Kind::count;
    top.amount = parse_amount(rest, text);
  }
  return top;
}

std::vector<std::size_t> take_top(std::span<const Ranked> documents, const Top& top) {
  std::vector<std::size_t> order(documents.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (top.kind == Top::Kind::all)
    return order;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double x = documents[a].score, y = documents[b].score;
    return std::isnan(y) ? !std::isnan(x) : x > y;
  });
  order.resize(kept_count(documents, order, top));
  std::sort(order.begin(), order.end());
  return order;
}

} // namespace longview
