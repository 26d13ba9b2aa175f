#include "sid/io/spec_difference.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "sid/io/spec_file.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid {

namespace {

/// A value as TOML; texts with quotes, as --set takes them.
std::string toml_text(const toml::node& node) {
  if (const auto* number = node.as_floating_point()) return format_shortest(number->get());
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  std::string out;
  if (const auto* list = node.as_array()) {
    for (const toml::node& entry : *list) out += (out.empty() ? "" : ", ") + toml_text(entry);
    return "[" + out + "]";
  }
  if (const auto* table = node.as_table()) {
    for (const auto& [key, value] : *table) {
      out += (out.empty() ? "" : ", ") + std::string(key.str()) + " = " + toml_text(value);
    }
    return "{ " + out + " }";
  }
  std::ostringstream text;
  if (const auto* words = node.as_string()) text << *words;
  return text.str();
}

/// The same to be read: texts without quotes.
std::string shown_text(const toml::node* node) {
  if (node == nullptr) return kDefaultSetting;
  const auto* words = node->as_string();
  if (words == nullptr) return toml_text(*node);
  return words->get().empty() ? "\"\"" : words->get();
}

/// A spec with its file as a tree.
struct Tree {
  const RunSpec* spec = nullptr;
  toml::table root;

  const toml::node* method(std::optional<std::size_t> index) const {
    const toml::array* list = root.get_as<toml::array>("method");
    if (!index || list == nullptr) return nullptr;
    return list->get(*index);
  }
};

/// The name of a key inside the table with this name, of the root where that is empty.
std::string inside(const std::string& table, const std::string& key) {
  return table.empty() ? key : fmt::format("{}.{}", table, key);
}

/// The place of a setting in each spec: its node, null where the file has none, and its key there.
struct Place {
  const toml::node* node = nullptr;
  std::string key;
};

class Comparison {
 public:
  Comparison(std::span<const RunSpec> specs, std::span<const std::string> names) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
      trees_.push_back({&specs[i], toml::parse(write_spec(specs[i]))});
      names_.push_back(i < names.size() ? names[i] : std::to_string(i + 1));
    }
    out_.slots = match_methods(specs);
  }

  SpecDifference run() {
    std::vector<Place> roots;
    roots.reserve(trees_.size());
    for (const Tree& tree : trees_) roots.push_back({&tree.root, ""});
    compare_tables("", roots);
    return std::move(out_);
  }

 private:
  /// Keys of all tables: each where the file that has it has it.
  static std::vector<std::string> keys_of(const std::vector<Place>& places) {
    std::vector<std::pair<toml::source_position, std::string>> found;
    std::vector<std::string> keys;
    for (const Place& place : places) {
      if (place.node == nullptr) continue;
      // Tables come sorted by name; files have an order of their own.
      found.clear();
      for (const auto& [key, value] : *place.node->as_table()) {
        found.emplace_back(key.source().begin, std::string(key.str()));
      }
      std::sort(found.begin(), found.end());
      auto after = keys.begin();
      for (const auto& [position, key] : found) {
        const auto known = std::find(keys.begin(), keys.end(), key);
        after = known != keys.end() ? known + 1 : keys.insert(after, key) + 1;
      }
    }
    return keys;
  }

  void compare_tables(const std::string& name, const std::vector<Place>& places) {
    for (const std::string& key : keys_of(places)) {
      if (name.empty() && key == "method") {
        compare_methods();
        continue;
      }
      std::vector<Place> inner;
      inner.reserve(places.size());
      for (const Place& place : places) {
        const toml::node* node = place.node == nullptr ? nullptr : place.node->as_table()->get(key);
        inner.push_back({node, inside(place.key, key)});
      }
      compare(inside(name, key), inner);
    }
  }

  void compare(const std::string& name, const std::vector<Place>& places) {
    const auto is_table = [](const Place& p) { return p.node != nullptr && p.node->is_table(); };
    // A section that a file leaves out has defaults only; another setting left out is no table.
    const bool section = name.find('.') == std::string::npos || name == "problem.quadratic" ||
                         name == "problem.equilibrium" || name == "data.sparse";
    const bool tables = std::all_of(places.begin(), places.end(), [&](const Place& p) {
      return is_table(p) || (section && p.node == nullptr);
    });
    if (tables) {
      compare_tables(name, places);
      return;
    }
    if (equal(places)) return;
    SpecDifferenceRow row;
    row.key = name;
    for (const Place& place : places) row.values.push_back(shown_text(place.node));
    out_.rows.push_back(std::move(row));
  }

  bool equal(const std::vector<Place>& places) const {
    const toml::node* written = nullptr;
    for (const Place& place : places) {
      if (place.node == nullptr) continue;
      if (written != nullptr && toml_text(*written) != toml_text(*place.node)) return false;
      written = place.node;
    }
    if (written == nullptr) return true;
    // What a file leaves out has its default; is it the value that others write?
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i].node == nullptr && changes(i, places[i].key, *written)) return false;
    }
    return true;
  }

  bool changes(std::size_t spec, const std::string& key, const toml::node& value) const {
    std::string setting = key;
    setting += '=';
    setting += toml_text(value);
    const auto changed = apply_overrides(*trees_[spec].spec, std::span(&setting, 1));
    return !changed || *changed != *trees_[spec].spec;
  }

  void compare_methods() {
    for (const MethodSlot& slot : out_.slots) compare_method(slot);
    std::vector<std::vector<std::size_t>> orders;
    for (std::size_t i = 0; i < trees_.size(); ++i) orders.push_back(order_of(i));
    const bool same = std::all_of(
        orders.begin(), orders.end(), [&](const auto& order) { return order == orders.front(); });
    if (same) return;
    SpecDifferenceRow row;
    row.key = "method order";
    for (const auto& order : orders) {
      std::string text;
      for (const std::size_t slot : order) {
        text += (text.empty() ? "" : ", ") + std::to_string(slot + 1);
      }
      row.values.push_back(std::move(text));
    }
    out_.rows.push_back(std::move(row));
  }

  /// The slots that every spec has, in the order of this one.
  std::vector<std::size_t> order_of(std::size_t spec) const {
    std::vector<std::pair<std::size_t, std::size_t>> places;
    for (std::size_t s = 0; s < out_.slots.size(); ++s) {
      const auto& methods = out_.slots[s].methods;
      const bool common =
          std::all_of(methods.begin(), methods.end(), [](const auto& m) { return m.has_value(); });
      if (common) places.emplace_back(*methods[spec], s);
    }
    std::sort(places.begin(), places.end());
    std::vector<std::size_t> order;
    order.reserve(places.size());
    for (const auto& [place, slot] : places) order.push_back(slot);
    return order;
  }

  void compare_method(const MethodSlot& slot) {
    const auto first = std::find_if(
        slot.methods.begin(), slot.methods.end(), [](const auto& m) { return m.has_value(); });
    const auto owner = static_cast<std::size_t>(first - slot.methods.begin());
    std::string name = fmt::format("method[{}]", **first + 1);
    if (owner > 0) name += " of " + names_[owner];
    std::vector<Place> there;
    std::vector<std::size_t> specs;
    SpecDifferenceRow presence;
    presence.key = name;
    for (std::size_t i = 0; i < trees_.size(); ++i) {
      const auto& method = slot.methods[i];
      presence.values.push_back(method ? method_label(*trees_[i].spec, *method) : kNoMethod);
      if (!method) continue;
      there.push_back({trees_[i].method(method), fmt::format("method[{}]", *method + 1)});
      specs.push_back(i);
    }
    if (there.size() < trees_.size()) out_.rows.push_back(std::move(presence));
    if (there.size() < 2) return;
    // Among the specs that have it, as if there were no others.
    Comparison inner(*this, specs);
    inner.compare_tables(name, there);
    for (SpecDifferenceRow& row : inner.out_.rows) {
      std::vector<std::string> values(trees_.size(), kNoMethod);
      for (std::size_t i = 0; i < specs.size(); ++i) values[specs[i]] = std::move(row.values[i]);
      out_.rows.push_back({std::move(row.key), std::move(values)});
    }
  }

  Comparison(const Comparison& whole, const std::vector<std::size_t>& specs) {
    for (const std::size_t i : specs) {
      trees_.push_back({whole.trees_[i].spec, {}});
      names_.push_back(whole.names_[i]);
    }
  }

  std::vector<Tree> trees_;
  std::vector<std::string> names_;
  SpecDifference out_;
};

/// "eta" of "method[2].step.eta", "kind" of "problem.kind".
std::string last_word(const std::string& key) {
  const std::size_t dot = key.rfind('.');
  return dot == std::string::npos ? key : key.substr(dot + 1);
}

/// Lists of hyperparameters are longer than a name can be.
std::string brief(const std::string& value) {
  constexpr std::size_t kMost = 24;
  if (value.size() <= kMost) return value;
  std::size_t end = kMost - 1;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
  return value.substr(0, end) + "…";
}

/// "eta = 0.5" of one spec; "3 methods" where some specs lack one.
std::string told(const SpecDifferenceRow& row, std::size_t spec, const RunSpec& of) {
  const bool method = row.key.starts_with("method[") && row.key.find('.') == std::string::npos;
  if (method) return fmt::format("{} methods", of.methods.size());
  return last_word(row.key) + " = " + brief(row.values[spec]);
}

}  // namespace

SpecDifference spec_difference(std::span<const RunSpec> specs, std::span<const std::string> names) {
  if (specs.size() < 2) return {.rows = {}, .slots = match_methods(specs)};
  return Comparison(specs, names).run();
}

std::vector<std::string> telling_names(const SpecDifference& difference,
                                       std::span<const RunSpec> specs,
                                       std::size_t most) {
  std::vector<const SpecDifferenceRow*> rows;
  for (const SpecDifferenceRow& row : difference.rows) {
    // Titles and names say little where settings differ.
    if (row.key != "title" && !row.key.ends_with(".name")) rows.push_back(&row);
  }
  // Another seed says least of all.
  std::stable_partition(rows.begin(), rows.end(), [](const SpecDifferenceRow* row) {
    return row->key != "run.seed";
  });
  std::vector<std::string> out;
  out.reserve(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    std::string name;
    for (std::size_t r = 0; r < std::min(most, rows.size()); ++r) {
      name += (name.empty() ? "" : ", ") + told(*rows[r], i, specs[i]);
    }
    if (rows.size() > most) name += ", …";
    if (name.empty()) name = specs[i].title.empty() ? "same settings" : specs[i].title;
    out.push_back(std::move(name));
  }
  return out;
}

}  // namespace sid
