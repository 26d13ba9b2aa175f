#include "sid/app/state/theory_worker.hpp"

#include <exception>
#include <utility>

namespace sid::app {

EvaluatedTheory evaluate(EvaluatedTheory wanted, const std::stop_token& stop) {
  try {
    wanted.curves = evaluate_theory(wanted.spec, *wanted.bench, stop, wanted.scope);
  } catch (const std::exception& problem) {
    wanted.curves.clear();
    wanted.trouble = std::string("The theory could not be computed: ") + problem.what() +
                     ". Change a setting to try again.";
  }
  return wanted;
}

TheoryWorker::TheoryWorker(std::function<void()> on_done, Evaluate evaluate)
    : worker_(std::move(on_done),
              [evaluate = std::move(evaluate)](
                  const EvaluatedTheory& wanted, const std::stop_token& stop, const auto& publish) {
                publish(std::make_shared<const EvaluatedTheory>(evaluate(wanted, stop)));
              }) {}

std::shared_ptr<const EvaluatedTheory> TheoryWorker::request(
    EvaluatedTheory wanted, std::chrono::duration<double> patience) {
  return worker_.request(std::move(wanted), patience);
}

}  // namespace sid::app
