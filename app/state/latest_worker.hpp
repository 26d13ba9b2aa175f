#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace sid::app {

/// A thread that works at the latest request, so that drawing never computes. A new request stops
/// the one before, of which nothing more is handed out.
///
/// News wait one deep: take() gives the newest, once, and what it replaced is gone.
template <class Job, class News>
class LatestWorker {
 public:
  using Publish = std::function<void(std::shared_ptr<const News>)>;
  /// Runs in the worker; may publish as often as it likes, from any thread, until it returns. Ends
  /// soon after the token asks it to. Throws nothing.
  using Work = std::function<void(const Job&, const std::stop_token&, const Publish&)>;

  /// `on_news` (may be null) is called by whoever published, after everything that take() can pick
  /// up, unless request() is waiting for it.
  LatestWorker(std::function<void()> on_news, Work work)
      : on_news_(std::move(on_news)),
        work_(std::move(work)),
        thread_([this](const std::stop_token& quit) { serve(quit); }) {}
  ~LatestWorker() { forget(); }  ///< stops the work and joins
  LatestWorker(const LatestWorker&) = delete;
  LatestWorker& operator=(const LatestWorker&) = delete;

  /// Returns its news if there are any within `patience`, the newest; null: later, by take().
  std::shared_ptr<const News> request(Job job, std::chrono::duration<double> patience = {}) {
    std::unique_lock lock(mutex_);
    outdate();
    job_ = std::move(job);
    wake_.notify_one();
    if (!(patience.count() > 0.0)) return nullptr;
    waiting_ = true;
    arrived_.wait_for(lock, patience, [&] { return news_ != nullptr; });
    waiting_ = false;
    return std::exchange(news_, nullptr);
  }

  /// Nothing is wanted any more.
  void forget() {
    const std::lock_guard lock(mutex_);
    outdate();
  }

  /// Asks the latest request to end where it is. What it still publishes is handed out.
  void stop() {
    const std::lock_guard lock(mutex_);
    job_stop_.request_stop();
  }

  /// News of the latest request; null before there are any and after they were handed out.
  std::shared_ptr<const News> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(news_, nullptr);
  }

  /// How many requests the work was begun for.
  std::int64_t begun() const {
    const std::lock_guard lock(mutex_);
    return begun_;
  }

 private:
  void outdate() {  // under the mutex
    ++ticket_;
    job_stop_.request_stop();
    job_stop_ = std::stop_source();
    job_.reset();
    news_.reset();
  }

  void publish(std::uint64_t ticket, std::shared_ptr<const News> news) {
    {
      const std::lock_guard lock(mutex_);
      if (ticket != ticket_) return;
      news_ = std::move(news);
      arrived_.notify_all();
      if (waiting_) return;
    }
    if (on_news_) on_news_();
  }

  void serve(const std::stop_token& quit) {
    for (;;) {
      std::optional<Job> job;
      std::uint64_t ticket = 0;
      std::stop_token stop;
      {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, quit, [&] { return job_.has_value(); })) return;
        job = std::exchange(job_, std::nullopt);
        ticket = ticket_;
        stop = job_stop_.get_token();
        ++begun_;
      }
      work_(
          *job, stop, [&](std::shared_ptr<const News> news) { publish(ticket, std::move(news)); });
    }
  }

  std::function<void()> on_news_;
  Work work_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable arrived_;
  bool waiting_ = false;       ///< request() is
  std::optional<Job> job_;     ///< not begun yet
  std::uint64_t ticket_ = 0;   ///< of the latest request
  std::stop_source job_stop_;  ///< of the latest request
  std::shared_ptr<const News> news_;
  std::int64_t begun_ = 0;
  std::jthread thread_;  // last: starts when all else is there, joins before it goes
};

}  // namespace sid::app
