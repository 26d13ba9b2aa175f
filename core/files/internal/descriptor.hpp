#pragma once

#include <cerrno>
#include <utility>

#include <unistd.h>

namespace sid::internal {

/// An open file, closed on every way out. Negative: none.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  /// 0, or the code of what closing reports late, such as a full disk over a network.
  int close_now() { return ::close(std::exchange(fd_, -1)) == 0 ? 0 : errno; }

 private:
  int fd_;
};

}  // namespace sid::internal
