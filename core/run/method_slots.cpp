#include "sid/run/method_slots.hpp"

#include <functional>
#include <string>
#include <utility>

#include "sid/run/method_label.hpp"

namespace sid {

namespace {

/// One way to tell that two methods are the same.
using Alike = std::function<bool(std::size_t, std::size_t)>;

/// Matches the methods of `spec` with the slots, adding a slot for each that is left.
void add_spec(std::vector<MethodSlot>& slots,
              std::span<const RunSpec> specs,
              const std::vector<std::vector<std::string>>& labels,
              std::size_t spec) {
  const RunSpec& mine = specs[spec];
  // What stands for a slot: its method in the latest spec that has it.
  std::vector<std::pair<std::size_t, std::size_t>> known(slots.size());
  for (std::size_t s = 0; s < slots.size(); ++s) {
    for (std::size_t i = 0; i < spec; ++i) {
      if (slots[s].methods[i]) known[s] = {i, *slots[s].methods[i]};
    }
  }
  std::vector<bool> taken(slots.size(), false), placed(mine.methods.size(), false);
  const auto theirs = [&](std::size_t s) -> const MethodSpec& {
    return specs[known[s].first].methods[known[s].second];
  };
  const std::vector<Alike> ways = {
      [&](std::size_t s, std::size_t m) { return theirs(s) == mine.methods[m]; },
      [&](std::size_t s, std::size_t m) {
        return labels[known[s].first][known[s].second] == labels[spec][m];
      },
      [&](std::size_t s, std::size_t m) {
        return theirs(s).kind == mine.methods[m].kind &&
               theirs(s).step.kind == mine.methods[m].step.kind;
      },
      [](std::size_t, std::size_t) { return true; }};
  for (MethodSlot& slot : slots) slot.methods.emplace_back();
  for (const Alike& alike : ways) {
    for (const bool same_place : {true, false}) {
      for (std::size_t m = 0; m < mine.methods.size(); ++m) {
        for (std::size_t s = 0; s < taken.size() && !placed[m]; ++s) {
          if (taken[s] || (same_place && known[s].second != m) || !alike(s, m)) continue;
          slots[s].methods.back() = m;
          taken[s] = placed[m] = true;
        }
      }
    }
  }
  for (std::size_t m = 0; m < mine.methods.size(); ++m) {
    if (placed[m]) continue;
    MethodSlot fresh;
    fresh.methods.resize(spec + 1);
    fresh.methods.back() = m;
    slots.push_back(std::move(fresh));
  }
}

}  // namespace

std::vector<MethodSlot> match_methods(std::span<const RunSpec> specs) {
  std::vector<std::vector<std::string>> labels;
  labels.reserve(specs.size());
  for (const RunSpec& spec : specs) labels.push_back(method_labels(spec));
  std::vector<MethodSlot> slots;
  for (std::size_t i = 0; i < specs.size(); ++i) add_spec(slots, specs, labels, i);
  return slots;
}

}  // namespace sid
