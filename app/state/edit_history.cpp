#include "sid/app/state/edit_history.hpp"

#include <cstddef>
#include <utility>

namespace sid::app {

void EditHistory::record(const RunSpec& before,
                         const RunSpec& after,
                         EditName name,
                         std::string key) {
  if (before == after) return;
  edits_.erase(edits_.begin() + static_cast<std::ptrdiff_t>(position_), edits_.end());
  if (open_ && !key.empty() && !edits_.empty() && edits_.back().key == key) {
    if (!name.from.empty() && !edits_.back().name.from.empty()) {
      name.from = edits_.back().name.from;
    }
    edits_.back().after = after;
    edits_.back().name = std::move(name);
    if (edits_.back().before == after) {  // dragged back to where it began
      edits_.pop_back();
      --position_;
      open_ = false;
    }
    return;
  }
  edits_.push_back({before, after, std::move(name), std::move(key)});
  position_ = edits_.size();
  open_ = true;
}

std::string EditHistory::undo_name() const {
  return can_undo() ? edits_[position_ - 1].name.text() : std::string();
}

std::string EditHistory::redo_name() const {
  return can_redo() ? edits_[position_].name.text() : std::string();
}

std::optional<RunSpec> EditHistory::undo() {
  if (!can_undo()) return std::nullopt;
  open_ = false;
  return edits_[--position_].before;
}

std::optional<RunSpec> EditHistory::redo() {
  if (!can_redo()) return std::nullopt;
  open_ = false;
  return edits_[position_++].after;
}

}  // namespace sid::app
