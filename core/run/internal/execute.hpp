#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

#include "sid/run/snapshot.hpp"

namespace sid::internal {

struct ExecuteOptions {
  int threads = 0;  ///< 0: all processors
  double publishes_per_second = 30.0;
  Shard shard;
  std::uint64_t generation = 0;
};

/// Receives snapshots, from any thread but one at a time; must not block.
using PublishHook = std::function<void(std::shared_ptr<const RunSnapshot>)>;

/// Validates, prepares (unless `bench` fits) and runs `spec` to its end, in the calling thread and
/// a pool. The last snapshot is published and returned; its done() holds. Throws nothing: what goes
/// wrong is a status and a message.
std::shared_ptr<const RunSnapshot> execute(const RunSpec& spec,
                                           std::shared_ptr<const ProblemBench> bench,
                                           const ExecuteOptions& options,
                                           const std::stop_token& stop,
                                           const PublishHook& publish);

}  // namespace sid::internal
