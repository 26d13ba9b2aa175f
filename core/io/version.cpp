#include "sid/io/version.hpp"

namespace sid {

std::string program_version() {
  return SID_VERSION;
}

std::string compiler_name() {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "GCC " __VERSION__;
#else
  return "unknown";
#endif
}

}  // namespace sid
