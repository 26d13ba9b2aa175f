#include "sid/method/hypergradient_path.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

/// A method that repeats nothing.
class StillPath final : public HypergradientPath {
 public:
  void start(std::uint64_t, std::uint32_t) override {}
  PathStatus run_to(const Checkpoint&, std::uint32_t, const std::stop_token&) override {
    return PathStatus::reached;
  }
  std::int64_t linear_steps() const override { return 0; }
  const Vector& w() const override { return empty_; }
  const Vector& v() const override { return empty_; }
  const Vector& upper_gradient() const override { return empty_; }
  const Vector& hypergradient() const override { return empty_; }
  const std::optional<Divergence>& divergence() const override { return divergence_; }
  std::int64_t solver_steps() const override { return 0; }

 private:
  Vector empty_;
  std::optional<Divergence> divergence_;
};

TEST(HypergradientPath, RepeatsOnlyWhereAMethodSaysSo) {
  StillPath path;
  EXPECT_FALSE(path.can_repeat());
  EXPECT_THROW((void)path.repeat(1, {}), ContractViolation);
}

TEST(Overflowed, TellsTheLimitAndWhatIsNoNumber) {
  Vector x = Vector::Zero(3);
  EXPECT_FALSE(overflowed(x));
  x(1) = kDivergenceNorm;
  EXPECT_FALSE(overflowed(x));
  x(1) = 1.001 * kDivergenceNorm;
  EXPECT_TRUE(overflowed(x));
  x(1) = -std::numeric_limits<double>::infinity();
  EXPECT_TRUE(overflowed(x));
  x(1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(overflowed(x));
  EXPECT_FALSE(overflowed(Vector()));
}

}  // namespace
}  // namespace sid
