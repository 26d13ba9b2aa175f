#include "sid/run/worker_pool.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

/// The pool whose loop the present thread is in.
thread_local const WorkerPool* inside = nullptr;

}  // namespace

WorkerPool::WorkerPool(int threads) {
  SID_EXPECTS(threads >= 0, "a pool has at least one thread; 0 stands for one per processor");
  const std::size_t wanted = threads > 0 ? static_cast<std::size_t>(threads)
                                         : std::max(1U, std::thread::hardware_concurrency());
  helpers_.reserve(wanted - 1);
  for (std::size_t i = 1; i < wanted; ++i) {
    try {
      helpers_.emplace_back([this](const std::stop_token& stop) { help(stop); });
    } catch (const std::system_error&) {
      break;
    }
  }
}

void WorkerPool::for_each(std::size_t count, const std::function<void(std::size_t)>& work) {
  if (helpers_.empty() || count < 2 || inside == this) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    count_ = count;
    next_.store(0);
    busy_ = helpers_.size();
    ++loop_;
  }
  wake_.notify_all();
  take();
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return busy_ == 0; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void WorkerPool::help(const std::stop_token& stop) {
  for (std::size_t done = 0;;) {
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [&] { return loop_ != done; })) return;
      done = loop_;
    }
    take();
    const std::lock_guard lock(mutex_);
    if (--busy_ == 0) idle_.notify_one();
  }
}

/// One thread's part of the present loop.
void WorkerPool::take() {
  const WorkerPool* const outside = std::exchange(inside, this);
  for (std::size_t i = next_++; i < count_; i = next_++) {
    try {
      (*work_)(i);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      next_.store(count_);
    }
  }
  inside = outside;
}

}  // namespace sid
