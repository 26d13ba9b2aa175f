#include "bench/kernel_bench.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/data/internal/byte_groups.hpp"
#include "sid/data/internal/row_kernels.hpp"
#include "sid/problem/minibatch_kernels.hpp"

#include "bench/ceilings.hpp"
#include "bench/column_bench.hpp"
#include "bench/kernel_setting.hpp"
#include "bench/reference_bench.hpp"

namespace sid::bench {
namespace {

/// Where w and v are stepped; they stay near the solution, so that no step is like another.
struct Iterates {
  Vector w = Vector::Zero(kCols), v = Vector::Zero(kCols);
  Vector c = Vector::Constant(kCols, 1e-3);
};

void add_step(Table& table,
              const char* section,
              const std::string& name,
              const Work& work,
              const std::function<std::function<void(std::size_t)>()>& make) {
  table.add({.section = section,
             .name = name,
             .reference = kEigen,
             .flop_ceiling = kFmaCeiling,
             .byte_ceiling = work.matrix > 0 ? read_ceiling(work.matrix) : ""},
            [make, work](benchmark::State& state) {
              const auto step = make();
              std::size_t turn = 0;
              for (auto _ : state) step(turn++);
              state.counters[kFlops] = work.flops;
              state.counters[kBytes] = work.bytes;
            });
}

/// What one writes first: gather the rows, multiply, weigh, multiply.
void add_eigen(Table& table, const std::shared_ptr<const KernelSetting>& setting) {
  const auto gather = [setting](std::size_t turn, RowMajor& panel, Vector& labels) {
    const auto rows = setting->rows(turn);
    for (std::size_t j = 0; j < rows.size(); ++j) {
      panel.row(static_cast<Index>(j)) = setting->dense().row(rows[j]);
      labels[static_cast<Index>(j)] = setting->digits().labels[rows[j]];
    }
  };
  const std::string name = kEigen;
  add_step(table, kLowerSection, name, dense_work(8), [=] {
    auto at = std::make_shared<Iterates>();
    auto panel = std::make_shared<RowMajor>(kBatch, kCols);
    return [=, labels = Vector(kBatch), z = Vector(kBatch)](std::size_t turn) mutable {
      gather(turn, *panel, labels);
      z.noalias() = *panel * at->w;
      z = -labels.array() / (1.0 + (labels.array() * z.array()).exp());
      at->w *= 1.0 - kStep * kLambda;
      at->w.noalias() -= kStep / static_cast<double>(kBatch) * (panel->transpose() * z);
    };
  });
  add_step(table, kLinearSection, name, dense_work(8), [=] {
    auto at = std::make_shared<Iterates>();
    auto panel = std::make_shared<RowMajor>(kBatch, kCols);
    return [=, labels = Vector(kBatch), z = Vector(kBatch)](std::size_t turn) mutable {
      gather(turn, *panel, labels);
      z.noalias() = *panel * at->v;
      z *= 0.25;  // the curvature of w = 0; frozen, so known beforehand
      at->v *= 1.0 - kStep * kLambda;
      at->v += kStep * at->c;
      at->v.noalias() -= kStep / static_cast<double>(kBatch) * (panel->transpose() * z);
    };
  });
}

/// The kernels that runs use.
void add_kernels_on(Table& table,
                    const std::shared_ptr<const KernelSetting>& setting,
                    const std::string& name,
                    const Work& work,
                    FeatureMatrix (*features)(const KernelSetting&)) {
  const auto shared = std::make_shared<std::shared_ptr<const DataProblem>>();
  const auto problem = [=] {
    if (!*shared) *shared = setting->problem(features(*setting));
    return *shared;
  };
  add_step(table, kLowerSection, name, work, [=] {
    auto at = std::make_shared<Iterates>();
    const auto kept = problem();
    auto kernels = std::make_shared<MinibatchKernels>(*kept, kBatch);
    return [=](std::size_t turn) {
      (void)kept;
      kernels->lower_step(setting->rows(turn), kStep, at->w);
    };
  });
  add_step(table, kLinearSection, name, work, [=] {
    auto at = std::make_shared<Iterates>();
    const auto kept = problem();
    auto kernels = std::make_shared<MinibatchKernels>(*kept, kBatch);
    kernels->freeze(at->w);
    for (std::size_t turn = 0; turn < kLists; ++turn) {  // curvatures of all examples
      kernels->linear_step(setting->rows(turn), at->c, 1.0, kStep, at->v);
    }
    return [=](std::size_t turn) {
      (void)kept;
      kernels->linear_step(setting->rows(turn), at->c, 1.0, kStep, at->v);
    };
  });
}

/// The same step for one instruction set, chosen by hand.
void add_variant(Table& table,
                 const std::shared_ptr<const KernelSetting>& setting,
                 const internal::RowKernels& variant,
                 bool grouped) {
  static const auto groups = internal::group_bytes(setting->bytes());
  if (grouped && !groups) return;
  struct Buffers {
    Vector products = Vector(kBatch), labels = Vector(kBatch), factors = Vector(kBatch);
  };
  const auto dense_list = [setting](std::size_t turn) {
    const auto rows = setting->rows(turn);
    const DenseBytes& m = setting->bytes();
    return internal::RowList<std::uint8_t>{m.bytes.data(), m.cols, m.scale, rows.data(), kBatch};
  };
  const auto grouped_list = [dense_list](std::size_t turn) {
    return internal::GroupedByteList{
        dense_list(turn), groups->row_begin.data(), groups->group.data(), groups->bytes.data()};
  };
  const auto dot = [=, &variant](std::size_t turn, const double* x, double* out) {
    grouped ? variant.dot_grouped_bytes(grouped_list(turn), x, out)
            : variant.dot_bytes(dense_list(turn), x, out);
  };
  const auto add = [=, &variant](std::size_t turn, const double* factors, double* out) {
    grouped ? variant.add_grouped_bytes(grouped_list(turn), factors, out)
            : variant.add_bytes(dense_list(turn), factors, out);
  };
  const std::string name =
      fmt::format("8-bit rows{}, {}", grouped ? " without zeros" : "", variant.name);
  const Work work = grouped ? sparse_work(*setting) : dense_work(1);
  add_step(table, kLowerSection, name, work, [=] {
    auto at = std::make_shared<Iterates>();
    auto b = std::make_shared<Buffers>();
    return [=](std::size_t turn) {
      dot(turn, at->w.data(), b->products.data());
      const auto rows = setting->rows(turn);
      for (std::size_t j = 0; j < rows.size(); ++j) {
        b->labels[static_cast<Index>(j)] = setting->digits().labels[rows[j]];
      }
      ExampleLoss{}.first(b->products.data(), b->labels.data(), b->factors.data(), kBatch);
      b->factors *= -kStep / static_cast<double>(kBatch);
      at->w *= 1.0 - kStep * kLambda;
      add(turn, b->factors.data(), at->w.data());
    };
  });
  add_step(table, kLinearSection, name, work, [=] {
    auto at = std::make_shared<Iterates>();
    auto b = std::make_shared<Buffers>();
    return [=](std::size_t turn) {
      dot(turn, at->v.data(), b->products.data());
      b->factors = b->products * (-0.25 * kStep / static_cast<double>(kBatch));
      at->v *= 1.0 - kStep * kLambda;
      at->v += kStep * at->c;
      add(turn, b->factors.data(), at->v.data());
    };
  });
}

}  // namespace

std::vector<std::size_t> kernel_sizes() {
  return {matrix_bytes(1), matrix_bytes(4), matrix_bytes(8)};
}

void add_kernels(Table& table) {
  const auto setting = std::make_shared<const KernelSetting>();
  add_eigen(table, setting);
  add_kernels_on(table,
                 setting,
                 "8-bit rows, what runs on images use",
                 sparse_work(*setting),
                 [](const KernelSetting& s) { return s.digits().features; });
  add_kernels_on(
      table, setting, "sparse rows (CSR)", sparse_work(*setting), [](const KernelSetting& s) {
        return s.as_sparse();
      });
  add_kernels_on(table, setting, "float rows", dense_work(4), [](const KernelSetting& s) {
    return s.as_floats();
  });
  add_kernels_on(table, setting, "double rows", dense_work(8), [](const KernelSetting& s) {
    return s.as_doubles();
  });
  for (const internal::RowKernels* variant : internal::available_row_kernels()) {
    add_variant(table, setting, *variant, false);
    add_variant(table, setting, *variant, true);
  }
  add_columns(table, setting);
  table.note(kLinearSection,
             fmt::format("Arithmetic is double throughout. Operations of rows without zeros are "
                         "those with the {:.0f} of 784 pixels that are not zero.",
                         setting->non_zero_per_row()));
  table.note(kLinearSection,
             fmt::format("Products are rounded before they are added, for equal bits on every "
                         "processor: row '{}' is the most they can reach.",
                         kRoundedCeiling));
}

}  // namespace sid::bench
