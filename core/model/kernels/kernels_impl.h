// Included once by each file of an instruction set, which sets LONGVIEW_KERNELS_NAMESPACE and LONGVIEW_VECTOR_BYTES.
// Nothing of the standard library's templates is used here: a copy of one compiled for a newer processor must not be
// what older ones run. The parts need each other in this order.
// clang-format off
#include "model/kernels/vector_math_impl.h"
#include "model/kernels/quantize_impl.h"
#include "model/kernels/rows_impl.h"
#include "model/kernels/norms_impl.h"
#include "model/kernels/heads_impl.h"
#include "model/kernels/small_product_impl.h"
#include "model/kernels/attention_impl.h"
#include "model/kernels/activation_impl.h"
#include "model/kernels/next_token_impl.h"
// clang-format on

namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE {

extern const Table functions;
const Table functions = {
    LONGVIEW_STRING(LONGVIEW_KERNELS_NAMESPACE),
#ifdef __AVX512BF16__
    true,
#else
    false,
#endif
    norm,
    split,
    attention,
    activation,
    copy,
    next_token,
    pack_panel,
};

} // namespace longview::kernels::LONGVIEW_KERNELS_NAMESPACE
