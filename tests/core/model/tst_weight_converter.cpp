#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "model/weight_converter.h"
#include "support/log_guard.h"

using namespace longview;

namespace {

/// A set of float32 matrices in which value (r, c) of tensor t is 1000 t + r + c / 1000.
class Matrices {
 public:
  void add(const std::string& name, std::uint64_t rows, std::uint64_t columns) {
    const auto bytes = set_.keep_bytes(rows * columns * 4);
    for (std::uint64_t r = 0; r < rows; ++r)
      for (std::uint64_t c = 0; c < columns; ++c) {
        const float value = at(count_, r, c);
        std::memcpy(bytes.data() + (r * columns + c) * 4, &value, 4);
      }
    last_ = bytes;
    set_.add({name, TensorType::F32, {rows, columns}, bytes});
    ++count_;
  }
  void set_last(std::uint64_t place, float value) { std::memcpy(last_.data() + place * 4, &value, 4); }
  const TensorSet& set() {
    set_.index();
    return set_;
  }
  static float at(std::uint64_t tensor, std::uint64_t row, std::uint64_t column) {
    return 1000.0f * static_cast<float>(tensor) + static_cast<float>(row) + static_cast<float>(column) / 1000;
  }

 private:
  TensorSet set_;
  std::span<std::byte> last_;
  std::uint64_t count_ = 0;
};

std::vector<float> converted(const TensorSet& set, const SlotSources& slot, int threads = 2) {
  std::uint64_t values = 0;
  for (const TensorSource& source : slot)
    values += source.rows * source.columns;
  std::vector<float> out(values, std::numeric_limits<float>::quiet_NaN());
  WeightConverter converter(set, threads, "x.bin", {});
  converter.add(slot, TensorType::F32, reinterpret_cast<std::byte*>(out.data()));
  converter.run();
  return out;
}

} // namespace

class TestWeightConverter : public QObject {
  Q_OBJECT

 private slots:
  void stacks_by_rows_data() {
    QTest::addColumn<int>("threads");
    for (const int threads : {1, 2, 7})
      QTest::addRow("%d threads", threads) << threads;
  }
  void stacks_by_rows() {
    QFETCH(int, threads);
    Matrices matrices;
    matrices.add("q", 700, 1000); // more than one piece
    matrices.add("k", 3, 1000);
    const auto out =
        converted(matrices.set(),
                  {{.name = "q", .rows = 700, .columns = 1000}, {.name = "k", .rows = 3, .columns = 1000}}, threads);
    for (std::uint64_t r = 0; r < 703; ++r)
      for (std::uint64_t c = 0; c < 1000; ++c)
        if (out[r * 1000 + c] != Matrices::at(r >= 700, r >= 700 ? r - 700 : r, c))
          QFAIL("a value is in the wrong place");
  }

  void turns_what_is_stored_transposed() {
    Matrices matrices;
    matrices.add("w", 150, 70); // more rows than are turned at once, and no multiple of them
    const auto out = converted(matrices.set(), {{.name = "w", .rows = 70, .columns = 150, .transposed = true}});
    for (std::uint64_t r = 0; r < 70; ++r)
      for (std::uint64_t c = 0; c < 150; ++c)
        QCOMPARE(out[r * 150 + c], Matrices::at(0, c, r));
  }

  void orders_rows() {
    Matrices matrices;
    matrices.add("rotary", 8, 2); // 2 heads of 4 rows
    matrices.add("qkv", 12, 2);   // 2 heads of q, k, v of 2 rows
    matrices.add("bias", 8, 1);
    const TensorSet& set = matrices.set();
    const auto rotary = converted(
        set, {{.name = "rotary", .rows = 8, .columns = 2, .order = RowOrder::rotary_interleaved, .heads = 2}});
    const std::uint64_t rotary_from[] = {0, 2, 1, 3, 4, 6, 5, 7};
    for (std::uint64_t r = 0; r < 8; ++r)
      QCOMPARE(rotary[r * 2 + 1], Matrices::at(0, rotary_from[r], 1));
    const auto qkv =
        converted(set, {{.name = "qkv", .rows = 12, .columns = 2, .order = RowOrder::qkv_by_head, .heads = 2}});
    const std::uint64_t qkv_from[] = {0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11};
    for (std::uint64_t r = 0; r < 12; ++r)
      QCOMPARE(qkv[r * 2], Matrices::at(1, qkv_from[r], 0));
    const auto bias =
        converted(set, {{.name = "bias", .rows = 8, .columns = 1, .order = RowOrder::rotary_interleaved, .heads = 2}});
    for (std::uint64_t r = 0; r < 8; ++r)
      QCOMPARE(bias[r], Matrices::at(2, rotary_from[r], 0));
  }

  void adds_and_narrows() {
    Matrices matrices;
    matrices.add("norm", 1, 4);
    std::uint16_t out[4] = {};
    WeightConverter converter(matrices.set(), 2, "x.bin", {});
    const SlotSources slot = {{.name = "norm", .rows = 1, .columns = 4, .added = 1}};
    converter.add(slot, TensorType::BF16, reinterpret_cast<std::byte*>(out));
    converter.run();
    for (const std::uint16_t value : out)
      QCOMPARE(value, std::uint16_t{0x3f80}); // 1.000 to 1.003 are all nearest to 1
  }

  /// A bias that is stored in blocks is a row of them, though the decoder sees a column.
  void a_quantized_vector() {
    TensorSet set;
    const auto bytes = set.keep_bytes(2 * 34);
    for (std::size_t block = 0; block < 2; ++block) {
      const std::uint16_t one = 0x3c00;
      std::memcpy(bytes.data() + block * 34, &one, 2);
      for (std::size_t k = 0; k < 32; ++k)
        bytes[block * 34 + 2 + k] = static_cast<std::byte>(block * 32 + k);
    }
    set.add({"bias", TensorType::Q8_0, {64}, bytes});
    set.index();
    const auto plain = converted(set, {{.name = "bias", .rows = 64, .columns = 1}});
    const auto ordered =
        converted(set, {{.name = "bias", .rows = 64, .columns = 1, .order = RowOrder::rotary_interleaved, .heads = 1}});
    for (std::size_t k = 0; k < 64; ++k) {
      QCOMPARE(plain[k], static_cast<float>(k));
      QCOMPARE(ordered[k], static_cast<float>(k < 32 ? 2 * k : 2 * (k - 32) + 1));
    }
  }

  void names_a_tensor_that_is_not_finite() {
    Matrices matrices;
    matrices.add("good", 900, 1000);
    matrices.add("bad", 900, 1000);
    matrices.set_last(899'999, std::numeric_limits<float>::quiet_NaN());
    const SlotSources slot = {{.name = "good", .rows = 900, .columns = 1000},
                              {.name = "bad", .rows = 900, .columns = 1000}};
    std::vector<float> out(1'800'000);
    WeightConverter converter(matrices.set(), 2, "x.bin", {});
    converter.add(slot, TensorType::F32, reinterpret_cast<std::byte*>(out.data()));
    try {
      converter.run();
      QFAIL("it was converted");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::input);
      QCOMPARE(std::string(error.what()),
               std::string("x.bin: the tensor bad holds a value that is infinite or not a number"));
    }
    matrices.set_last(899'999, 70'000.0f);
    converter.add(slot, TensorType::F16, reinterpret_cast<std::byte*>(out.data()));
    try {
      converter.run();
      QFAIL("it was converted");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::unsupported);
      QVERIFY2(error.message().find("the tensor bad holds a value that is too large for float16") == 0, error.what());
    }
  }

  void stops() {
    Matrices matrices;
    matrices.add("w", 900, 1000);
    std::stop_source stop;
    stop.request_stop();
    std::vector<float> out(900'000);
    WeightConverter converter(matrices.set(), 2, "x.bin", stop.get_token());
    const SlotSources slot = {{.name = "w", .rows = 900, .columns = 1000}};
    converter.add(slot, TensorType::F32, reinterpret_cast<std::byte*>(out.data()));
    try {
      converter.run();
      QFAIL("it went on");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::cancelled);
    }
  }
};

LONGVIEW_TEST_MAIN(TestWeightConverter)
#include "tst_weight_converter.moc"
