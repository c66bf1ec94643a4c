#include "scoring/random.h"

#include <algorithm>

#include "golden.h"
#include "support/log_guard.h"

using namespace longview;
using nlohmann::json;

class TestRandom : public QObject {
  Q_OBJECT

 private slots:
  void sample_is_cpythons_data() {
    QTest::addColumn<int>("place");
    const json reference = read();
    for (std::size_t k = 0; k < reference.size(); ++k)
      QTest::addRow("seed %llu", reference[k]["seed"].get<unsigned long long>()) << static_cast<int>(k);
    QVERIFY(reference.size() >= 6);
  }
  void sample_is_cpythons() {
    QFETCH(int, place);
    const json reference = read()[static_cast<std::size_t>(place)];
    CPythonRandom random(reference["seed"].get<std::uint64_t>());
    for (const json& draw : reference["draws"]) // one stream for all of them
      QCOMPARE(random.sample(draw["population"], draw["count"]), draw["indices"].get<std::vector<std::uint64_t>>());
  }

  void sample_changes_its_way_where_cpython_does() {
    // random.Random(3).sample(range(population), count), one after another: a pool up to 85 (count 21) or 21 (count 5)
    using Places = std::vector<std::uint64_t>;
    CPythonRandom random(3);
    QCOMPARE(random.sample(85, 21),
             (Places{30, 75, 69, 16, 47, 77, 60, 74, 8, 1, 78, 33, 70, 29, 24, 79, 82, 50, 19, 71, 66}));
    QCOMPARE(random.sample(86, 21),
             (Places{66, 49, 1, 85, 8, 20, 75, 5, 38, 3, 34, 60, 76, 54, 50, 73, 56, 17, 46, 12, 4}));
    QCOMPARE(random.sample(21, 5), (Places{4, 15, 6, 8, 13}));
    QCOMPARE(random.sample(22, 5), (Places{20, 9, 13, 16, 12}));
  }

  void many_bits_are_cpythons() {
    // random.Random(2**40 + 7): getrandbits(33), getrandbits(64), getrandbits(1), randrange(10**12)
    CPythonRandom random((std::uint64_t{1} << 40) + 7);
    QCOMPARE(random.bits(33), std::uint64_t{6930804954u});
    QCOMPARE(random.bits(64), std::uint64_t{17301799233109514933u});
    QCOMPARE(random.bits(1), std::uint64_t{1u});
    QCOMPARE(random.below(1'000'000'000'000u), std::uint64_t{629811958337u});
  }

  void stream_is_splitmix64() {
    Stream stream(1234567); // test values of the published algorithm
    for (const std::uint64_t expected : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u})
      QCOMPARE(stream.next(), expected);
  }

  void below_stays_below_and_reaches_all() {
    Stream stream(5);
    std::vector<int> seen(7);
    for (int k = 0; k < 700; ++k)
      ++seen.at(stream.below(7));
    QVERIFY(*std::min_element(seen.begin(), seen.end()) > 50);
    for (int k = 0; k < 100; ++k)
      QVERIFY(stream.below((std::uint64_t{1} << 63) + 1) <= std::uint64_t{1} << 63);
    QCOMPARE(stream.below(1), std::uint64_t{0});
  }

  void short_shuffle_is_a_permutation() {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      Stream stream(seed);
      ShortShuffle<8> shuffle(8);
      std::vector<std::uint32_t> drawn;
      for (int k = 0; k < 8; ++k)
        drawn.push_back(shuffle.next(stream));
      std::sort(drawn.begin(), drawn.end());
      QCOMPARE(drawn, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7}));
    }
  }

 private:
  static json read() {
    std::ifstream file(test::reference("sampling.json"));
    return json::parse(file);
  }
};

LONGVIEW_TEST_MAIN(TestRandom)
#include "tst_random.moc"
