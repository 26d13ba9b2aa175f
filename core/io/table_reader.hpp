#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "sid/io/nearest_word.hpp"
#include "sid/io/spec_names.hpp"
#include "sid/math/result.hpp"

namespace sid::internal {

/// What reading one spec collects: every defect, where each value stood, and which sections know
/// which keys (so that a key in the wrong section can be told where it belongs).
struct ReadLog {
  std::vector<Error> errors;
  std::map<std::string, std::string> places;              ///< field -> place
  std::map<std::string, std::vector<std::string>> known;  ///< section -> its keys
  struct Stray {
    std::string section, key, place;
    bool is_table = false;
  };
  std::vector<Stray> strays;  ///< keys nobody asked for

  void add(std::string message, std::string place) {
    errors.push_back({ErrorCode::bad_input, std::move(message), std::move(place)});
  }
  /// Turns the strays into errors that name the nearest known key.
  void report_strays();
};

/// "spec.toml:3:7", or just the name for a command-line setting ("--set run.seed=x").
std::string place_of(const toml::source_region& source);

/// Reads the keys of one TOML table into plain values. A key that is absent leaves its target
/// alone, so that targets carry the defaults. Defects go to the log; nothing throws.
class TableReader {
 public:
  /// `path` is the section as written in messages: "run", "method[2].step", "" for the top.
  TableReader(const toml::table& table, std::string path, ReadLog& log)
      : table_(table), path_(std::move(path)), log_(log) {
    log_.known[path_];
  }

  void read(std::string_view key, double& out);
  void read(std::string_view key, std::int64_t& out);
  void read(std::string_view key, bool& out);
  void read(std::string_view key, std::string& out);
  void read(std::string_view key, std::optional<double>& out);
  void read(std::string_view key, std::optional<std::int64_t>& out);

  template <class Enum, std::size_t N>
  void read(std::string_view key, Enum& out, const std::array<EnumName<Enum>, N>& names) {
    std::optional<Enum> value;
    read(key, value, names);
    if (value) out = *value;
  }
  template <class Enum, std::size_t N>
  void read(std::string_view key,
            std::optional<Enum>& out,
            const std::array<EnumName<Enum>, N>& names) {
    std::string word;
    if (!read_word(key, word)) return;
    const std::optional<Enum> value = value_of<Enum, N>(word, names);
    if (value) {
      out = *value;
      return;
    }
    std::vector<std::string> words;
    words.reserve(N);
    for (const EnumName<Enum>& entry : names) words.emplace_back(entry.name);
    unknown_word(key, word, words);
  }

  /// The node under `key`, marked as known; null if absent.
  const toml::node* take(std::string_view key);
  /// The sub-table under `key`; null if absent or, with an error, if it is something else.
  const toml::table* take_table(std::string_view key, std::string_view example);

  /// A number from a node; adds an error under `field` if it is not a finite number.
  std::optional<double> number(const toml::node& node, const std::string& field);
  std::optional<std::int64_t> whole(const toml::node& node, const std::string& field);

  void add(const toml::node& node, const std::string& field, const std::string& complaint);
  /// Adds that `field` must be `kind` ("a whole number"); for a text that is a number too large for
  /// its type, the limit instead.
  void not_a_number(const toml::node& node, const std::string& field, std::string_view kind);

  /// Notes the keys that nobody asked for. Call once, after all reads.
  void finish();

  std::string field(std::string_view key) const;
  const toml::table& table() const { return table_; }
  ReadLog& log() { return log_; }

 private:
  bool read_word(std::string_view key, std::string& out);
  void unknown_word(std::string_view key,
                    const std::string& word,
                    const std::vector<std::string>& words);

  const toml::table& table_;
  std::string path_;
  ReadLog& log_;
};

/// The value of a node in a few words, for messages: "3", "\"abc\"", "a list", "a table".
std::string show(const toml::node& node);

}  // namespace sid::internal
