#include "sid/app/state/edit_history.hpp"

#include <utility>

namespace sid::app {

void EditHistory::record(const RunSpec& before,
                         const RunSpec& after,
                         std::string name,
                         std::string key) {
  if (before == after) return;
  edits_.resize(position_);
  if (open_ && !key.empty() && !edits_.empty() && edits_.back().key == key) {
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
  return can_undo() ? edits_[position_ - 1].name : std::string();
}

std::string EditHistory::redo_name() const {
  return can_redo() ? edits_[position_].name : std::string();
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
