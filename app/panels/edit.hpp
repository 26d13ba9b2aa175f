#pragma once

#include <string>
#include <utility>

#include "sid/app/panels/ui.hpp"

namespace sid::app {

/// Sends the session's spec changed by `change(RunSpec&)` as one named edit.
template <class Change>
void send_edit(const Ui& ui, EditName name, std::string key, bool finished, Change&& change) {
  RunSpec spec = ui.session.spec();
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
