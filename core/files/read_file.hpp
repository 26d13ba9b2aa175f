#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "sid/math/result.hpp"

namespace sid {

/// The whole file as bytes. Only regular files (and links to them) are opened: a pipe could make
/// the program wait for ever, a device could fill the memory. Errors, each a sentence with
/// place = path: no name, a zero byte in it, missing, a folder, pipe, socket or device, no
/// permission, unreadable, larger than `max_bytes`; ErrorCode::stopped where `stop`, which is
/// looked at every 256 KiB, asks for it.
Result<std::string> read_file(const std::string& path,
                              std::int64_t max_bytes,
                              const std::stop_token& stop = {});

}  // namespace sid
