#define LONGVIEW_KERNELS_NAMESPACE avx512
#define LONGVIEW_VECTOR_BYTES 64
#include "model/kernels/kernels_impl.h"
