#include <immintrin.h>

#define LONGVIEW_KERNELS_NAMESPACE avx512bf16
#define LONGVIEW_VECTOR_BYTES 64
#include "model/kernels/kernels_impl.h"
