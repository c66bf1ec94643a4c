#include "scoring/scorer.h"

#include "scoring/names.h"

namespace longview {
namespace {

constexpr NameTable<DType, 5> dtypes{{{DType::automatic, "auto"},
                                      {DType::float32, "float32"},
                                      {DType::bfloat16, "bfloat16"},
                                      {DType::float16, "float16"},
                                      {DType::int8, "int8"}}};

} // namespace

ScorerTimes& ScorerTimes::operator+=(const ScorerTimes& other) {
  alone += other.alone;
  after += other.after;
  products += other.products;
  cross_entropy += other.cross_entropy;
  segments += other.segments;
  pairs += other.pairs;
  return *this;
}

ScorerTimes& ScorerTimes::operator-=(const ScorerTimes& other) {
  alone -= other.alone;
  after -= other.after;
  products -= other.products;
  cross_entropy -= other.cross_entropy;
  segments -= other.segments;
  pairs -= other.pairs;
  return *this;
}

std::string_view name(DType value) {
  return name_of(dtypes, value);
}
std::optional<DType> parse_dtype(std::string_view word) {
  return named(dtypes, word);
}

} // namespace longview
