#pragma once

namespace longview {

/// From now on what libtorch and oneDNN allocate in one piece of 2 MB or more wishes for huge pages: packed weights are
/// written with a fraction of the page faults. Memory is libtorch's own as before, and let go of in the same way.
void wish_for_huge_pages_in_libtorch();

} // namespace longview
