#include "sid/io/share_string.hpp"

#include <cstdint>
#include <set>

#include <fmt/format.h>

#include "sid/io/nearest_word.hpp"
#include "sid/io/share_settings.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/io/spec_names.hpp"

namespace sid {

namespace {

using internal::decode_number;
using internal::method_settings;
using internal::pieces;
using internal::run_settings;
using internal::Setting;
using internal::step_settings;

enum class Outcome { read, malformed, unknown };

template <class Spec>
void add_keys(const std::vector<Setting<Spec>>& settings,
              const std::string& prefix,
              std::vector<std::string>& keys) {
  for (const Setting<Spec>& setting : settings) keys.push_back(prefix + setting.key);
}

std::vector<std::string> method_keys() {
  std::vector<std::string> keys;
  add_keys(method_settings(), "", keys);
  add_keys(step_settings(), "", keys);
  add_keys(step_settings(), "v.", keys);
  return keys;
}

std::vector<std::string> run_keys() {
  std::vector<std::string> keys;
  add_keys(run_settings(), "", keys);
  keys.emplace_back("m");
  return keys;
}

/// Keys of one place; each may come once.
class KeysGiven {
 public:
  /// An error if `key` was there before.
  Result<void> add(std::string_view key) {
    if (keys_.insert(std::string(key)).second) return {};
    return fail(ErrorCode::bad_input,
                fmt::format("'{}' is given twice; leave one of them out.", key),
                "share string");
  }

 private:
  std::set<std::string> keys_;
};

template <class Spec>
Outcome read_setting(const std::vector<Setting<Spec>>& settings,
                     std::string_view key,
                     std::string_view text,
                     Spec& spec) {
  for (const Setting<Spec>& setting : settings) {
    if (setting.key == key) return setting.read(spec, text) ? Outcome::read : Outcome::malformed;
  }
  return Outcome::unknown;
}

// --- Methods ----------------------------------------------------------------------------------

void write_step(const StepSpec& step, const std::string& prefix, std::string& out) {
  for (const auto& setting : step_settings()) {
    if (const auto text = setting.write(step)) {
      out += fmt::format(",{}{}:{}", prefix, setting.key, *text);
    }
  }
}

std::string write_method(const MethodSpec& method) {
  std::string out(name_of(method.kind, kMethodKindNames));
  for (const auto& setting : method_settings()) {
    if (const auto text = setting.write(method)) out += fmt::format(",{}:{}", setting.key, *text);
  }
  write_step(method.step, "", out);
  if (method.linear_step) {
    // The kind is written even where it is the default: it says that there is a step of its own.
    if (method.linear_step->kind == StepKind::constant) out += ",v.step:constant";
    write_step(*method.linear_step, "v.", out);
  }
  return out;
}

Result<void> read_method(std::string_view text, ShareString& out) {
  MethodSpec& method = out.spec.methods.emplace_back();
  const std::size_t position = out.spec.methods.size();
  const auto parts = pieces(text, ',');
  const auto malformed = [&](std::string_view part) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("'{}' in method {} cannot be read: it was cut or changed, or is out of range.",
                    part,
                    position),
        "share string");
  };
  const auto kind = value_of(parts[0], kMethodKindNames);
  if (!kind) return malformed(parts[0]);
  method.kind = *kind;
  KeysGiven given;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto colon = parts[i].find(':');
    if (colon == std::string_view::npos) return malformed(parts[i]);
    const std::string_view key = parts[i].substr(0, colon), value = parts[i].substr(colon + 1);
    if (const auto once = given.add(key); !once) return once;
    Outcome outcome = read_setting(method_settings(), key, value, method);
    if (outcome == Outcome::unknown) {
      outcome = read_setting(step_settings(), key, value, method.step);
    }
    if (outcome == Outcome::unknown && key.starts_with("v.")) {
      StepSpec step = method.linear_step.value_or(StepSpec{});
      outcome = read_setting(step_settings(), key.substr(2), value, step);
      if (outcome == Outcome::read) method.linear_step = step;
    }
    if (outcome == Outcome::malformed) return malformed(parts[i]);
    if (outcome == Outcome::unknown) {
      out.unknown.push_back({position, std::string(key), std::string(value)});
    }
  }
  return {};
}

// --- The whole string -------------------------------------------------------------------------

/// FNV-1a, folded to 16 bits: enough to notice a slip of the hand.
std::string checksum(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return fmt::format("{:04x}", (hash >> 16) ^ (hash & 0xFFFFU));
}

/// Takes "#checksum~value" off the end of `text`.
Result<void> read_tail(std::string& text, ShareString& out) {
  if (const auto tilde = text.find('~'); tilde != std::string::npos) {
    double value = 0.0;
    if (!decode_number(std::string_view(text).substr(tilde + 1), value)) {
      return fail(ErrorCode::bad_input,
                  fmt::format("a number must stand after '~', not '{}'; copy the string again.",
                              text.substr(tilde + 1)),
                  "share string");
    }
    out.value = value;
    text.resize(tilde);
  }
  const auto hash = text.find('#');
  if (hash == std::string::npos) return {};
  const std::string given = text.substr(hash + 1);
  text.resize(hash);
  const std::string computed = checksum(text);
  if (given == computed) return {};
  if (given.empty()) {
    return fail(ErrorCode::bad_input,
                "the checksum after '#' is missing; copy the string again, or remove the '#'.",
                "share string");
  }
  return fail(ErrorCode::bad_input,
              fmt::format("its checksum is {} but should be {}: a character was lost or changed on "
                          "the way. Copy it again, or remove '#{}' to take it as it is.",
                          given,
                          computed,
                          given),
              "share string");
}

}  // namespace

bool looks_like_share_string(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return false;
  text.remove_prefix(start);
  if (!text.starts_with("sid")) return false;
  const auto end = text.find_first_not_of("0123456789", 3);
  return end != std::string_view::npos && end > 3 && text[end] == ';';
}

std::string write_share_string(const ShareString& share) {
  const auto put_unknown = [&](std::size_t method, char before, char between, std::string& out) {
    for (const auto& unknown : share.unknown) {
      if (unknown.method != method) continue;
      out += fmt::format("{}{}{}{}", before, unknown.key, between, unknown.value);
    }
  };
  std::string out = "sid1";
  for (const auto& setting : run_settings()) {
    if (const auto text = setting.write(share.spec)) {
      out += fmt::format(";{}={}", setting.key, *text);
    }
  }
  for (std::size_t i = 0; i < share.spec.methods.size(); ++i) {
    out += ";m=" + write_method(share.spec.methods[i]);
    put_unknown(i + 1, ',', ':', out);
  }
  put_unknown(0, ';', '=', out);
  if (out == "sid1") out += ';';
  out += '#' + checksum(out);
  if (share.value) out += fmt::format("~{:.6g}", *share.value);
  return out;
}

Result<ShareString> parse_share_string(std::string_view text) {
  std::string body;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') body += c;
  }
  if (!looks_like_share_string(body)) {
    return fail(ErrorCode::bad_input, "a share string begins with 'sid1;'.", "share string");
  }
  if (!body.starts_with("sid1;")) {
    return fail(ErrorCode::bad_input,
                fmt::format("format '{}' is not known to this version, which reads 'sid1'.",
                            body.substr(0, body.find(';'))),
                "share string");
  }
  ShareString out;
  if (const auto tail = read_tail(body, out); !tail) return tl::unexpected(tail.error());
  KeysGiven given;
  for (const std::string_view piece : pieces(std::string_view(body).substr(5), ';')) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    const std::string_view key = piece.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
    if (key == "m") {
      if (const auto read = read_method(value, out); !read) return tl::unexpected(read.error());
      continue;
    }
    if (const auto once = given.add(key); !once) return tl::unexpected(once.error());
    const Outcome outcome = read_setting(run_settings(), key, value, out.spec);
    if (outcome == Outcome::unknown) {
      out.unknown.push_back({0, std::string(key), std::string(value)});
    } else if (outcome == Outcome::malformed || equals == std::string_view::npos) {
      return fail(
          ErrorCode::bad_input,
          fmt::format("'{}' cannot be read: it was cut or changed, or is out of range.", piece),
          "share string");
    }
  }
  if (out.spec.methods.empty()) out.spec.methods = default_methods();
  return out;
}

std::vector<Error> unknown_settings(const ShareString& share) {
  std::vector<Error> out;
  for (const ShareString::Unknown& unknown : share.unknown) {
    const bool whole = unknown.method == 0;
    const std::string where =
        whole ? std::string("a share string") : fmt::format("method {}", unknown.method);
    out.push_back({ErrorCode::bad_input,
                   fmt::format("{} has no setting '{}'; {}",
                               where,
                               unknown.key,
                               suggestion(unknown.key, whole ? run_keys() : method_keys())),
                   "share string"});
  }
  return out;
}

}  // namespace sid
