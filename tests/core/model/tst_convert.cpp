#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "base/error.h"
#include "model/convert.h"
#include "support/log_guard.h"

using namespace longview;

namespace {

/// Every value a float16 or bfloat16 can have, by its definition; `fraction_bits` 10 or 7.
double by_definition(std::uint16_t bits, int fraction_bits) {
  const int fraction = bits & ((1 << fraction_bits) - 1), exponent = (bits & 0x7fff) >> fraction_bits;
  const int bias = (1 << (14 - fraction_bits)) - 1;
  const double magnitude = exponent ? std::ldexp((1 << fraction_bits) + fraction, exponent - bias - fraction_bits)
                                    : std::ldexp(fraction, 1 - bias - fraction_bits);
  return bits & 0x8000 ? -magnitude : magnitude;
}

std::vector<std::uint16_t> narrowed(const std::vector<float>& values, TensorType to,
                                    Converted expected = Converted::finite) {
  std::vector<std::uint16_t> out(values.size());
  const auto result =
      convert(TensorType::F32, std::as_bytes(std::span(values)), 0, to, reinterpret_cast<std::byte*>(out.data()));
  if (result != expected)
    throw std::runtime_error("another result");
  return out;
}

} // namespace

class TestConvert : public QObject {
  Q_OBJECT

 private slots:
  void narrow_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("fraction_bits");
    QTest::newRow("float16") << static_cast<int>(TensorType::F16) << 10;
    QTest::newRow("bfloat16") << static_cast<int>(TensorType::BF16) << 7;
  }
  /// Every number of the narrow type stays; halfway between two neighbours goes to the even one, beside it to the
  /// nearer.
  void narrow() {
    QFETCH(int, type);
    QFETCH(int, fraction_bits);
    const auto to = static_cast<TensorType>(type);
    const std::uint16_t infinity = static_cast<std::uint16_t>(0x7fff >> fraction_bits << fraction_bits);
    std::vector<float> values;
    std::vector<std::uint16_t> expected;
    for (const unsigned sign : {0u, 0x8000u})
      for (unsigned bits = 0; bits + 1 < infinity; ++bits) {
        const double low = by_definition(static_cast<std::uint16_t>(bits), fraction_bits);
        const double high = by_definition(static_cast<std::uint16_t>(bits + 1), fraction_bits);
        const auto middle = static_cast<float>((low + high) / 2);
        const unsigned even = bits % 2 ? bits + 1 : bits;
        const std::pair<float, unsigned> cases[] = {{static_cast<float>(low), bits},
                                                    {middle, even},
                                                    {std::nextafter(middle, 0.0f), bits},
                                                    {std::nextafter(middle, std::numeric_limits<float>::max()), bits + 1}};
        for (const auto& [value, wanted] : cases) {
          values.push_back(sign ? -value : value);
          expected.push_back(static_cast<std::uint16_t>(sign | wanted));
        }
      }
    const auto out = narrowed(values, to);
    for (std::size_t k = 0; k < out.size(); ++k)
      if (out[k] != expected[k])
        QFAIL(qPrintable(
            QString("%1 became %2, not %3").arg(values[k], 0, 'g', 10).arg(out[k], 0, 16).arg(expected[k], 0, 16)));
  }

  void says_what_does_not_fit() {
    QVERIFY(narrowed({65'504.0f, 65'519.9f}, TensorType::F16) == (std::vector<std::uint16_t>{0x7bff, 0x7bff}));
    narrowed({65'520.0f}, TensorType::F16, Converted::too_large);
    narrowed({-1e30f}, TensorType::F16, Converted::too_large);
    narrowed({std::numeric_limits<float>::max()}, TensorType::BF16, Converted::too_large);
    // One among many, in any place: chunks and vectors of the loop must not hide it.
    for (const std::size_t place : {0u, 1u, 4095u, 4096u, 9999u})
      for (const TensorType to : {TensorType::F32, TensorType::BF16, TensorType::F16})
        for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                                std::numeric_limits<float>::quiet_NaN()}) {
          std::vector<float> values(10'000, 1.0f), out(10'000);
          values[place] = bad;
          QVERIFY(convert(TensorType::F32, std::as_bytes(std::span(values)), 0, to,
                          reinterpret_cast<std::byte*>(out.data())) == Converted::not_finite);
        }
    const std::vector<double> wide = {1e300};
    float out = 0;
    QVERIFY(convert(TensorType::F64, std::as_bytes(std::span(wide)), 0, TensorType::F32,
                    reinterpret_cast<std::byte*>(&out)) == Converted::not_finite);
  }

  void adds_before_it_rounds() {
    const std::vector<float> values = {-0.5f, 0.25f, 1.0f};
    std::vector<float> out(3);
    QVERIFY(convert(TensorType::F32, std::as_bytes(std::span(values)), 1.0f, TensorType::F32,
                    reinterpret_cast<std::byte*>(out.data())) == Converted::finite);
    QVERIFY(out == (std::vector<float>{0.5f, 1.25f, 2.0f}));
    // 2^-9 is lost beside 1 in bfloat16, but 1 + 2^-9 - 1 is not where the sum is made in float32.
    const std::vector<float> close = {1.0f + 0x1p-9f};
    std::uint16_t narrow = 0;
    convert(TensorType::F32, std::as_bytes(std::span(close)), -1.0f, TensorType::BF16,
            reinterpret_cast<std::byte*>(&narrow));
    QCOMPARE(by_definition(narrow, 7), 0x1p-9);
  }

  /// More than a chunk, from any address to any address, from every type that can be read.
  void equals_dequantize() {
    for (std::uint32_t number = 0; number < 64; ++number) {
      const auto type = tensor_type(number);
      if (!type || !can_dequantize(*type))
        continue;
      const BlockSize block = block_size(*type);
      std::vector<std::byte> blocks(std::size_t{10'240} / block.values * block.bytes + 1);
      for (std::size_t k = 0; k < blocks.size(); ++k)
        blocks[k] = static_cast<std::byte>(k * 37 % 61); // no exponent of all ones in any type's scale
      const auto stored = std::span(blocks).subspan(1);
      std::vector<float> expected(10'240);
      dequantize(*type, stored, expected);
      std::vector<std::byte> out(expected.size() * 4 + 1);
      QVERIFY(convert(*type, stored, 0, TensorType::F32, out.data() + 1) == Converted::finite);
      QVERIFY2(std::memcmp(out.data() + 1, expected.data(), expected.size() * 4) == 0,
               std::string(type_name(*type)).c_str());
    }
  }

  void refuses_other_types() {
    const std::vector<std::byte> bytes(34);
    std::vector<std::byte> out(200);
    const auto code = [&](TensorType from, std::size_t count, TensorType to) {
      try {
        convert(from, std::span(bytes).first(count), 0, to, out.data());
      } catch (const Error& error) {
        return error.code();
      }
      return ErrorCode::internal;
    };
    QCOMPARE(code(TensorType::F32, 4, TensorType::Q8_0), ErrorCode::usage);
    QCOMPARE(code(TensorType::F32, 5, TensorType::F32), ErrorCode::usage);
    QCOMPARE(code(TensorType::I32, 4, TensorType::F32), ErrorCode::unsupported);
    QCOMPARE(code(TensorType::Q8_0, 34, TensorType::F32), ErrorCode::internal); // read
  }
};

LONGVIEW_TEST_MAIN(TestConvert)
#include "tst_convert.moc"
