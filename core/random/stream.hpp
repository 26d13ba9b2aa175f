#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sid {

/// What a stream of random numbers is for. Streams of different roles are independent, which is
/// how the independence that Assumption C asks of w_t, v_k and zeta is made visible in code.
enum class Role : std::uint8_t {
  data = 0,              ///< generated data, train/validation split
  initial_point = 1,     ///< random starting points, random hyperparameters
  lower_level = 2,       ///< zeta_t: minibatches of the w iteration
  linear_system = 3,     ///< zeta'_k: minibatches of the v iteration
  jacobian_product = 4,  ///< zeta''_j: samples of the final derivative of Phi in lambda
  lower_choice = 5,      ///< decisions of the w iteration beside its minibatches: coins
  linear_choice = 6,     ///< decisions of the v iteration beside its minibatches: coins, lengths
  outer_step = 7,        ///< seeds of the steps of an outer loop over lambda
};

/// Names a stream. A draw is a pure function of (seed, role, replica, checkpoint, position), so
/// results do not depend on threads, on the order of work, or on hyperparameters and schedules.
struct StreamKey {
  std::uint64_t seed = 0;
  Role role = Role::data;
  std::uint32_t replica = 0;
  std::uint32_t checkpoint = 0;  ///< below 2^24 (ContractViolation otherwise)
  /// Repetition at the same replica and checkpoint, below 2^16 (ContractViolation otherwise). A
  /// repetition has room for 2^50 words.
  std::uint32_t repetition = 0;

  bool operator==(const StreamKey&) const = default;
};

/// A stream of random words: Philox 4x32-10 (Salmon et al., SC'11; Random123) with key = seed and
/// counter = (block number, replica, role and checkpoint). Copyable; allocates nothing.
class Stream {
 public:
  explicit Stream(const StreamKey& key);

  std::uint32_t next_u32();
  std::uint64_t next_u64();  ///< consumes two words

  /// Uniform in {0, ..., count-1}, 1 <= count <= 2^32; consumes exactly one 64-bit draw (two
  /// words): multiply-high of a 64-bit word, so that every index has probability 1/count up to
  /// 2^-64.
  std::uint64_t index_below(std::uint64_t count);

  /// out[i] = index_below(count) for i = 0, 1, ..., drawn faster. 1 <= count <= 2^31.
  void indices_below(std::uint64_t count, std::span<std::int32_t> out);

  double uniform();  ///< [0, 1), 53 bits, two words

  /// Standard normal, four words, no cached second value: sqrt(-2 log(1 - u)) cos(2 pi u') with u
  /// and u' uniform (Box and Muller, 1958). |value| <= 8.58. Same bits on every processor.
  double normal();

  double sign();  ///< -1 or +1, one word

 private:
  void refill();

  std::array<std::uint32_t, 2> key_{};
  std::array<std::uint32_t, 2> label_{};  // replica; role and checkpoint
  std::array<std::uint32_t, 4> block_{};
  std::uint64_t next_block_ = 0;
  unsigned used_ = 4;  // words of block_ already handed out
};

}  // namespace sid
