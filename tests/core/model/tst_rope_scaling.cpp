#include <cmath>

#include "model/rope_scaling.h"
#include "support/log_guard.h"

using namespace longview;

Q_DECLARE_METATYPE(YarnScaling)
Q_DECLARE_METATYPE(std::vector<double>)

/// Inverse frequencies against ROPE_INIT_FUNCTIONS of transformers 5.23 for heads of 16 values.
class TestRopeScaling : public QObject {
  Q_OBJECT

  static RotarySpec plain(double base) {
    RotarySpec rotary;
    rotary.dimensions = 16;
    rotary.inverse_frequencies = plain_frequencies(base, 16);
    return rotary;
  }

  /// Half a unit in the sixth digit: float32 computed in another order.
  static void compare(const RotarySpec& ours, const std::vector<double>& frequencies, double scale) {
    QCOMPARE(ours.inverse_frequencies.size(), frequencies.size());
    for (std::size_t m = 0; m < frequencies.size(); ++m)
      QVERIFY2(std::abs(ours.inverse_frequencies[m] / frequencies[m] - 1) < 5e-7,
               qPrintable(QString("pair %1: %2").arg(m).arg(ours.inverse_frequencies[m], 0, 'g', 9)));
    QVERIFY2(std::abs(ours.scale / scale - 1) < 1e-12, qPrintable(QString::number(ours.scale, 'g', 16)));
  }

 private slots:
  void plain_ones() {
    const std::vector<float> ours = plain_frequencies(10000, 8);
    for (std::size_t m = 0; m < 4; ++m)
      QVERIFY(std::abs(ours[m] / std::pow(10.0, -static_cast<double>(m)) - 1) < 5e-7);
    QCOMPARE(plain_frequencies(10000, 7).size(), std::size_t{4}); // as transformers, which counts 0, 2, 4, 6
  }

  void llama3() {
    RotarySpec rotary = plain(500'000);
    scale_llama3(rotary,
                 {.factor = 32, .low_frequency_factor = 1, .high_frequency_factor = 4, .original_context = 8192});
    compare(
        rotary,
        {1.0, 0.193922758, 0.0376060307, 0.00729266508, 0.000429556705, 8.57025589e-06, 1.66196742e-06, 3.22293289e-07},
        1);
  }

  void yarn_data() {
    QTest::addColumn<YarnScaling>("scaling");
    QTest::addColumn<std::vector<double>>("frequencies");
    QTest::addColumn<double>("scale");
    const YarnScaling four{.factor = 4, .original_context = 4096};
    const std::vector<double> by_four = {1.0,           0.316227764,   0.100000001,    0.025693506,
                                         0.00624999963, 0.00138349656, 0.000250000012, 7.90569466e-05};
    YarnScaling changed = four;
    QTest::newRow("plain") << four << by_four << 1.138629436111989;
    changed.attention_factor = 1.25;
    QTest::newRow("attention_factor") << changed << by_four << 1.25;
    changed = four;
    changed.truncate = false;
    changed.beta_fast = 16;
    changed.beta_slow = 2;
    QTest::newRow("ends between pairs")
        << changed << std::vector<double>{1.0,           0.316227764,    0.100000001,    0.0316227786,
                                          0.00676161889, 0.000825104478, 0.000250000012, 7.90569466e-05}
        << 1.138629436111989;
    changed = four;
    changed.factor = 40;
    changed.mscale = 0.707;
    changed.mscale_all_dim = 1;
    QTest::newRow("mscale") << changed
                            << std::vector<double>{1.0,           0.316227764,    0.100000001,    0.0239147246,
                                                   0.00512499968, 0.000849862176, 2.49999994e-05, 7.90569447e-06}
                            << 0.9210423553163399;
  }
  void yarn() {
    QFETCH(YarnScaling, scaling);
    QFETCH(std::vector<double>, frequencies);
    QFETCH(double, scale);
    RotarySpec rotary = plain(10'000);
    scale_yarn(rotary, 10'000, scaling);
    compare(rotary, frequencies, scale);
  }

  void longrope() {
    const std::vector<double> factors = {1.0, 1.02, 1.05, 1.2, 1.5, 2.0, 2.5, 3.0};
    const std::vector<double> expected = {1.0,           0.310027212,   0.095238097,   0.0263523124,
                                          0.00666666683, 0.00158113893, 0.00039999999, 0.000105409257};
    RotarySpec rotary = plain(10'000);
    scale_longrope(rotary, factors, 131'072 / 4096.0, 4096, 0);
    compare(rotary, expected, 1.1902380714238083);
    rotary = plain(10'000);
    scale_longrope(rotary, factors, 131'072 / 4096.0, 4096, 1.5);
    compare(rotary, expected, 1.5);
    rotary = plain(10'000);
    scale_longrope(rotary, factors, 1, 4096, 0); // no longer than it was
    compare(rotary, expected, 1);
  }
};

LONGVIEW_TEST_MAIN(TestRopeScaling)
#include "tst_rope_scaling.moc"
