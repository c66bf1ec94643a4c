#pragma once

#include <cstdint>

#include "model/decoder_spec.h"

namespace longview {

/// Floating-point operations of one segment through the model; a multiplication and an addition count as two. Norms,
/// rotary and activations are left out: they are no matrix products, and under a hundredth.
struct SegmentFlops {
  double layers = 0;    ///< products with the layers' matrices and the projections around them, for every token
  double head = 0;      ///< with the output matrix, for every token but the last
  double attention = 0; ///< scores and weighted values, over the tokens each one sees
  double matrices() const { return layers + head; }
};

/// `length` tokens, alone or behind a prefix of as many whose keys and values are there already.
SegmentFlops segment_flops(const DecoderSpec& spec, std::uint32_t length, bool after_prefix);

/// Of the matrices of one layer, for one token.
double layer_flops(const DecoderSpec& spec);

} // namespace longview
