#include "model/flops.h"
#include "support/log_guard.h"

using namespace longview;

namespace {

DecoderSpec small() {
  DecoderSpec spec;
  spec.hidden = spec.embedding_width = 4;
  spec.heads = 2;
  spec.kv_heads = 1;
  spec.head_dim = 3;
  spec.intermediate = 5;
  spec.vocabulary = 7;
  spec.layers.resize(1);
  return spec;
}

} // namespace

/// Counted by hand for segments of two tokens.
class TestFlops : public QObject {
  Q_OBJECT

 private slots:
  void counts_the_matrices() {
    // q, k, v: 4 x 12; output 6 x 4; gate and up 4 x 10; down 5 x 4: 132 products and as many sums
    QCOMPARE(layer_flops(small()), 264.0);
    const SegmentFlops alone = segment_flops(small(), 2, false);
    QCOMPARE(alone.layers, 528.0);
    QCOMPARE(alone.head, 56.0); // only the first token has a next one to be scored
    QCOMPARE(alone.matrices(), 584.0);
    QCOMPARE(segment_flops(small(), 2, true).matrices(), 584.0);
  }
  void counts_layers_gates_and_projections() {
    DecoderSpec spec = small();
    spec.gated = false;
    QCOMPARE(layer_flops(spec), 264.0 - 40.0);
    spec = small();
    spec.layers.resize(3);
    spec.embedding_width = 2; // in and out: 2 x 4 each
    QCOMPARE(segment_flops(spec, 2, false).layers, 3 * 528.0 + 2 * 2 * 16.0);
    QCOMPARE(segment_flops(spec, 2, false).head, 28.0);
  }
  void attention_counts_what_a_token_sees() {
    // 4 operations for each of 6 values of a key: 1 + 2 keys alone, 3 + 4 behind a prefix
    QCOMPARE(segment_flops(small(), 2, false).attention, 72.0);
    QCOMPARE(segment_flops(small(), 2, true).attention, 168.0);
    DecoderSpec spec = small();
    spec.layers[0].window = 2;
    QCOMPARE(segment_flops(spec, 2, false).attention, 72.0);
    QCOMPARE(segment_flops(spec, 2, true).attention, 96.0);
  }
};

LONGVIEW_TEST_MAIN(TestFlops)
#include "tst_flops.moc"
