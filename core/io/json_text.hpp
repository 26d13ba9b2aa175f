#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "sid/math/result.hpp"
#include "sid/math/types.hpp"

namespace sid {

/// JSON whose keys keep the order in which they were written.
using Json = nlohmann::ordered_json;

/// A number for a file: infinities and NaN, which JSON lacks, become the texts "inf", "-inf",
/// "nan".
Json json_number(double value);
Json json_numbers(const std::vector<double>& values);
Json json_numbers(const ConstVectorRef& values);

/// Indented text, lists of plain values on one line, numbers in shortest round-trip form whatever
/// the locale. Bytes that are not UTF-8 are replaced. Ends with a line break.
std::string write_json(const Json& json);

/// Errors: place is name:line:column of the first character that does not belong.
Result<Json> parse_json(std::string_view text, const std::string& name);

/// Reading with defaults: the member `key` of an object, if it is there and of the right type.
double json_double(const Json& object, const char* key, double missing);  ///< also "inf", "nan"
std::vector<double> json_doubles(const Json& object, const char* key);
std::string json_string(const Json& object, const char* key, const std::string& missing = {});
std::int64_t json_int(const Json& object, const char* key, std::int64_t missing);
bool json_bool(const Json& object, const char* key, bool missing);
/// The member `key`, or an empty value that can be iterated over.
const Json& json_member(const Json& object, const char* key);

}  // namespace sid
