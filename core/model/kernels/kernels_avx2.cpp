#define LONGVIEW_KERNELS_NAMESPACE avx2
#define LONGVIEW_VECTOR_BYTES 32
#include "model/kernels/kernels_impl.h"
