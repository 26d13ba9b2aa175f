#include "sid/io/json_text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid {

namespace {

std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_plain(const Json& json) {
  return !json.is_structured();
}

void write(const Json& json, std::size_t depth, std::string& out) {
  const auto new_line = [&](std::size_t level) {
    out += '\n';
    out.append(2 * level, ' ');
  };
  if (json.is_number_float()) {
    out += format_shortest(json.get<double>());
  } else if (json.is_string()) {
    out += quoted(json.get_ref<const std::string&>());
  } else if (json.is_array()) {
    const bool inline_list = std::all_of(json.begin(), json.end(), is_plain);
    out += '[';
    bool first = true;
    for (const Json& item : json) {
      if (!first) out += inline_list ? ", " : ",";
      first = false;
      if (!inline_list) new_line(depth + 1);
      write(item, depth + 1, out);
    }
    if (!inline_list) new_line(depth);
    out += ']';
  } else if (json.is_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : json.items()) {
      if (!first) out += ',';
      first = false;
      new_line(depth + 1);
      out += quoted(key) + ": ";
      write(value, depth + 1, out);
    }
    if (!json.empty()) new_line(depth);
    out += '}';
  } else {
    out += json.dump();
  }
}

double number_of(const Json& json, double missing) {
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return parse_double(json.get<std::string>()).value_or(missing);
  return missing;
}

}  // namespace

Json json_number(double value) {
  if (std::isfinite(value)) return value;
  return format_shortest(value);
}

Json json_numbers(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double value : values) out.push_back(json_number(value));
  return out;
}

Json json_numbers(const ConstVectorRef& values) {
  Json out = Json::array();
  for (Index i = 0; i < values.size(); ++i) out.push_back(json_number(values[i]));
  return out;
}

std::string write_json(const Json& json) {
  std::string out;
  write(json, 0, out);
  out += '\n';
  return out;
}

Result<Json> parse_json(std::string_view text, const std::string& name) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const std::string_view before = text.substr(0, std::min(error.byte, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto start = before.rfind('\n');
    const std::size_t column =
        start == std::string_view::npos ? before.size() : before.size() - start - 1;
    return fail(ErrorCode::bad_input,
                "this is not JSON, or the file was cut short.",
                fmt::format("{}:{}:{}", name, line, std::max<std::size_t>(column, 1)));
  } catch (const Json::exception&) {
    return fail(ErrorCode::bad_input, "holds a number that does not fit.", name);
  }
}

const Json& json_member(const Json& object, const char* key) {
  static const Json nothing = Json::array();
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

double json_double(const Json& object, const char* key, double missing) {
  return number_of(json_member(object, key), missing);
}

std::vector<double> json_doubles(const Json& object, const char* key) {
  std::vector<double> out;
  const Json& list = json_member(object, key);
  if (!list.is_array()) return out;
  for (const Json& item : list) {
    out.push_back(number_of(item, std::numeric_limits<double>::quiet_NaN()));
  }
  return out;
}

std::string json_string(const Json& object, const char* key, const std::string& missing) {
  const Json& value = json_member(object, key);
  return value.is_string() ? value.get<std::string>() : missing;
}

std::int64_t json_int(const Json& object, const char* key, std::int64_t missing) {
  const Json& value = json_member(object, key);
  return value.is_number_integer() ? value.get<std::int64_t>() : missing;
}

bool json_bool(const Json& object, const char* key, bool missing) {
  const Json& value = json_member(object, key);
  return value.is_boolean() ? value.get<bool>() : missing;
}

}  // namespace sid
