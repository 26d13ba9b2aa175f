#pragma once

#include <vector>

#include "sid/app/state/app_state.hpp"
#include "sid/app/state/session.hpp"

namespace sid::app {

/// Everything worth saying about the present experiment, most serious first: what is wrong with
/// the spec, how the run went, what the selected method's theory does not cover, how well the mean
/// is known.
std::vector<Message> collect_messages(const Session& session,
                                      std::size_t panel,
                                      std::size_t method,
                                      const std::vector<Message>& notes);

/// The sign in front of a message: "✓", "◐", "!", "✕".
const char* sign(Severity severity);
const char* sign(Verdict verdict);
Severity severity_of(Verdict verdict);

/// "12 s", "3 min 20 s", "350 ms".
std::string format_duration(double seconds);

}  // namespace sid::app
