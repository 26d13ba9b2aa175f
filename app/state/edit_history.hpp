#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sid/run/run_spec.hpp"

namespace sid::app {

/// What an edit is called: words alone, or a quantity with its value before and after.
struct EditName {
  std::string what;      ///< "Add a λ", or "Const: η"
  std::string from, to;  ///< empty where `what` says all

  EditName(std::string words) : what(std::move(words)) {}
  EditName(const char* words) : what(words) {}
  EditName(std::string quantity, std::string before, std::string after)
      : what(std::move(quantity)), from(std::move(before)), to(std::move(after)) {}

  /// "Const: η 0.2 → 0.05".
  std::string text() const { return from.empty() ? what : what + " " + from + " → " + to; }
};

/// Undo and redo over whole specs: an edit is a pair of configurations and a name ("η 0.2 → 0.05").
/// Undoing never touches results; it only makes an earlier configuration the present one.
class EditHistory {
 public:
  /// Records that `before` became `after`. Edits with the same non-empty `key` that follow each
  /// other without close() merge into one, so that a dragged slider is one edit, called by the
  /// value it began with.
  void record(const RunSpec& before, const RunSpec& after, EditName name, std::string key);
  /// Ends merging: the next edit stands on its own.
  void close() { open_ = false; }

  bool can_undo() const { return position_ > 0; }
  bool can_redo() const { return position_ < edits_.size(); }
  /// Name of the edit that undo() or redo() would revert or repeat; empty if there is none.
  std::string undo_name() const;
  std::string redo_name() const;
  /// The spec to return to; std::nullopt if there is none.
  std::optional<RunSpec> undo();
  std::optional<RunSpec> redo();
  std::size_t size() const { return edits_.size(); }

 private:
  struct Edit {
    RunSpec before, after;
    EditName name;
    std::string key;
  };
  std::vector<Edit> edits_;
  std::size_t position_ = 0;
  bool open_ = false;
};

}  // namespace sid::app
