#include "sid/app/panels/method_edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::app {
namespace {

/// One slider for a number of the method.
template <class Change>
void draw_number_row(const Ui& ui,
                     std::size_t index,
                     const char* label,
                     const char* key,
                     double value,
                     const SliderSpec& range,
                     const char* tip,
                     Change&& change) {
  const float width = row(ui, label, tip);
  const std::string name = key_of(index, key);
  const Edited edited = slider(ui, name.c_str(), value, range, width, tip);
  method_number(ui, index, label, name, value, edited, range.whole, change);
}

void draw_variance_reduction(const Ui& ui, std::size_t index, const MethodSpec& method) {
  draw_number_row(ui,
                  index,
                  "γ / limit",
                  "step_factor",
                  method.step_factor,
                  {.min = 0.01,
                   .max = 10,
                   .hard_min = 1e-9,
                   .hard_max = 1000,
                   .scale = SliderScale::log,
                   .fallback = 1,
                   .marks = {{1.0, "1/(2L_max + 4L_max0), up to which the rate is proved"}}},
                  "Step over 1/(2L_max + 4L_max0), the largest for which a linear rate is proved.",
                  [](MethodSpec& changed, double now) { changed.step_factor = now; });
  if (method.kind != MethodKind::svrg) return;
  draw_number_row(ui,
                  index,
                  "p",
                  "refresh_probability",
                  method.refresh_probability,
                  {.min = 0, .max = 1, .hard_min = 0, .hard_max = 1, .fallback = 0},
                  "Probability that the anchor moves after a step, a pass over the data; 0: 1/n.",
                  [](MethodSpec& changed, double now) { changed.refresh_probability = now; });
}

}  // namespace

void draw_own_rows(const Ui& ui, std::size_t index) {
  const MethodSpec& method = ui.session.spec().methods[index];
  if (is_variance_reduced(method.kind)) draw_variance_reduction(ui, index, method);
  if (method.kind == MethodKind::neumann) {
    draw_number_row(
        ui,
        index,
        "copies",
        "copies",
        static_cast<double>(method.copies),
        {.min = 1,
         .max = 100,
         .hard_min = 1,
         .hard_max = 1e6,
         .scale = SliderScale::log,
         .whole = true,
         .fallback = 1},
        "Independent series that are averaged; the variance falls as 1/S.",
        [](MethodSpec& changed, double now) { changed.copies = static_cast<std::int64_t>(now); });
  }
  if (method.kind == MethodKind::fp_km) {
    draw_number_row(ui,
                    index,
                    "mixing a",
                    "mixing",
                    method.mixing,
                    {.min = 0.01,
                     .max = 1,
                     .hard_min = 1e-9,
                     .hard_max = 1,
                     .scale = SliderScale::log,
                     .fallback = 0.1},
                    "Small: long averages of v, less noise, a longer start. 1: a mean of SID's v.",
                    [](MethodSpec& changed, double now) { changed.mixing = now; });
  }
}

}  // namespace sid::app
