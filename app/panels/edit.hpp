#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "sid/app/panels/ui.hpp"

namespace sid::app {

/// The spec as it will be once the edits sent in this frame are carried out: one click may commit
/// what was typed into a field and move a slider.
inline const RunSpec& edited_spec(const Ui& ui) {
  const auto earlier =
      std::find_if(ui.commands.rbegin(), ui.commands.rend(), [](const Command& command) {
        return std::holds_alternative<EditSpec>(command);
      });
  return earlier != ui.commands.rend() ? std::get<EditSpec>(*earlier).spec : ui.session.spec();
}

/// Sends the spec changed by `change(RunSpec&)` as one named edit.
template <class Change>
void send_edit(const Ui& ui, EditName name, std::string key, bool finished, Change&& change) {
  RunSpec spec = edited_spec(ui);
  change(spec);
  ui.send(EditSpec{std::move(spec), std::move(name), std::move(key), finished});
}

/// Turns what a slider or field reported into an edit. `what` names the quantity: "Const: η".
template <class Change>
void send_number(const Ui& ui,
                 const std::string& what,
                 const std::string& key,
                 double before,
                 const Edited& edited,
                 bool whole,
                 Change&& change) {
  if (edited.changed) {
    send_edit(ui,
              EditName(what, field_text(before, whole), field_text(edited.value, whole)),
              key,
              edited.finished,
              [&](RunSpec& spec) { change(spec, edited.value); });
  } else if (edited.finished) {
    ui.send(FinishEdit{});
  }
}

}  // namespace sid::app
