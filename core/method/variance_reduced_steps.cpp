#include "sid/method/variance_reduced_steps.hpp"

#include "sid/math/contract.hpp"

namespace sid {

VarianceReducedSteps::VarianceReducedSteps(ComponentOracle& oracle, VarianceReduction kind)
    : oracle_(oracle),
      kind_(kind),
      c_(Vector::Zero(oracle.dim())),
      table_(Vector::Zero(oracle.count())),
      mean_(Vector::Zero(oracle.dim())),
      anchor_(Vector::Zero(kind == VarianceReduction::loopless_svrg ? oracle.dim() : 0)) {}

void VarianceReducedSteps::start_lower_level(const ConstVectorRef& x) {
  c_.setZero();
  zero_at_zero_ = false;
  start(x, 1.0);
}

void VarianceReducedSteps::start_linear_system(const ConstVectorRef& x,
                                               double alpha,
                                               const ConstVectorRef& c) {
  SID_EXPECTS(c.size() == c_.size(), "the right side has one entry a column");
  c_ = c;
  zero_at_zero_ = true;
  start(x, alpha);
}

void VarianceReducedSteps::start(const ConstVectorRef& x, double scale) {
  SID_EXPECTS(x.size() == mean_.size(), "the point has one entry a column");
  scale_ = scale;
  if (kind_ == VarianceReduction::loopless_svrg) anchor_ = x;
  if (zero_at_zero_ && (x.array() == 0.0).all()) {
    table_.setZero();
    mean_.setZero();
    return;
  }
  remember_all_at(x);
}

void VarianceReducedSteps::remember_all_at(const ConstVectorRef& x) {
  oracle_.scalars(x, table_);
  evaluations_ += oracle_.count();
  mean_.setZero();
  oracle_.add_examples(table_, mean_);
  mean_ /= static_cast<double>(oracle_.count());
}

void VarianceReducedSteps::step(std::int32_t i, bool move_anchor, double gamma, VectorRef x) {
  const double now = oracle_.scalar(i, x);
  ++evaluations_;
  double remembered = 0.0;
  if (kind_ == VarianceReduction::saga) {
    remembered = table_[i];
  } else {
    remembered = oracle_.scalar(i, anchor_);
    ++evaluations_;
    if (move_anchor) anchor_ = x;
  }
  const double change = now - remembered;
  const double length = gamma * scale_;
  x.array() +=
      gamma * c_.array() - length * (mean_.array() + oracle_.regulariser().array() * x.array());
  oracle_.add_example(i, -length * change, x);
  if (kind_ == VarianceReduction::saga) {
    table_[i] = now;
    oracle_.add_example(i, change / static_cast<double>(oracle_.count()), mean_);
  } else if (move_anchor) {
    remember_all_at(anchor_);
  }
}

double variance_reduced_step_limit(const Curvature& curvature) {
  return 1.0 / (2.0 * curvature.L_max + 4.0 * curvature.L_max0);
}

}  // namespace sid
