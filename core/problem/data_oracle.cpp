#include "sid/problem/data_oracle.hpp"

#include "sid/math/contract.hpp"
#include "sid/problem/minibatch_kernels.hpp"

namespace sid {
namespace {

class DataOracle final : public StochasticOracle {
 public:
  DataOracle(const DataProblem& problem, const OracleSettings& settings)
      : problem_(problem),
        sampler_(settings.sampling, problem.sample_count(), settings.minibatch),
        kernels_(problem, settings.minibatch) {}

  void start(const StreamKey& key) override { sampler_.start(key); }

  void lower_level_step(VectorRef w, double step) override {
    kernels_.lower_step(sampler_.next(), step, w);
  }

  void freeze(const ConstVectorRef& w) override { kernels_.freeze(w); }

  void linear_system_step(VectorRef v, const ConstVectorRef& c, double alpha, double eta) override {
    kernels_.linear_step(sampler_.next(), c, alpha, eta, v);
  }

  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       std::int64_t samples,
                       VectorRef out) override {
    SID_EXPECTS(samples >= 1, "at least one sample of the derivative in lambda");
    if (problem_.example_weights().size() == 0) {
      problem_.cross_transpose(w, v, out);
      return;
    }
    out.setZero();
    const double factor = 1.0 / static_cast<double>(samples);
    for (std::int64_t j = 0; j < samples; ++j) {
      kernels_.add_cross_transpose(sampler_.next(), w, v, factor, out);
    }
  }

 private:
  const DataProblem& problem_;
  MinibatchSampler sampler_;
  MinibatchKernels kernels_;
};

}  // namespace

std::unique_ptr<StochasticOracle> make_data_oracle(const DataProblem& problem,
                                                   const OracleSettings& settings) {
  SID_EXPECTS(settings.minibatch >= 1 && settings.minibatch <= problem.sample_count(),
              "a minibatch has between one and n examples");
  return std::make_unique<DataOracle>(problem, settings);
}

}  // namespace sid
