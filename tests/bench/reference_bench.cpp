#include "bench/reference_bench.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "sid/data/dataset.hpp"
#include "sid/data/digits.hpp"

#include "bench/child.hpp"
#include "support/temporary_folder.hpp"

namespace sid::bench {
namespace {

/// The images of figure 1, split as there, as raw bytes for the scripts; gone with the program.
class ImageFolder {
 public:
  ImageFolder() {
    const TrainValidation parts = split(make_digits(10'000, 1), 5000, 5000, 1);
    save("train", parts.train);
    save("validation", parts.validation);
  }
  std::string path() const { return folder_.path(); }

 private:
  void save(const std::string& name, const Dataset& set) const {
    const auto& pixels = std::get<DenseBytes>(set.features.storage()).bytes;
    std::string labels;
    for (const double label : set.labels) labels += label > 0.0 ? '\1' : '\0';
    folder_.write(name + "-images", std::string(pixels.begin(), pixels.end()));
    folder_.write(name + "-labels", labels);
  }
  test::TemporaryFolder folder_;
};

struct Script {
  const char* file;
  const char* library;  ///< as Python imports it
  const char* name;
  const char* package;
};

constexpr Script kScripts[] = {
    {"reference_numpy.py", "numpy", "NumPy", "python3-numpy"},
    {"reference_pytorch.py", "torch", "PyTorch without autograd", "python3-torch"}};

/// The Python that has the library; the system's own first, which Debian packages belong to.
std::string python_with(const std::string& library) {
  for (const char* const python : {"/usr/bin/python3", "python3"}) {
    // Looked for, not imported: an import that fails says so at length.
    const std::string look =
        "import importlib.util as u, sys; sys.exit(u.find_spec('" + library + "') is None)";
    if (ask({python, "-c", look}, {"PYTHONNOUSERSITE=1"})) return python;
  }
  return "";
}

}  // namespace

void add_references(Table& table) {
  const auto images = std::make_shared<const ImageFolder>();
  for (const Script& script : kScripts) {
    const std::string python = python_with(script.library);
    if (python.empty()) {
      const std::string why = fmt::format("{} rows left out: no Python with {} (Debian package {})",
                                          script.name,
                                          script.library,
                                          script.package);
      table.note(kLowerSection, why);
      table.note(kRunsSection, why);
      continue;
    }
    for (const std::string precision : {"float64", "float32"}) {
      // One call of the script serves three rows.
      const auto said = std::make_shared<std::optional<Result<Answers>>>();
      const std::vector<std::string> command = {
          python,
          SID_SOURCE_DIR "/tests/bench/" + std::string(script.file),
          images->path(),
          precision};
      const bool numpy = std::string(script.library) == "numpy";
      const auto measure = [=, &table](const char* what) {
        return [=, &table](benchmark::State& state) {
          (void)images;  // lives as long as the rows
          for (auto _ : state) {
            if (!*said) {
              *said = ask(command,
                          {"OMP_NUM_THREADS=1",
                           "OPENBLAS_NUM_THREADS=1",
                           "MKL_NUM_THREADS=1",
                           "PYTHONDONTWRITEBYTECODE=1"});
              if (**said && answer(***said, "openblas") == 0.0 && numpy) {
                table.note(kRunsSection,
                           "NumPy has a BLAS other than OpenBLAS here, and " + precision +
                               " would be faster with it (Debian package libopenblas0-pthread).");
              }
            }
            if (!**said) {
              state.SkipWithError(to_string((*said)->error()).c_str());
              break;
            }
            state.SetIterationTime(answer(***said, what));
          }
        };
      };
      const std::string name = fmt::format("{}, {}", script.name, precision);
      const auto add = [&](const char* section,
                           const std::string& row,
                           const std::string& reference,
                           const char* what) {
        table
            .add({.section = section,
                  .name = row,
                  .reference = reference,
                  .wall = true,
                  .repetitions = 1},
                 measure(what))
            ->Iterations(1);
      };
      add(kLowerSection, name, kEigen, "w_step");
      add(kLinearSection, name, kEigen, "v_step");
      add(kRunsSection,
          fmt::format("{} by {}", kFigureOne, name),
          fmt::format("{}, 1 thread", kFigureOne),
          "figure_1");
    }
  }
  table.note(
      kRunsSection,
      "Other libraries: one run of one λ, times 20 (five runs of four λ), Batch times 4; the loops "
      "alone, without the exact reference and the errors of w and v that our runs measure.");
}

}  // namespace sid::bench
