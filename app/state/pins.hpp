#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sid/math/result.hpp"
#include "sid/run/run_comparison.hpp"
#include "sid/run/snapshot.hpp"
#include "sid/theory/report.hpp"

namespace sid::app {

/// A run kept for comparison, as it was when it was pinned.
struct Pin {
  std::string letter;                      ///< "A" to "H", for as long as it is pinned
  std::shared_ptr<const RunSnapshot> run;  ///< never null, with its bench
  /// [panel][method]; null where the bounds were not there yet.
  std::shared_ptr<const std::vector<std::vector<MethodTheory>>> theory;
  bool shown = true;  ///< its curves are drawn
  std::string name;   ///< what tells it from the other pinned runs: "eta = 0.5"; alone, its title
};

/// The pinned runs, by letter. They outlive presets and files; nothing about them is ever replaced
/// without being asked for.
class Pins {
 public:
  using Theory = std::vector<std::vector<MethodTheory>>;

  /// Keeps the run under the first free letter, which is returned. The error says why not: there is
  /// nothing measured yet, all letters are taken, or this very run is pinned already.
  Result<std::string> pin(std::shared_ptr<const RunSnapshot> run,
                          std::shared_ptr<const Theory> theory);
  /// Forgets the run; restore() brings the last one back. False if there is no such letter.
  bool remove(const std::string& letter);
  /// The run removed last, unless its letter has been given away since; null: none.
  const Pin* removed() const { return removed_ ? &*removed_ : nullptr; }
  bool restore();
  void show(const std::string& letter, bool shown);

  const std::vector<Pin>& runs() const { return runs_; }
  const Pin* find(const std::string& letter) const;
  /// The pinned run that is this one, at the same point of its way; null: none.
  const Pin* same_as(const RunSnapshot& run) const;
  /// Counts changes.
  std::uint64_t version() const { return version_; }

 private:
  void insert(Pin pin);
  void changed();

  std::vector<Pin> runs_;  // by letter
  std::optional<Pin> removed_;
  std::uint64_t version_ = 1;
};

/// Something of it has been measured, and its problem is known.
bool has_points(const RunSnapshot& run);

/// Those that are shown, in the form in which runs are compared. Pointers into `pins`.
std::vector<ComparedRun> shown_runs(const Pins& pins);

}  // namespace sid::app
