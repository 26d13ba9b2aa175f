#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace sid {

/// Threads for loops whose iterations are independent of each other. Which thread takes which
/// iteration is left open: results must go to places of their own.
///
/// Synchronisation is the standard library's alone, so that ThreadSanitizer sees all of it.
class WorkerPool {
 public:
  /// `threads` >= 0 counts the thread that calls for_each; 0: one per processor. Where the system
  /// gives no more, those that it gave do the work.
  explicit WorkerPool(int threads = 0);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// >= 1, the calling one included.
  std::size_t threads() const { return helpers_.size() + 1; }

  /// Calls work(0), ..., work(count - 1), begun in this order, and returns when all have ended.
  /// After an exception no further call begins; the first one is thrown again here. A call from
  /// inside `work` runs on its own thread alone. One caller at a time; allocates nothing.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& work);

 private:
  void help(const std::stop_token& stop);
  void take();

  std::mutex mutex_;  // guards what follows, up to the helpers
  std::condition_variable_any wake_;
  std::condition_variable idle_;
  std::size_t loop_ = 0;  // number of the present or last loop
  std::size_t busy_ = 0;  // helpers that have not yet ended their part of it
  std::exception_ptr error_;

  // Set before helpers are woken, constant while they are busy.
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_ = 0;

  std::vector<std::jthread> helpers_;  // last: joined before the rest goes
};

}  // namespace sid
