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
    : on_done_(std::move(on_done)),
      evaluate_(std::move(evaluate)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

TheoryWorker::~TheoryWorker() {
  forget();
  thread_.request_stop();
  wake_.notify_all();
}

// Under the mutex.
void TheoryWorker::outdate() {
  ++ticket_;
  job_stop_.request_stop();
  result_.reset();
}

std::shared_ptr<const EvaluatedTheory> TheoryWorker::request(
    EvaluatedTheory wanted, std::chrono::duration<double> patience) {
  std::unique_lock lock(mutex_);
  wanted_ = std::make_shared<const EvaluatedTheory>(std::move(wanted));
  outdate();
  wake_.notify_all();
  if (!(patience.count() > 0.0)) return nullptr;
  waiting_ = true;
  arrived_.wait_for(lock, patience, [&] { return result_ != nullptr; });
  waiting_ = false;
  return std::exchange(result_, nullptr);
}

std::shared_ptr<const EvaluatedTheory> TheoryWorker::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(result_, nullptr);
}

void TheoryWorker::forget() {
  const std::lock_guard lock(mutex_);
  wanted_.reset();
  outdate();
}

void TheoryWorker::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::shared_ptr<const EvaluatedTheory> job;
    std::uint64_t ticket = 0;
    std::stop_token outdated;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, stop, [&] { return wanted_ != nullptr; });
      if (stop.stop_requested()) return;
      job = std::exchange(wanted_, nullptr);
      ticket = ticket_;
      job_stop_ = std::stop_source();
      outdated = job_stop_.get_token();
    }
    auto theory = std::make_shared<const EvaluatedTheory>(evaluate_(*job, outdated));
    bool awaited = false;
    {
      const std::lock_guard lock(mutex_);
      if (ticket_ != ticket) continue;
      result_ = std::move(theory);
      awaited = waiting_;
      arrived_.notify_all();
    }
    if (!awaited && on_done_) on_done_();
  }
}

}  // namespace sid::app
