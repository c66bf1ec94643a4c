#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "model/dequantize.h"
#include "support/log_guard.h"

using namespace longview;
using nlohmann::json;

namespace {

std::vector<std::byte> from_hex(const std::string& hex) {
  std::vector<std::byte> out;
  for (std::size_t k = 0; k + 1 < hex.size(); k += 2)
    out.push_back(static_cast<std::byte>(std::stoi(hex.substr(k, 2), nullptr, 16)));
  return out;
}

/// What a float16 stands for, by its definition.
float half_by_definition(std::uint32_t bits) {
  const double sign = bits & 0x8000 ? -1 : 1;
  const int exponent = static_cast<int>(bits >> 10 & 31), fraction = static_cast<int>(bits & 1023);
  if (exponent == 31)
    return fraction ? std::numeric_limits<float>::quiet_NaN()
                    : static_cast<float>(sign * std::numeric_limits<double>::infinity());
  return static_cast<float>(exponent ? sign * std::ldexp(1024 + fraction, exponent - 25)
                                     : sign * std::ldexp(fraction, -24));
}

} // namespace

class TestDequantize : public QObject {
  Q_OBJECT

  json reference_;

 private slots:
  void initTestCase() {
    std::ifstream in(LONGVIEW_REFERENCE_DIR "/quant_blocks.json");
    reference_ = json::parse(in);
    QCOMPARE(reference_.size(), std::size_t{12});
  }

  void equals_reference_data() {
    QTest::addColumn<QString>("name");
    for (const auto& [name, entry] : reference_.items())
      QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  void equals_reference() {
    QFETCH(QString, name);
    const json& entry = reference_[name.toStdString()];
    const auto type = tensor_type(entry["type"]);
    QVERIFY(type && can_dequantize(*type));
    QCOMPARE(std::string(type_name(*type)), name.toStdString());
    QCOMPARE(block_size(*type).values, entry["values_per_block"].get<std::uint32_t>());
    QCOMPARE(block_size(*type).bytes, entry["bytes_per_block"].get<std::uint32_t>());

    const std::vector<double> expected = entry["values"];
    std::vector<std::byte> bytes = from_hex(entry["bytes"]);
    std::vector<float> values(expected.size());
    bytes.insert(bytes.begin(), std::byte{0xff}); // data in a file may lie at any address
    dequantize(*type, std::span(bytes).subspan(1), values);
    for (std::size_t k = 0; k < values.size(); ++k)
      QCOMPARE(std::bit_cast<std::uint32_t>(values[k]), std::bit_cast<std::uint32_t>(static_cast<float>(expected[k])));
  }

  void every_half() {
    std::vector<std::uint16_t> halves(65'536);
    for (std::size_t k = 0; k < halves.size(); ++k)
      halves[k] = static_cast<std::uint16_t>(k);
    std::vector<float> values(halves.size());
    dequantize(TensorType::F16, std::as_bytes(std::span(halves)), values);
    for (std::uint32_t k = 0; k < halves.size(); ++k) {
      const float expected = half_by_definition(k);
      if (std::isnan(expected))
        QVERIFY(std::isnan(values[k]));
      else
        QCOMPARE(std::bit_cast<std::uint32_t>(values[k]), std::bit_cast<std::uint32_t>(expected));
    }
  }

  void float32_stays() {
    const std::vector<float> in = {0.0f, -0.0f, 1.5f, std::numeric_limits<float>::denorm_min(), 3e38f};
    std::vector<float> out(in.size());
    dequantize(TensorType::F32, std::as_bytes(std::span(in)), out);
    QVERIFY(std::memcmp(in.data(), out.data(), in.size() * sizeof(float)) == 0);
  }

  void float64_is_rounded() {
    const std::vector<double> in = {0.0, -0.0, 1.5, 0.1, 1e300, -1e300, 1e-50, 16'777'217.0, 16'777'219.0};
    const std::vector<float> expected = {0.0f,
                                         -0.0f,
                                         1.5f,
                                         0.1f,
                                         std::numeric_limits<float>::infinity(),
                                         -std::numeric_limits<float>::infinity(),
                                         0.0f,
                                         16'777'216.0f,
                                         16'777'220.0f};
    std::vector<float> out(in.size());
    dequantize(TensorType::F64, std::as_bytes(std::span(in)), out);
    QVERIFY(std::memcmp(expected.data(), out.data(), out.size() * sizeof(float)) == 0);
  }

  void refuses_what_does_not_fit() {
    const std::vector<std::byte> bytes(36);
    std::vector<float> values(64);
    const auto code = [&](TensorType type, std::size_t byte_count, std::size_t value_count) {
      try {
        dequantize(type, std::span(bytes).first(byte_count), std::span(values).first(value_count));
      } catch (const Error& error) {
        return error.code();
      }
      return ErrorCode::internal;
    };
    QCOMPARE(code(TensorType::Q4_0, 17, 32), ErrorCode::usage); // half a block
    QCOMPARE(code(TensorType::Q4_0, 18, 64), ErrorCode::usage); // too few blocks
    QCOMPARE(code(TensorType::Q4_0, 36, 32), ErrorCode::usage); // too many
    QCOMPARE(code(TensorType::Q4_0, 18, 33), ErrorCode::usage); // half a block of values
    QCOMPARE(code(TensorType::IQ4_NL, 18, 32), ErrorCode::unsupported);
    QCOMPARE(code(TensorType::I8, 32, 32), ErrorCode::unsupported);
  }

  void knows_types() {
    QVERIFY(!tensor_type(4)); // a type that was taken out of the format
    QVERIFY(!tensor_type(4'000'000'000u));
    QCOMPARE(std::string(type_name(static_cast<TensorType>(4))), std::string("unknown"));
    QVERIFY(!tensor_type(static_cast<std::uint32_t>(TensorType::U8))); // not of a GGUF
    QVERIFY(!tensor_type(static_cast<std::uint32_t>(TensorType::BOOL)));
    for (const TensorType type :
         {TensorType::I8, TensorType::I16, TensorType::I32, TensorType::I64, TensorType::U8, TensorType::BOOL})
      QVERIFY(!can_dequantize(type));
    QCOMPARE(std::string(type_name(TensorType::BOOL)), std::string("BOOL"));
    QCOMPARE(block_size(TensorType::U8).bytes, 1u);
    QVERIFY(can_dequantize(TensorType::F32));
  }
};

LONGVIEW_TEST_MAIN(TestDequantize)
#include "tst_dequantize.moc"
