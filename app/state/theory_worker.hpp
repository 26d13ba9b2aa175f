#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

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

/// Evaluates theories that take longer than a frame, in a thread of its own. The latest request
/// wins: it stops the one before, whose result is never handed out.
class TheoryWorker {
 public:
  using Evaluate = std::function<EvaluatedTheory(EvaluatedTheory, const std::stop_token&)>;

  /// `on_done` is called from the worker, once for every result that request() did not wait
  /// for.
  explicit TheoryWorker(std::function<void()> on_done, Evaluate evaluate = sid::app::evaluate);
  ~TheoryWorker();  ///< stops what is being evaluated and joins
  TheoryWorker(const TheoryWorker&) = delete;
  TheoryWorker& operator=(const TheoryWorker&) = delete;

  /// Asks for the theory, and returns it if it is there within `patience`; null: later.
  std::shared_ptr<const EvaluatedTheory> request(EvaluatedTheory wanted,
                                                 std::chrono::duration<double> patience = {});
  /// The theory of the latest request, once; null before it is there and after it was handed out.
  std::shared_ptr<const EvaluatedTheory> take();
  /// Nothing is wanted any more.
  void forget();

 private:
  void work(const std::stop_token& stop);
  void outdate();

  std::function<void()> on_done_;
  Evaluate evaluate_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable arrived_;
  bool waiting_ = false;                           ///< take_within() is
  std::shared_ptr<const EvaluatedTheory> wanted_;  ///< null: nothing
  std::uint64_t ticket_ = 0;                       ///< of the latest request
  std::stop_source job_stop_;  ///< of the job at work, for the moment when it is outdated
  std::shared_ptr<const EvaluatedTheory> result_;
  std::jthread thread_;  // last: starts when all else is there, joins before it goes
};

}  // namespace sid::app
