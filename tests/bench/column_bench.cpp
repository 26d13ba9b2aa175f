#include "bench/column_bench.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/data/block_rows.hpp"
#include "sid/data/column_block.hpp"
#include "sid/problem/data_problem.hpp"
#include "sid/problem/minibatch_block.hpp"
#include "sid/random/stream.hpp"

#include "bench/ceilings.hpp"
#include "bench/reference_bench.hpp"

namespace sid::bench {
namespace {

/// Configurations that differ in lambda, and what they step.
class Columns {
 public:
  Columns(const std::shared_ptr<const DataProblemFamily>& family,
          std::shared_ptr<const BlockRows> rows,
          Index count)
      : problems_(made(*family, count)),
        block_(raw(problems_), std::move(rows), kBatch),
        steps_(static_cast<std::size_t>(count), kStep),
        w_(family->dim(), count),
        v_(family->dim(), count),
        c_(family->dim(), count) {
    for (Index i = 0; i < count; ++i) c_.set(i, Vector::Constant(family->dim(), 1e-3));
    block_.freeze(w0_ = ColumnBlock(family->dim(), count));
  }

  void lower_step(std::span<const std::int32_t> rows) { block_.lower_step(rows, steps_, w_); }
  void linear_step(std::span<const std::int32_t> rows) { block_.linear_step(rows, steps_, c_, v_); }

 private:
  using Problems = std::vector<std::shared_ptr<const DataProblem>>;

  static Problems made(const DataProblemFamily& family, Index count) {
    Problems out;
    for (Index i = 0; i < count; ++i) {
      const double lambda = kLambda * (1.0 + 0.01 * static_cast<double>(i));
      out.push_back(family.at(lambda, AlphaRule::optimal).value());
    }
    return out;
  }
  static std::vector<const DataProblem*> raw(const Problems& problems) {
    std::vector<const DataProblem*> out;
    for (const auto& problem : problems) out.push_back(problem.get());
    return out;
  }

  Problems problems_;
  MinibatchBlock block_;
  std::vector<double> steps_;
  ColumnBlock w_, v_, c_, w0_;
};

/// What all rows of one storage share.
struct Storage {
  std::shared_ptr<const DataProblemFamily> family;
  std::shared_ptr<const BlockRows> rows;
};

struct Heading {
  const char* section;
  std::string name;
  const char* reference = kEigen;
};

void add_step(Table& table,
              const Heading& row,
              const Work& work,
              Index count,
              const std::function<std::function<void(std::size_t)>()>& make) {
  table.add({.section = row.section,
             .name = row.name,
             .reference = row.reference,
             .flop_ceiling = kFmaCeiling},
            [make, work, count](benchmark::State& state) {
              const auto step = make();
              std::size_t turn = 0;
              // As many iterations as configurations: the time of one is the time of a step each.
              while (state.KeepRunningBatch(count)) step(turn++);
              state.counters[kFlops] = work.flops;
            });
}

void add_storage(Table& table,
                 const std::shared_ptr<const KernelSetting>& setting,
                 const std::string& name,
                 const Work& work,
                 FeatureMatrix (*features)(const KernelSetting&)) {
  const auto kept = std::make_shared<Storage>();
  const auto storage = [=]() -> const Storage& {
    if (!kept->family) {
      kept->family = setting->family(features(*setting));
      kept->rows = std::make_shared<const BlockRows>(kept->family->train().features);
    }
    return *kept;
  };
  for (const Index count : {1, 4, 8, 16, 32}) {
    const std::string row = fmt::format("{}, K = {} share them", name, count);
    const auto columns = [=] {
      return std::make_shared<Columns>(storage().family, storage().rows, count);
    };
    add_step(table, {kLowerSection, row}, work, count, [=] {
      return [setting, at = columns()](std::size_t turn) { at->lower_step(setting->rows(turn)); };
    });
    add_step(table, {kLinearSection, row}, work, count, [=] {
      const auto at = columns();
      for (std::size_t turn = 0; turn < kLists; ++turn) {  // curvatures of all examples
        at->linear_step(setting->rows(turn));
      }
      return [setting, at](std::size_t turn) { at->linear_step(setting->rows(turn)); };
    });
  }
}

/// So few rows and columns that all a step touches fits 32 KB, and rows as full as packing takes
/// them: what is left is what the instructions take.
constexpr Index kNearRows = 20, kNearCols = 160, kNearEntries = 75;
constexpr const char* kNearSection =
    "what instructions take: 20 rows of 75 bytes, d = 160, all of it in the nearest cache";

std::shared_ptr<Storage> near_storage() {
  static_assert(2 * kNearEntries <= kNearCols, "fuller rows are not packed");
  Stream stream(StreamKey{.seed = 3});
  DenseBytes images{kNearRows, kNearCols, 1.0 / 255.0, {}};
  images.bytes.assign(static_cast<std::size_t>(kNearRows * kNearCols), 0);
  Vector labels(kNearRows);
  for (Index i = 0; i < kNearRows; ++i) {
    for (Index left = kNearEntries; left > 0;) {
      const auto column = static_cast<Index>(stream.index_below(kNearCols));
      std::uint8_t& at = images.bytes[static_cast<std::size_t>(i * kNearCols + column)];
      if (at != 0) continue;
      at = static_cast<std::uint8_t>(1 + stream.index_below(255));
      --left;
    }
    labels[i] = stream.sign();
  }
  auto data = std::make_shared<TrainValidation>();
  data->train = make_dataset(FeatureMatrix(std::move(images)), labels, "near rows");
  data->validation = data->train;
  auto storage = std::make_shared<Storage>();
  storage->family = *DataProblemFamily::make(data, {});
  storage->rows = std::make_shared<const BlockRows>(storage->family->train().features);
  return storage;
}

void add_near_rows(Table& table) {
  const auto made = [] {
    const auto storage = near_storage();
    return std::make_pair(storage, std::make_shared<Columns>(storage->family, storage->rows, 8));
  };
  std::vector<std::int32_t> all(static_cast<std::size_t>(kNearRows));
  std::iota(all.begin(), all.end(), 0);
  const Work work{.flops = 4.0 * static_cast<double>(kNearRows * kNearEntries)};
  const Heading w{kNearSection, "w, K = 8 share the rows", ""};
  const Heading v{kNearSection, "v, K = 8 share the rows", ""};
  add_step(table, w, work, 8, [=] {
    return [all, at = made()](std::size_t) { at.second->lower_step(all); };
  });
  add_step(table, v, work, 8, [=] {
    return [all, at = made()](std::size_t) { at.second->linear_step(all); };
  });
}

}  // namespace

void add_columns(Table& table, const std::shared_ptr<const KernelSetting>& setting) {
  add_storage(table, setting, "8-bit rows", sparse_work(*setting), [](const KernelSetting& s) {
    return s.digits().features;
  });
  add_near_rows(table);
  add_storage(table, setting, "float rows", dense_work(4), [](const KernelSetting& s) {
    return s.as_floats();
  });
  table.note(kLinearSection,
             "K configurations that share the rows of their minibatches: the time is of one.");
}

}  // namespace sid::bench
