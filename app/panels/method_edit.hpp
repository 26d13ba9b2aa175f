#pragma once

#include <string>
#include <utility>

#include "sid/app/panels/edit.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {

/// "method[2].step.eta": the setting of the method with this index, as overrides name it.
inline std::string key_of(std::size_t index, const char* what) {
  return "method[" + std::to_string(index + 1) + "]." + what;
}

/// An edit of one number of method `index`.
template <class Change>
void method_number(const Ui& ui,
                   std::size_t index,
                   const char* symbol,
                   const std::string& name,
                   double before,
                   const Edited& edited,
                   bool whole,
                   Change&& change) {
  send_number(ui,
              method_label(ui.session.spec(), index) + ": " + symbol,
              name,
              before,
              edited,
              whole,
              [&](RunSpec& spec, double now) { change(spec.methods[index], now); });
}

}  // namespace sid::app
