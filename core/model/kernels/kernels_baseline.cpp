#define LONGVIEW_KERNELS_NAMESPACE baseline
#define LONGVIEW_VECTOR_BYTES 16
#include "model/kernels/kernels_impl.h"
