#include <array>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/level_rows.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid::app {
namespace {

const std::array<std::string, 4> kSources = {
    "Digits (built in)", "MNIST", "LIBSVM file", "CSV file"};

void draw_source(const Ui& ui) {
  const DataSpec& data = ui.session.spec().data;
  const float width =
      row(ui, "Data", "Where the examples come from. Files can be dropped on the window.");
  const int chosen =
      combo(ui,
            "data-source",
            kSources,
            static_cast<int>(data.source),
            width,
            "Digits are generated: drawn strokes, distorted, 28×28. Odd against even.");
  if (chosen >= 0) {
    send_edit(
        ui,
        "Data: " + kSources[static_cast<std::size_t>(chosen)],
        "data-source",
        true,
        [&](RunSpec& spec) { spec = with_data_source(spec, static_cast<DataSource>(chosen)); });
  }
  if (data.source != DataSource::digits) {
    const float path_width =
        row(ui, "Path", "MNIST: the folder with the IDX files. Otherwise the training file.");
    std::string path = data.path;
    if (text_field(ui,
                   "data-path",
                   path,
                   data.source == DataSource::mnist ? "folder with IDX files" : "training file",
                   path_width,
                   "Drop a file on the window, or type its path.")) {
      send_edit(ui, "Data from " + path, "data-path", true, [&](RunSpec& spec) {
        spec.data.path = path;
      });
    }
  }
}

void draw_examples(const Ui& ui) {
  const DataSpec& data = ui.session.spec().data;
  if (!data.validation_path.empty()) return;
  const float width =
      row(ui, "Examples", "Training and validation examples, drawn without overlap.");
  const float each = 0.5F * (width - ui.px(8));
  const Edited train = number_field(ui,
                                    "train",
                                    static_cast<double>(data.train),
                                    2,
                                    1e8,
                                    true,
                                    each,
                                    "Training examples n: the lower level.");
  ImGui::SameLine(0, ui.px(8));
  const Edited validation = number_field(ui,
                                         "validation",
                                         static_cast<double>(data.validation),
                                         1,
                                         1e8,
                                         true,
                                         each,
                                         "Validation examples: the upper level.");
  send_number(ui,
              "training examples",
              "train",
              static_cast<double>(data.train),
              train,
              true,
              [](RunSpec& spec, double now) {
                spec.data.train = static_cast<std::int64_t>(now);
                fit_minibatches(spec);
              });
  send_number(
      ui,
      "validation examples",
      "validation",
      static_cast<double>(data.validation),
      validation,
      true,
      [](RunSpec& spec, double now) { spec.data.validation = static_cast<std::int64_t>(now); });
}

void draw_losses(const Ui& ui) {
  const bool decay = !lambda_regularises(ui.session.spec().problem.kind);
  const float width =
      row(ui,
          "Losses",
          decay ? "Mean: the lower-level loss is a mean over the training examples. Sum: weight "
                  "decay is n times larger, λ is the same. The same experiment."
                : "Mean: the lower-level loss is a mean over the training examples. Sum: as the "
                  "paper writes it, λ is n times larger. The same experiment.");
  static constexpr std::array<const char*, 2> scales = {"mean", "sum (paper)"};
  const bool sum = ui.session.spec().problem.lower_loss == LossScale::sum;
  const int scale = segmented(ui,
                              "lower-loss",
                              scales,
                              sum ? 1 : 0,
                              width,
                              decay ? "How the lower-level loss is written. Weight decay is "
                                      "converted."
                                    : "How the lower-level loss is written. λ and the "
                                      "hypergradient are converted.");
  if (scale >= 0) {
    send_edit(ui,
              scale == 1 ? "Write losses as sums" : "Write losses as means",
              "lower-loss",
              true,
              [&](RunSpec& spec) {
                spec = with_lower_loss(spec, scale == 1 ? LossScale::sum : LossScale::mean);
              });
  }
}

}  // namespace

void draw_data_rows(const Ui& ui) {
  draw_source(ui);
  draw_examples(ui);
  draw_wrong_labels(ui);
  draw_losses(ui);
  draw_upper_level(ui);
}

}  // namespace sid::app
