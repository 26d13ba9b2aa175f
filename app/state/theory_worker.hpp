#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "sid/app/state/latest_worker.hpp"
#include "sid/run/experiment.hpp"

namespace sid::app {

/// [hyperparameter panel][method]
using Theory = std::vector<std::vector<MethodTheory>>;

/// A theory with what it is the theory of.
struct EvaluatedTheory {
  RunSpec spec;
  std::shared_ptr<const ProblemBench> bench;
  std::vector<std::vector<ResolvedMethod>> methods;  ///< [panel][method], of `spec` on `bench`
  Theory curves;                                     ///< empty where there is none
  TheoryScope scope = TheoryScope::all;              ///< of `curves`
  std::string trouble;                               ///< why it is empty, as a sentence
};

/// Evaluates `wanted.curves` to the extent of `wanted.scope`; stopped or failed, they are empty.
/// Throws nothing.
EvaluatedTheory evaluate(EvaluatedTheory wanted, const std::stop_token& stop = {});

/// Evaluates theories that take longer than a frame: a LatestWorker of one result a request.
class TheoryWorker {
 public:
  using Evaluate = std::function<EvaluatedTheory(EvaluatedTheory, const std::stop_token&)>;

  /// `on_done` is called from the worker, once for every result that request() did not wait
  /// for.
  explicit TheoryWorker(std::function<void()> on_done, Evaluate evaluate = sid::app::evaluate);

  /// Asks for the theory, and returns it if it is there within `patience`; null: later.
  std::shared_ptr<const EvaluatedTheory> request(EvaluatedTheory wanted,
                                                 std::chrono::duration<double> patience = {});
  /// The theory of the latest request, once; null before it is there and after it was handed out.
  std::shared_ptr<const EvaluatedTheory> take() { return worker_.take(); }
  /// Nothing is wanted any more.
  void forget() { worker_.forget(); }

 private:
  LatestWorker<EvaluatedTheory, EvaluatedTheory> worker_;
};

}  // namespace sid::app
