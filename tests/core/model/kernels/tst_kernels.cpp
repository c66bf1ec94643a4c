#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "model/kernels/kernels.h"
#include "support/log_guard.h"

using namespace longview::kernels;

namespace {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

/// Numbers of a normal distribution; the same in every run.
Floats random_values(std::int64_t count, std::uint32_t seed, float width = 1) {
  std::mt19937 source(seed);
  std::normal_distribution<float> normal(0, width);
  Floats out(static_cast<std::size_t>(count));
  for (float& value : out)
    value = normal(source);
  return out;
}

std::uint16_t upper_half(float value) { // cut off: what is stored is read back exactly
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}
float widened(std::uint16_t half) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16);
}

/// Rows that a kernel reads, in float32 or bfloat16, and their values as they are stored.
struct Input {
  Floats values, scales;
  std::vector<std::uint16_t> halves;
  std::int64_t width;
  bool narrow;

  Input(std::int64_t rows, std::int64_t columns, bool bfloat16, bool scaled, std::uint32_t seed)
      : values(random_values(rows * columns, seed)), width(columns), narrow(bfloat16) {
    for (float& value : values)
      if (narrow) {
        halves.push_back(upper_half(value));
        value = widened(halves.back());
      }
    if (scaled)
      for (std::int64_t row = 0; row < rows; ++row)
        scales.push_back(0.25f + 0.5f * static_cast<float>(row));
  }
  Rows rows() {
    void* data = narrow ? static_cast<void*>(halves.data()) : static_cast<void*>(values.data());
    return {data, width, narrow ? Element::bfloat16 : Element::float32, scales.empty() ? nullptr : scales.data()};
  }
  double at(std::int64_t row, std::int64_t column) const {
    const double scale = scales.empty() ? 1 : scales[static_cast<std::size_t>(row)];
    return scale * values[static_cast<std::size_t>(row * width + column)];
  }
};

/// A row as it is turned before it is rounded to int8: by Hadamard's matrix of 8 for each of up to three octal digits
/// of its index. The lowest digit counts neighbours, the others eighths of the row and eighths of those.
Doubles rotated(const Doubles& row) {
  const std::size_t width = row.size();
  std::vector<std::size_t> strides;
  if (width % 8 == 0)
    strides.push_back(1);
  if (width % 64 == 0)
    strides.push_back(width / 8);
  if (width % 512 == 0)
    strides.push_back(width / 64);
  Doubles out = row;
  for (const std::size_t stride : strides) {
    const Doubles before = out;
    for (std::size_t k = 0; k < width; ++k) {
      const std::size_t digit = k / stride % 8;
      out[k] = 0;
      for (std::size_t other = 0; other < 8; ++other)
        out[k] +=
            before[k + other * stride - digit * stride] * (std::popcount(digit & other) % 2 ? -1 : 1) / std::sqrt(8.0);
    }
  }
  return out;
}

/// Rows that a kernel writes, of any type.
struct Output {
  Element type;
  std::int64_t count, width;
  Floats floats, scales;
  std::vector<std::uint16_t> halves;
  std::vector<std::uint8_t> bytes; ///< 128 more than the number

  Output(Element element, std::int64_t rows, std::int64_t columns)
      : type(element), count(rows), width(columns), floats(size(), NAN), scales(static_cast<std::size_t>(rows), NAN),
        halves(size(), 0x7fc0), bytes(size(), 0) {}
  std::size_t size() const { return static_cast<std::size_t>(count * width); }
  Rows rows() {
    switch (type) {
    case Element::int8:
      return {bytes.data(), width, type, scales.data()};
    case Element::bfloat16:
      return {halves.data(), width, type};
    default:
      return {floats.data(), width, type};
    }
  }
  /// Against `expected`, each value within what its type may round plus `relative` of the row's largest.
  void verify(const Doubles& expected, double relative) const {
    for (std::int64_t row = 0; row < count; ++row) {
      Doubles wanted(expected.begin() + row * width, expected.begin() + (row + 1) * width);
      if (type == Element::int8)
        wanted = rotated(wanted);
      double largest = 0;
      for (const double value : wanted)
        largest = std::max(largest, std::abs(value));
      for (std::int64_t k = 0; k < width; ++k) {
        const auto at = static_cast<std::size_t>(row * width + k);
        const double want = wanted[static_cast<std::size_t>(k)];
        double value = floats[at], step = 0;
        if (type == Element::bfloat16) {
          value = widened(halves[at]);
          step = std::abs(want) / 256;
        } else if (type == Element::int8) {
          value = double{scales[static_cast<std::size_t>(row)]} * (bytes[at] - 128);
          step = largest / 254; // half of one of 127 steps
        }
        const double off = std::abs(value - want);
        QVERIFY2(
            off <= 1.0001 * step + relative * largest + 1e-30,
            qPrintable(QString("row %1, %2: %3 is not %4").arg(row).arg(k).arg(value, 0, 'g', 9).arg(want, 0, 'g', 9)));
      }
    }
  }
};

double activated(Act act, double x) {
  switch (act) {
  case Act::silu:
    return x / (1 + std::exp(-x));
  case Act::gelu:
    return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
  case Act::gelu_tanh:
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
  case Act::relu:
    return std::max(0.0, x);
  }
  return NAN;
}

double capped(double x, double cap) {
  return cap == 0 ? x : cap * std::tanh(x / cap);
}

} // namespace

/// The fused loops of every instruction set that this machine has, against plain double arithmetic.
class TestKernels : public QObject {
  Q_OBJECT

  static const Table& table_of(const QString& set) { return *table_named(set.toUtf8().constData()); }

 private Q_SLOTS: // the kernels have members called slots
  /// Products of turned rows are those of the rows: weights and states may be turned alike. This is of the turn by
  /// which everything in int8 is judged here.
  void turning_keeps_products() {
    for (const std::int64_t width : {64, 576, 1024}) {
      const Floats values = random_values(2 * width, 20);
      const Doubles one(values.begin(), values.begin() + width), other(values.begin() + width, values.end());
      const Doubles one_turned = rotated(one), other_turned = rotated(other);
      QVERIFY(one_turned != one);
      const auto product = [](const Doubles& a, const Doubles& b) {
        return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
      };
      QVERIFY(std::abs(product(one_turned, other_turned) - product(one, other)) <= 1e-12 * product(one, one));
      QVERIFY(std::abs(product(one_turned, one_turned) - product(one, one)) <= 1e-12 * product(one, one));
    }
  }

  /// As the weights are turned and rounded, and as states are narrowed.
  void copies_data() {
    QTest::addColumn<QString>("set");
    QTest::addColumn<Element>("type");
    QTest::addColumn<int>("width");
    for (const std::string set : {"avx512bf16", "avx512", "avx2", "baseline"})
      if (table_named(set.c_str()))
        for (const auto& [type, name] : {std::pair(Element::int8, "int8"), std::pair(Element::bfloat16, "bfloat16"),
                                         std::pair(Element::float32, "float32")})
          for (const int width : {33, 40, 64, 576, 1536})
            QTest::addRow("%s, %s, %d wide", set.c_str(), name, width) << QString::fromStdString(set) << type << width;
  }
  void copies() {
    QFETCH(QString, set);
    QFETCH(Element, type);
    QFETCH(int, width);
    constexpr std::int64_t rows = 3;
    Input in(rows, width, false, false, 21);
    Output got(type, rows, width);
    Floats scratch(static_cast<std::size_t>(width));
    table_of(set).copy({in.rows(), width, got.rows()}, 0, rows, scratch.data());
    got.verify(Doubles(in.values.begin(), in.values.end()), 2e-6);
  }

  void norms_data() {
    QTest::addColumn<QString>("set");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("norm");
    QTest::addColumn<int>("out");
    for (const std::string set : {"avx512bf16", "avx512", "avx2", "baseline"})
      if (table_named(set.c_str()))
        for (const int width : {1, 7, 16, 33, 576, 1031})
          for (const int norm : {int(Norm::none), int(Norm::rms), int(Norm::layer)})
            for (const int out : {int(Element::float32), int(Element::bfloat16), int(Element::int8)})
              QTest::addRow("%s, %d wide, norm %d, type %d", set.c_str(), width, norm, out)
                  << QString::fromStdString(set) << width << norm << out;
  }
  void norms() {
    QFETCH(QString, set);
    QFETCH(int, width);
    QFETCH(int, norm);
    QFETCH(int, out);
    constexpr std::int64_t rows = 3;
    constexpr float epsilon = 1e-5f;
    for (const bool narrow : {false, true}) {
      const auto wide = static_cast<std::size_t>(width);
      Floats x = random_values(rows * width, 1);
      Input delta(rows, width, narrow, !narrow, 2);
      const Floats delta_bias = random_values(width, 3), weight = random_values(width, 4),
                   bias = random_values(width, 5);
      Doubles sums, expected;
      for (std::int64_t row = 0; row < rows; ++row) {
        Doubles values;
        for (std::size_t k = 0; k < wide; ++k)
          values.push_back(double{x[static_cast<std::size_t>(row) * wide + k]} +
                           delta.at(row, static_cast<std::int64_t>(k)) + delta_bias[k]);
        double mean = 0, variance = 0;
        for (const double value : values)
          mean += Norm(norm) == Norm::layer ? value / width : 0;
        for (const double value : values)
          variance += (value - mean) * (value - mean) / width;
        for (std::size_t k = 0; k < wide; ++k) {
          sums.push_back(values[k]);
          expected.push_back(Norm(norm) == Norm::none
                                 ? values[k]
                                 : (values[k] - mean) / std::sqrt(variance + double{epsilon}) * weight[k] + bias[k]);
        }
      }
      Output got(Element(out), rows, width);
      NormJob job;
      job.x = x.data();
      job.delta = delta.rows();
      job.delta_bias = delta_bias.data();
      job.width = width;
      job.norm = Norm(norm);
      job.epsilon = epsilon;
      job.weight = weight.data();
      job.bias = bias.data();
      job.out = got.rows();
      Floats scratch(wide);
      table_of(set).norm(job, 0, 1, scratch.data()); // in two calls: the split must not matter
      table_of(set).norm(job, 1, rows, scratch.data());
      got.verify(expected, 2e-5);
      Output residual(Element::float32, rows, width);
      residual.floats = x;
      residual.verify(sums, 1e-6);
    }
  }

  void activations_data() {
    QTest::addColumn<QString>("set");
    QTest::addColumn<int>("act");
    QTest::addColumn<int>("out");
    for (const std::string set : {"avx512bf16", "avx512", "avx2", "baseline"})
      if (table_named(set.c_str()))
        for (const int act : {int(Act::silu), int(Act::gelu), int(Act::gelu_tanh), int(Act::relu)})
          for (const int out : {int(Element::float32), int(Element::bfloat16), int(Element::int8)})
            QTest::addRow("%s, function %d, type %d", set.c_str(), act, out)
                << QString::fromStdString(set) << act << out;
  }
  void activations() {
    QFETCH(QString, set);
    QFETCH(int, act);
    QFETCH(int, out);
    for (const int width : {1, 15, 16, 64, 100, 513, 576, 1024, 1537})
      for (const bool gated : {false, true})
        for (const bool biased : {false, true}) {
          constexpr std::int64_t rows = 2;
          const std::int64_t all = gated ? 2 * width : width;
          Input in(rows, all, false, true, 6);
          const float extremes[] = {0, -0.0f, 3e4f, -3e4f, 88, -88, 1e-20f, -104, 0.021f, -0.019f};
          for (std::size_t k = 0; k < std::min<std::size_t>(10, static_cast<std::size_t>(width)); ++k)
            in.values[k] = extremes[k];
          const Floats bias = random_values(all, 7);
          Doubles expected;
          for (std::int64_t row = 0; row < rows; ++row)
            for (std::int64_t k = 0; k < width; ++k) {
              const auto value = [&](std::int64_t column) {
                return in.at(row, column) + (biased ? bias[static_cast<std::size_t>(column)] : 0);
              };
              expected.push_back(activated(Act(act), value(k)) * (gated ? value(width + k) : 1));
            }
          Output got(Element(out), rows, width);
          const ActivationJob job = {in.rows(), biased ? bias.data() : nullptr, width, gated, Act(act), got.rows()};
          Floats scratch(static_cast<std::size_t>(width));
          table_of(set).activation(job, 0, rows, scratch.data());
          got.verify(expected, 2e-6);
        }
  }

  void what_is_not_finite_stays_so_in_int8() {
    for (const std::string set : {"avx512bf16", "avx512", "avx2", "baseline"})
      if (const Table* table = table_named(set.c_str()))
        for (const float broken : {NAN, INFINITY, -INFINITY}) {
          Floats values = random_values(2 * 40, 8);
          values[17] = broken;
          Output got(Element::int8, 2, 40);
          Floats scratch(40);
          table->copy({{values.data(), 40, Element::float32}, 40, got.rows()}, 0, 2, scratch.data());
          QVERIFY(!std::isfinite(got.scales[0]));
          QVERIFY(std::isfinite(got.scales[1]));
        }
  }

  void a_row_of_zeros_in_int8() {
    for (const std::string set : {"avx512bf16", "avx512", "avx2", "baseline"})
      if (const Table* table = table_named(set.c_str())) {
        Floats values(33, 0);
        Output got(Element::int8, 1, 33);
        Floats scratch(33);
        table->copy({{values.data(), 33, Element::float32}, 33, got.rows()}, 0, 1, scratch.data());
        got.verify(Doubles(33, 0), 0);
        QCOMPARE(got.scales[0], 0.0f);
      }
  }

  void attention_data() {
    QTest::addColumn<QString>("set");
    QTest::addColumn<int>("length");
    QTest::addColumn<int>("dim");
    QTest::addColumn<bool>("after");
    QTest::addColumn<double>("cap");
    QTest::addColumn<int>("window");
    for (const std::string set : {"avx512bf16", "avx512", "avx2", "baseline"})
      if (table_named(set.c_str()))
        for (const bool after : {false, true}) {
          const auto row = [&](int length, int dim, double cap, int window) {
            QTest::addRow("%s, %d tokens of %d, %s, cap %g, window %d", set.c_str(), length, dim,
                          after ? "after" : "alone", cap, window)
                << QString::fromStdString(set) << length << dim << after << cap << window;
          };
          row(1, 8, 0, 0);
          row(5, 20, 0, 0);
          row(33, 7, 0, 0);
          row(48, 64, 0, 0);
          row(50, 16, 3, 0);
          row(50, 16, 0, 9);
          row(49, 80, 2, 60);
        }
  }
  void attention() {
    QFETCH(QString, set);
    QFETCH(int, length);
    QFETCH(int, dim);
    QFETCH(bool, after);
    QFETCH(double, cap);
    QFETCH(int, window);
    constexpr std::int64_t batch = 2, heads = 4, kv_heads = 2, slots = 3;
    const std::int64_t plane = std::int64_t{length} * dim;
    const Floats q = random_values(batch * heads * plane, 9, 3), k = random_values(batch * kv_heads * plane, 10),
                 v = random_values(batch * kv_heads * plane, 11),
                 prefix_k = random_values(slots * kv_heads * plane, 12),
                 prefix_v = random_values(slots * kv_heads * plane, 13);
    const std::int64_t slot[batch] = {2, 0};
    const double scale = 1 / std::sqrt(double(dim));
    Doubles expected(static_cast<std::size_t>(batch * length * heads * dim));
    for (std::int64_t b = 0; b < batch; ++b)
      for (std::int64_t h = 0; h < heads; ++h)
        for (std::int64_t t = 0; t < length; ++t) {
          const std::int64_t back = after ? length : 0, kv = h / (heads / kv_heads);
          Doubles weights;
          double sum = 0;
          const auto key = [&](std::int64_t at, std::int64_t d) { // keys lie [dim, length]
            return at < back ? prefix_k[static_cast<std::size_t>((slot[b] * kv_heads + kv) * plane + d * length + at)]
                             : k[static_cast<std::size_t>((b * kv_heads + kv) * plane + d * length + at - back)];
          };
          const auto seen = [&](std::int64_t at, std::int64_t d) {
            return at < back ? prefix_v[static_cast<std::size_t>((slot[b] * kv_heads + kv) * plane + at * dim + d)]
                             : v[static_cast<std::size_t>((b * kv_heads + kv) * plane + (at - back) * dim + d)];
          };
          for (std::int64_t at = 0; at <= back + t; ++at) {
            double score = 0;
            for (std::int64_t d = 0; d < dim; ++d)
              score += double{q[static_cast<std::size_t>((b * heads + h) * plane + t * dim + d)]} * key(at, d);
            const bool visible = window == 0 || back + t - at < window;
            weights.push_back(visible ? std::exp(capped(score * scale, cap)) : 0);
            sum += weights.back();
          }
          for (std::int64_t d = 0; d < dim; ++d)
            for (std::int64_t at = 0; at <= back + t; ++at)
              expected[static_cast<std::size_t>(((b * length + t) * heads + h) * dim + d)] +=
                  weights[static_cast<std::size_t>(at)] / sum * seen(at, d);
        }
    Output got(Element::float32, batch * length, heads * dim);
    AttentionJob job;
    job.q = q.data();
    job.k = k.data();
    job.v = v.data();
    job.prefix_k = after ? prefix_k.data() : nullptr;
    job.prefix_v = after ? prefix_v.data() : nullptr;
    job.slots = slot;
    job.length = length;
    job.heads = heads;
    job.kv_heads = kv_heads;
    job.dim = dim;
    job.scale = static_cast<float>(scale);
    job.soft_cap = static_cast<float>(cap);
    job.window = window;
    job.out = got.rows();
    Floats scratch(static_cast<std::size_t>(attention_scratch(job)));
    table_of(set).attention(job, 0, 3, scratch.data());
    table_of(set).attention(job, 3, batch * heads, scratch.data());
    got.verify(expected, 1e-5);
  }

  void next_token_data() {
    QTest::addColumn<QString>("set");
    QTest::addColumn<int>("vocabulary");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("cap");
    QTest::addColumn<double>("size"); // of the logits, about
    QTest::addColumn<bool>("narrow");
    for (const std::string set : {"avx512bf16", "avx512", "avx2", "baseline"})
      if (const Table* table = table_named(set.c_str()))
        for (const bool narrow : {false, true})
          if (!narrow || table->bfloat16_products) {
            const auto row = [&](int vocabulary, int width, int rows, double cap, double size) {
              QTest::addRow("%s, %d x %d, %d rows, cap %g, size %g%s", set.c_str(), vocabulary, width, rows, cap, size,
                            narrow ? ", bfloat16" : "")
                  << QString::fromStdString(set) << vocabulary << width << rows << cap << size << narrow;
            };
            row(1, 3, 1, 0, 1);
            row(63, 8, 5, 0, 1);
            row(64, 33, 6, 0, 1);
            row(65, 64, 13, 0, 1);
            row(200, 17, 7, 4, 3);
            row(321, 48, 6, 0, 300); // exponentials of differences that underflow
          }
  }
  void next_token() {
    QFETCH(QString, set);
    QFETCH(int, vocabulary);
    QFETCH(int, width);
    QFETCH(int, rows);
    QFETCH(double, cap);
    QFETCH(double, size);
    QFETCH(bool, narrow);
    Input states(rows, width, narrow, false, 14), matrix(vocabulary, width, narrow, false, 15);
    const PackedHead shape = {nullptr, narrow ? Element::bfloat16 : Element::float32, width, vocabulary};
    const std::int64_t panels = panel_count(shape), padded = state_width(shape);
    QCOMPARE(padded, narrow ? width + width % 2 : width);
    QVERIFY(panels * panel_columns >= vocabulary && (panels - 1) * panel_columns < vocabulary);
    std::vector<char> packed(static_cast<std::size_t>(panels * panel_bytes(shape)));
    const auto factor =
        static_cast<float>(std::exp2(std::round(std::log2(size / std::sqrt(width))))); // exact in bfloat16
    for (std::size_t k = 0; k < matrix.values.size(); ++k) {
      matrix.values[k] *= factor;
      if (narrow)
        matrix.halves[k] = upper_half(matrix.values[k]);
    }
    for (std::int64_t panel = 0; panel < panels; ++panel)
      table_of(set).pack_panel(shape, matrix.rows().data, panel, packed.data() + panel * panel_bytes(shape));
    std::vector<std::uint16_t> halves(static_cast<std::size_t>(rows * padded));
    for (std::int64_t row = 0; narrow && row < rows; ++row)
      for (std::int64_t k = 0; k < width; ++k)
        halves[static_cast<std::size_t>(row * padded + k)] = states.halves[static_cast<std::size_t>(row * width + k)];
    std::vector<std::int64_t> targets;
    for (int row = 0; row < rows; ++row)
      targets.push_back((row * 37 + vocabulary - 1) % vocabulary);
    std::vector<LogSum> sums(static_cast<std::size_t>(rows), {-INFINITY, 0, -INFINITY});
    NextTokenJob job;
    job.head = shape;
    job.head.data = packed.data();
    job.states = narrow ? static_cast<const void*>(halves.data()) : states.values.data();
    job.rows = rows;
    job.targets = targets.data();
    job.soft_cap = static_cast<float>(cap);
    job.sums = sums.data();
    table_of(set).next_token(job, 0, 1);
    table_of(set).next_token(job, 1, panels);
    for (std::int64_t row = 0; row < rows; ++row) {
      Doubles logits;
      for (std::int64_t n = 0; n < vocabulary; ++n) {
        double logit = 0;
        for (std::int64_t k = 0; k < width; ++k)
          logit += states.at(row, k) * matrix.at(n, k);
        logits.push_back(capped(logit, cap));
      }
      const double highest = *std::max_element(logits.begin(), logits.end());
      double sum = 0;
      for (const double logit : logits)
        sum += std::exp(logit - highest);
      const double expected =
          highest + std::log(sum) - logits[static_cast<std::size_t>(targets[static_cast<std::size_t>(row)])];
      const LogSum& got = sums[static_cast<std::size_t>(row)];
      const double nll = got.highest + std::log(double{got.sum}) - got.chosen;
      QVERIFY2(std::abs(nll - expected) <= 2e-6 * (std::abs(highest) + size + 1),
               qPrintable(QString("row %1: %2 is not %3").arg(row).arg(nll, 0, 'g', 9).arg(expected, 0, 'g', 9)));
    }
  }

  /// Heads, their norms and their rotation; 10 of 14 values turn.
  void split_data() {
    QTest::addColumn<QString>("set");
    QTest::addColumn<bool>("narrow");
    for (const std::string set : {"avx512bf16", "avx512", "avx2", "baseline"})
      if (table_named(set.c_str()))
        for (const bool narrow : {false, true})
          QTest::addRow("%s, %s", set.c_str(), narrow ? "bfloat16" : "float32")
              << QString::fromStdString(set) << narrow;
  }
  void split() {
    QFETCH(QString, set);
    QFETCH(bool, narrow);
    constexpr std::int64_t batch = 2, length = 19, heads = 3, kv_heads = 1, dim = 14, rotated = 10,
                           all = heads + 2 * kv_heads;
    Input qkv(batch * length, all * dim, narrow, true, 16);
    const Floats bias = random_values(all * dim, 17), q_norm = random_values(dim, 18), k_norm = random_values(dim, 19);
    Floats cosines, sines;
    for (int k = 0; k < length * rotated / 2; ++k) {
      cosines.push_back(std::cos(0.37f * static_cast<float>(k)));
      sines.push_back(std::sin(0.37f * static_cast<float>(k)));
    }
    Output q(Element::float32, batch * heads * length, dim), k(Element::float32, batch * kv_heads * dim, length),
        v(Element::float32, batch * kv_heads * length, dim);
    Doubles want_q(q.size()), want_k(k.size()), want_v(v.size());
    for (std::int64_t b = 0; b < batch; ++b)
      for (std::int64_t t = 0; t < length; ++t)
        for (std::int64_t h = 0; h < all; ++h) {
          Doubles head;
          double squares = 0;
          for (std::int64_t d = 0; d < dim; ++d) {
            head.push_back(qkv.at(b * length + t, h * dim + d) + bias[static_cast<std::size_t>(h * dim + d)]);
            squares += head.back() * head.back() / dim;
          }
          const bool is_q = h < heads, is_v = h >= heads + kv_heads;
          for (std::size_t d = 0; d < dim && !is_v; ++d)
            head[d] *= (is_q ? q_norm : k_norm)[d] / std::sqrt(squares + 1e-6);
          for (std::size_t d = 0; d < rotated / 2 && !is_v; ++d) {
            const double angle_cos = cosines[static_cast<std::size_t>(t) * rotated / 2 + d],
                         angle_sin = sines[static_cast<std::size_t>(t) * rotated / 2 + d];
            const double first = head[d], second = head[d + rotated / 2];
            head[d] = first * angle_cos - second * angle_sin;
            head[d + rotated / 2] = second * angle_cos + first * angle_sin;
          }
          for (std::int64_t d = 0; d < dim; ++d) {
            const double value = head[static_cast<std::size_t>(d)];
            if (is_q)
              want_q[static_cast<std::size_t>(((b * heads + h) * length + t) * dim + d)] = value;
            else if (is_v)
              want_v[static_cast<std::size_t>((b * length + t) * dim + d)] = value;
            else
              want_k[static_cast<std::size_t>((b * dim + d) * length + t)] = value;
          }
        }
    SplitJob job;
    job.qkv = qkv.rows();
    job.bias = bias.data();
    job.length = length;
    job.heads = heads;
    job.kv_heads = kv_heads;
    job.dim = dim;
    job.q_norm = q_norm.data();
    job.k_norm = k_norm.data();
    job.epsilon = 1e-6f;
    job.rotated = rotated;
    job.cos = cosines.data();
    job.sin = sines.data();
    job.q = q.floats.data();
    job.k = k.floats.data();
    job.v = v.floats.data();
    table_of(set).split(job, 0, batch * all);
    q.verify(want_q, 1e-5);
    k.verify(want_k, 1e-5);
    v.verify(want_v, 1e-5);
  }
};

LONGVIEW_TEST_MAIN(TestKernels)
#include "tst_kernels.moc"
