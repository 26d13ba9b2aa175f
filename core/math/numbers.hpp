#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sid {

/// Shortest decimal that reads back as the same double; independent of the locale.
/// Infinities print as "inf" and "-inf", NaN as "nan".
std::string format_shortest(double value);

/// Reads a whole string as a double, independent of the locale; std::nullopt if any character is
/// left over, the string is empty, or the value is out of range. Accepts a leading '+', "inf",
/// "nan" (any case) as std::from_chars does.
std::optional<double> parse_double(std::string_view text);

/// Reads a whole string as a decimal integer; std::nullopt if it is not one or does not fit.
std::optional<std::int64_t> parse_int(std::string_view text);

/// For people: about `digits` significant digits, "0.0123", "1.23e-05" written as "1.23·10⁻⁵",
/// "∞", "–" for NaN. Never for files.
std::string format_for_reading(double value, int digits = 3);

}  // namespace sid
