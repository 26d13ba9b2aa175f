#include <algorithm>
#include <array>
#include <cmath>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/level_rows.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/data/sparse_examples.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid::app {
namespace {

const std::array<std::string, 5> kSources = {
    "Digits (built in)", "MNIST", "LIBSVM file", "CSV file", "Sparse rows (built in)"};

/// Columns, entries and noise of generated sparse rows.
void draw_sparse(const Ui& ui) {
  const SparseSpec& sparse = ui.session.spec().data.sparse;
  const float width = row(ui, "Columns", "Columns d, and how many of them a row has on average.");
  const float each = 0.5F * (width - ui.px(8));
  const auto d = static_cast<double>(sparse.features);
  const auto entries = static_cast<double>(sparse.nonzeros);
  const Edited features = number_field(ui,
                                       "sparse-features",
                                       d,
                                       4,
                                       static_cast<double>(kMaxSparseFeatures),
                                       true,
                                       each,
                                       "Columns d: the size of w.");
  ImGui::SameLine(0, ui.px(8));
  const Edited nonzeros = number_field(ui,
                                       "sparse-nonzeros",
                                       entries,
                                       1,
                                       std::floor(d / 4.0),
                                       true,
                                       each,
                                       "Entries of a row on average, at most d/4.");
  send_number(ui, "columns", "sparse-features", d, features, true, [](RunSpec& spec, double now) {
    SparseSpec& edit = spec.data.sparse;
    edit.features = static_cast<std::int64_t>(now);
    edit.nonzeros = std::clamp<std::int64_t>(edit.nonzeros, 1, edit.features / 4);
  });
  send_number(ui,
              "entries a row",
              "sparse-nonzeros",
              entries,
              nonzeros,
              true,
              [](RunSpec& spec, double now) {
                spec.data.sparse.nonzeros = static_cast<std::int64_t>(now);
              });
  constexpr const char* tip =
      "Probability that the label of an example, in both parts, is not what the hidden rule says.";
  const SliderSpec range{
      .min = 0.0, .max = 0.5, .hard_min = 0.0, .hard_max = 0.5, .fallback = SparseSpec{}.noise};
  const Edited noise =
      slider(ui, "sparse-noise", sparse.noise, range, row(ui, "Label noise", tip), tip);
  send_number(
      ui, "label noise", "sparse-noise", sparse.noise, noise, false, [](RunSpec& spec, double now) {
        spec.data.sparse.noise = now;
      });
}

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
            "Digits are generated: drawn strokes, distorted, 28×28. Odd against even. Sparse rows "
            "are generated too: words by a power law, tf-idf values, a hidden linear rule.");
  if (chosen >= 0) {
    send_edit(
        ui,
        "Data: " + kSources[static_cast<std::size_t>(chosen)],
        "data-source",
        true,
        [&](RunSpec& spec) { spec = with_data_source(spec, static_cast<DataSource>(chosen)); });
  }
  if (data.source == DataSource::sparse) {
    draw_sparse(ui);
  } else if (data.source != DataSource::digits) {
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
