#include "sid/app/state/pins.hpp"

#include <algorithm>
#include <utility>

#include "sid/io/spec_difference.hpp"

namespace sid::app {
namespace {

constexpr std::size_t kNamed = 2;  // differences in a name

/// The same run of this window, with as much of it done.
bool same_run(const RunSnapshot& a, const RunSnapshot& b) {
  // Titles, names and constants may differ: they need no new run.
  return &a == &b || (a.generation != 0 && a.generation == b.generation && a.status == b.status &&
                      a.progress == b.progress);
}

}  // namespace

bool has_points(const RunSnapshot& run) {
  return run.bench && std::any_of(run.curves.begin(), run.curves.end(), [](const MethodCurve& c) {
           return !c.points.empty();
         });
}

Result<std::string> Pins::pin(std::shared_ptr<const RunSnapshot> run,
                              std::shared_ptr<const Theory> theory) {
  if (!run || !has_points(*run)) {
    return fail(ErrorCode::bad_input,
                "There is nothing to pin yet: no point has been measured. Run first, with Space.");
  }
  if (const Pin* const same = same_as(*run)) {
    return fail(ErrorCode::bad_input,
                "This run is pinned as " + same->letter +
                    " already. Change a setting and run again to compare.");
  }
  if (runs_.size() >= kMostRuns) {
    return fail(ErrorCode::bad_input,
                "Eight runs are pinned, A to H, and there is no letter left. Remove one first.");
  }
  Pin pin;
  for (std::size_t i = 0; i < kMostRuns && pin.letter.empty(); ++i) {
    if (find(run_letter(i)) == nullptr) pin.letter = run_letter(i);
  }
  pin.run = std::move(run);
  pin.theory = std::move(theory);
  std::string letter = pin.letter;
  if (removed_ && removed_->letter == letter) removed_.reset();
  insert(std::move(pin));
  return letter;
}

void Pins::insert(Pin pin) {
  const auto after =
      std::find_if(runs_.begin(), runs_.end(), [&](const Pin& p) { return p.letter > pin.letter; });
  runs_.insert(after, std::move(pin));
  changed();
}

bool Pins::remove(const std::string& letter) {
  const auto found =
      std::find_if(runs_.begin(), runs_.end(), [&](const Pin& p) { return p.letter == letter; });
  if (found == runs_.end()) return false;
  removed_ = std::move(*found);
  runs_.erase(found);
  changed();
  return true;
}

bool Pins::restore() {
  if (!removed_) return false;
  Pin pin = std::move(*removed_);
  removed_.reset();
  insert(std::move(pin));
  return true;
}

void Pins::show(const std::string& letter, bool shown) {
  for (Pin& pin : runs_) {
    if (pin.letter == letter) pin.shown = shown;
  }
  ++version_;
}

const Pin* Pins::find(const std::string& letter) const {
  const auto found =
      std::find_if(runs_.begin(), runs_.end(), [&](const Pin& p) { return p.letter == letter; });
  return found == runs_.end() ? nullptr : &*found;
}

const Pin* Pins::same_as(const RunSnapshot& run) const {
  const auto found =
      std::find_if(runs_.begin(), runs_.end(), [&](const Pin& p) { return same_run(*p.run, run); });
  return found == runs_.end() ? nullptr : &*found;
}

void Pins::changed() {
  ++version_;
  std::vector<RunSpec> specs;
  std::vector<std::string> letters;
  specs.reserve(runs_.size());
  letters.reserve(runs_.size());
  for (const Pin& pin : runs_) {
    specs.push_back(pin.run->spec);
    letters.push_back(pin.letter);
  }
  const std::vector<std::string> names =
      telling_names(spec_difference(specs, letters), specs, kNamed);
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    // Alone, there are no others whose settings are the same.
    runs_[i].name = runs_.size() > 1 ? names[i] : specs[i].title;
  }
}

std::vector<ComparedRun> shown_runs(const Pins& pins) {
  std::vector<ComparedRun> out;
  out.reserve(pins.runs().size() + 1);
  for (const Pin& pin : pins.runs()) {
    if (pin.shown) out.push_back({pin.letter, pin.name, pin.run.get(), pin.theory.get()});
  }
  return out;
}

}  // namespace sid::app
