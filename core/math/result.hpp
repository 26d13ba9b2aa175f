#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace sid {

enum class ErrorCode {
  bad_input,   ///< a file or a value is not what it has to be; the user can mend it
  not_found,   ///< the named file, preset or key does not exist
  io_failure,  ///< the operating system refused: permission, full disk, a directory
  breakdown,   ///< a numerical method could not deliver what was asked
  stopped,     ///< a stop was requested
};

/// What went wrong, as one sentence a user can act on, and where.
struct Error {
  ErrorCode code = ErrorCode::bad_input;
  std::string message;  ///< what, the offending value, the limit, what to do
  std::string place;    ///< file, or file:line:column, or a spec key such as "method[1].step.eta"

  bool operator==(const Error&) const = default;
};

/// Place and message as one line for a terminal: "wine.csv:118:4: 'n/a' is not a number ...".
inline std::string to_string(const Error& error) {
  return error.place.empty() ? error.message : error.place + ": " + error.message;
}

/// A value or an Error. Only members that std::expected has are used, so that the move to C++23
/// touches this header alone.
template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code,
                                                std::string message,
                                                std::string place = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(place)});
}

}  // namespace sid
