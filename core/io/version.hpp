#pragma once

#include <string>

namespace sid {

std::string program_version();  ///< "0.1.0"
std::string compiler_name();    ///< "GCC 12.2.0"

}  // namespace sid
