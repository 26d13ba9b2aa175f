#pragma once

#include <string>
#include <variant>

#include "sid/app/state/edit_history.hpp"
#include "sid/app/state/export_choice.hpp"
#include "sid/run/run_spec.hpp"

namespace sid::app {

/// What panels ask for; they never act themselves.
struct EditSpec {
  RunSpec spec;
  EditName name;         ///< "Const: η 0.2 → 0.05"
  std::string key;       ///< of the control; equal keys merge while `finished` is false
  bool finished = true;  ///< false while a slider is being dragged
};
struct FinishEdit {};  ///< a drag ended
struct Undo {};
struct Redo {};
struct StartRun {};
struct StopRun {};
struct NewSeed {};
struct LoadPreset {
  std::string name;
};
struct OpenPath {  ///< a spec or a data file
  std::string path;
};
struct PasteSpec {  ///< a share string or a spec as text
  std::string text;
};
struct CopyText {
  std::string text;
  std::string what;  ///< "Spec", for the confirmation
};
struct ExportFigure {
  ExportChoice choice;
  bool overwrite = false;
};

struct PinRun {};  ///< the present one, as it is
struct Unpin {
  std::string letter;
};
struct RestorePin {};  ///< the one removed last
struct ShowPin {
  std::string letter;
  bool shown = true;
};
struct LoadPin {  ///< its spec, as an edit
  std::string letter;
};
struct CopyComparison {};  ///< the table of compared runs

struct Complain {  ///< about something typed that cannot be used
  std::string text;
};

using Command = std::variant<EditSpec,
                             FinishEdit,
                             Undo,
                             Redo,
                             StartRun,
                             StopRun,
                             NewSeed,
                             LoadPreset,
                             OpenPath,
                             PasteSpec,
                             CopyText,
                             ExportFigure,
                             PinRun,
                             Unpin,
                             RestorePin,
                             ShowPin,
                             LoadPin,
                             CopyComparison,
                             Complain>;

}  // namespace sid::app
