#include "model/kernels/kernels.h"

#include <cstdlib>
#include <cstring>
#include <iterator>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace longview::kernels {

#if defined(__x86_64__)
namespace avx512bf16 {
extern const Table functions;
}
namespace avx512 {
extern const Table functions;
}
namespace avx2 {
extern const Table functions;
}
#endif
namespace baseline {
extern const Table functions;
}

namespace {

struct Candidate {
  const Table* table;
  bool (*runs_here)();
};

#if defined(__x86_64__)
bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2");
}
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
bool has_avx512bf16() {
  return has_avx512() && __builtin_cpu_supports("avx512bf16");
}
#endif

/// Best first.
const Candidate candidates[] = {
#if defined(__x86_64__)
    {&avx512bf16::functions, has_avx512bf16},
    {&avx512::functions, has_avx512},
    {&avx2::functions, has_avx2},
#endif
    {&baseline::functions, [] { return true; }},
};

} // namespace

const Table* table_named(const char* name) {
  for (const Candidate& candidate : candidates)
    if (std::strcmp(candidate.table->name, name) == 0)
      return candidate.runs_here() ? candidate.table : nullptr;
  return nullptr;
}

const Table& table() {
  static const Table& chosen = []() -> const Table& {
    const char* wanted = std::getenv("LONGVIEW_KERNELS");
    if (const Table* named = wanted ? table_named(wanted) : nullptr)
      return *named;
    for (const Candidate& candidate : candidates)
      if (candidate.runs_here())
        return *candidate.table;
    return baseline::functions;
  }();
  return chosen;
}

bool has_int8_products() {
#if defined(__x86_64__)
  if (has_avx512() && __builtin_cpu_supports("avx512vnni"))
    return true;
  unsigned a = 0, b = 0, c = 0, d = 0; // AVX-VNNI has no name that all our compilers know
  return has_avx2() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1u);
#else
  return false;
#endif
}

std::int64_t panel_count(const PackedHead& shape) {
  return (shape.vocabulary + panel_columns - 1) / panel_columns;
}

std::int64_t state_width(const PackedHead& shape) {
  return shape.type == Element::float32 ? shape.width : (shape.width + 1) / 2 * 2;
}

std::int64_t panel_bytes(const PackedHead& shape) {
  return state_width(shape) * panel_columns * (shape.type == Element::float32 ? 4 : 2);
}

std::int64_t attention_scratch(const AttentionJob& job) {
  return attention_rows * (2 * job.length + job.dim);
}

} // namespace longview::kernels
