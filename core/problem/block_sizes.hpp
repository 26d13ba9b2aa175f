#pragma once

namespace sid {

/// Fixes the sizes of the blocks into which Eigen cuts matrix products. It would take them from the
/// caches that it finds, which would make the order of additions, and so the bits, depend on the
/// processor. To be called before a product of matrices; the first call counts, others cost
/// nothing. Safe from any thread.
void fix_block_sizes();

}  // namespace sid
