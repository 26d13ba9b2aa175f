#include "sid/io/recorded_problem.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

[[noreturn]] void refuse() {
  throw ContractViolation("a problem read back from tables has no data to compute with");
}

class RecordedProblem final : public BilevelProblem {
 public:
  explicit RecordedProblem(ProblemRecord record) : record_(std::move(record)) {}

  std::string name() const override { return record_.name; }
  Index lower_dim() const override { return record_.lower_dim; }
  Index upper_dim() const override { return record_.upper_dim; }
  std::int64_t sample_count() const override { return record_.sample_count; }
  const Vector& lambda() const override { return record_.lambda; }
  const Curvature& curvature() const override { return record_.curvature; }
  AlphaRule alpha_rule() const override { return record_.alpha_rule; }

  ProblemConstants constants(const Reference&,
                             const OracleSettings& settings,
                             double) const override {
    for (const auto& [recorded, constants] : record_.constants) {
      if (recorded == settings) return constants;
    }
    if (record_.constants.empty()) refuse();
    return record_.constants.front().second;
  }

  double lower_loss(const ConstVectorRef&) const override { refuse(); }
  void lower_gradient(const ConstVectorRef&, VectorRef) const override { refuse(); }
  void hessian_vector(const ConstVectorRef&, const ConstVectorRef&, VectorRef) const override {
    refuse();
  }
  void cross_transpose(const ConstVectorRef&, const ConstVectorRef&, VectorRef) const override {
    refuse();
  }
  double upper_loss(const ConstVectorRef&) const override { refuse(); }
  void upper_gradient(const ConstVectorRef&, VectorRef) const override { refuse(); }
  Reference solve_reference(std::stop_token) const override { refuse(); }
  Vector solve_linear_system(const ConstVectorRef&, const LinearSolveOptions&) const override {
    refuse();
  }
  std::unique_ptr<StochasticOracle> make_oracle(const OracleSettings&) const override { refuse(); }

 private:
  ProblemRecord record_;
};

}  // namespace

std::shared_ptr<const BilevelProblem> make_recorded_problem(ProblemRecord record) {
  return std::make_shared<RecordedProblem>(std::move(record));
}

}  // namespace sid
