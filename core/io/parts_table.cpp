#include "sid/io/parts_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sid/io/internal/table_lookup.hpp"
#include "sid/math/numbers.hpp"

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string curve_key(const RunSnapshot& snapshot, const MethodCurve& curve) {
  return csv_cell(curve.label) + ',' + csv_cell(snapshot.bench->panels[curve.panel].label);
}

void append(std::string& out, double value) {
  out += ',';
  if (!std::isnan(value)) out += format_shortest(value);
}

bool measured(const RunSnapshot& snapshot) {
  return std::any_of(snapshot.curves.begin(), snapshot.curves.end(), [](const MethodCurve& c) {
    return !c.conditional.empty();
  });
}

/// Where a row of the table belongs: curve, and value within its arrays.
struct Place {
  std::size_t curve = 0;
  std::size_t value = 0;
};

class ConditionalReader {
 public:
  ConditionalReader(const CsvTable& table,
                    const CurveFrame& frame,
                    const ConditionalFrame& expected,
                    std::vector<MethodCurve>& curves)
      : table_(table), frame_(frame), expected_(expected), curves_(curves), seen_(curves.size()) {}

  Result<void> read() {
    if (auto found = find_columns(); !found) return found;
    prepare();
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (auto taken = take(row); !taken) return taken;
    }
    return check_complete();
  }

 private:
  Result<void> find_columns() {
    constexpr std::array kTitles = {"method", "lambda", "replica", "t", "k", "within"};
    const auto found = internal::find_columns(table_, kTitles);
    if (!found) return tl::unexpected(found.error());
    columns_ = *found;
    std::int64_t columns = 0;
    for (const std::string_view title : table_.header())
      columns += title.starts_with("error_") ? 1 : 0;
    if (columns != expected_.dim) {
      return fail(ErrorCode::bad_input,
                  fmt::format("there are {} columns error_1, ..., but the hypergradient has {} "
                              "entries.",
                              columns,
                              expected_.dim),
                  table_.name());
    }
    for (std::int64_t i = 1; i <= expected_.dim; ++i) {
      const auto column = table_.column(fmt::format("error_{}", i));
      if (!column) return tl::unexpected(column.error());
      errors_.push_back(*column);
    }
    return {};
  }

  /// Makes room for every value that has to come.
  void prepare() {
    for (std::size_t c = 0; c < curves_.size(); ++c) {
      MethodCurve& curve = curves_[c];
      if (!expected_.stochastic[curve.method] || curve.errors.empty()) continue;
      curve.conditional = {
          .dim = expected_.dim,
          .inner = expected_.inner,
          .within = std::vector<double>(curve.errors.size(), kNaN),
          .means = std::vector<double>(curve.errors.size() * errors_.size(), kNaN)};
      seen_[c].assign(curve.errors.size(), 0);
    }
  }

  Result<Place> place_of(std::size_t row) const {
    const std::string where = table_.place(row);
    const auto method =
        internal::find_label(frame_.methods, table_.cell(row, columns_[0]), "method", where);
    if (!method) return tl::unexpected(method.error());
    const auto panel =
        internal::find_label(frame_.panels, table_.cell(row, columns_[1]), "lambda", where);
    if (!panel) return tl::unexpected(panel.error());
    std::array<std::int64_t, 3> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const auto number = table_.whole(row, columns_[2 + i]);
      if (!number) return tl::unexpected(number.error());
      numbers[i] = *number;
    }
    const std::size_t position = *panel * frame_.methods.size() + *method;
    const MethodCurve& curve = curves_[position];
    const auto replica =
        std::lower_bound(curve.replica_numbers.begin(), curve.replica_numbers.end(), numbers[0]);
    const auto at =
        std::find_if(curve.checkpoints.begin(), curve.checkpoints.end(), [&](const Checkpoint& c) {
          return c.t == numbers[1] && c.k == numbers[2];
        });
    if (replica == curve.replica_numbers.end() || *replica != numbers[0] ||
        at == curve.checkpoints.end()) {
      return fail(ErrorCode::bad_input,
                  fmt::format("replica {} at t = {}, k = {} is not in curves.csv.",
                              numbers[0],
                              numbers[1],
                              numbers[2]),
                  where);
    }
    const auto line = static_cast<std::size_t>(replica - curve.replica_numbers.begin());
    return Place{.curve = position,
                 .value = line * curve.checkpoints.size() +
                          static_cast<std::size_t>(at - curve.checkpoints.begin())};
  }

  Result<void> take(std::size_t row) {
    const Result<Place> place = place_of(row);
    if (!place) return tl::unexpected(place.error());
    ConditionalErrors& out = curves_[place->curve].conditional;
    if (out.empty()) {
      return fail(ErrorCode::bad_input,
                  "this method is deterministic: its error has no parts.",
                  table_.place(row));
    }
    char& seen = seen_[place->curve][place->value];
    if (seen != 0) return fail(ErrorCode::bad_input, "this row is there twice.", table_.place(row));
    seen = 1;
    const auto number = [&](std::size_t column, double& value) -> Result<void> {
      if (table_.cell(row, column).empty()) return {};  // the replica has diverged
      const auto read = table_.number(row, column);
      if (!read) return tl::unexpected(read.error());
      value = *read;
      return {};
    };
    if (auto read = number(columns_[5], out.within[place->value]); !read) return read;
    for (std::size_t i = 0; i < errors_.size(); ++i) {
      if (auto read = number(errors_[i], out.means[place->value * errors_.size() + i]); !read) {
        return read;
      }
    }
    return {};
  }

  Result<void> check_complete() const {
    for (std::size_t c = 0; c < seen_.size(); ++c) {
      const MethodCurve& curve = curves_[c];
      for (std::size_t i = 0; i < seen_[c].size(); ++i) {
        const bool done =
            i % curve.checkpoints.size() < static_cast<std::size_t>(curve.checkpoints_done);
        if (!done || seen_[c][i] != 0) continue;
        return fail(ErrorCode::bad_input,
                    fmt::format("replica {} of '{}' lacks t = {}.",
                                curve.replica_numbers[i / curve.checkpoints.size()],
                                curve.label,
                                curve.checkpoints[i % curve.checkpoints.size()].t),
                    table_.name());
      }
    }
    return {};
  }

  const CsvTable& table_;
  const CurveFrame& frame_;
  const ConditionalFrame& expected_;
  std::vector<MethodCurve>& curves_;
  std::array<std::size_t, 6> columns_{};
  std::vector<std::size_t> errors_;
  std::vector<std::vector<char>> seen_;  // [curve][value]; empty: none is to come
};

}  // namespace

std::string write_parts_csv(const RunSnapshot& snapshot) {
  if (!measured(snapshot)) return {};
  std::string out =
      "method,lambda,t,k,epoch,replicas,mse,mse_se,bias_squared,bias_squared_se,"
      "mean_of_variance,mean_of_variance_se,variance_of_mean,variance_of_mean_se\n";
  constexpr std::array kParts = {&ErrorParts::mean_square_error,
                                 &ErrorParts::bias_squared,
                                 &ErrorParts::mean_of_variance,
                                 &ErrorParts::variance_of_mean};
  for (const MethodCurve& curve : snapshot.curves) {
    if (curve.conditional.empty()) continue;
    const std::string key = curve_key(snapshot, curve);
    for (const CurvePoint& point : curve.points) {
      out += fmt::format("{},{},{}", key, point.at.t, point.at.k);
      append(out, point.at.epochs);
      out += fmt::format(",{}", point.replicas);
      for (double ErrorParts::*const part : kParts) {
        append(out, point.parts ? point.parts->value.*part : kNaN);
        append(out, point.parts ? point.parts->standard_error.*part : kNaN);
      }
      out += '\n';
    }
  }
  return out;
}

std::string write_conditional_csv(const RunSnapshot& snapshot) {
  if (!measured(snapshot)) return {};
  std::int64_t dim = 0;
  for (const MethodCurve& curve : snapshot.curves) dim = std::max(dim, curve.conditional.dim);
  std::string out = "method,lambda,replica,t,k,within";
  for (std::int64_t i = 1; i <= dim; ++i) out += fmt::format(",error_{}", i);
  out += '\n';
  for (const MethodCurve& curve : snapshot.curves) {
    const ConditionalErrors& from = curve.conditional;
    if (from.empty()) continue;
    const std::string key = curve_key(snapshot, curve);
    const std::size_t columns = curve.checkpoints.size();
    for (std::size_t row = 0; row < curve.replica_numbers.size(); ++row) {
      for (std::size_t c = 0; c < static_cast<std::size_t>(curve.checkpoints_done); ++c) {
        const std::size_t at = row * columns + c;
        out += fmt::format("{},{},{},{}",
                           key,
                           curve.replica_numbers[row],
                           curve.checkpoints[c].t,
                           curve.checkpoints[c].k);
        append(out, from.within[at]);
        for (std::size_t i = 0; i < static_cast<std::size_t>(dim); ++i) {
          append(out, from.means[at * static_cast<std::size_t>(dim) + i]);
        }
        out += '\n';
      }
    }
  }
  return out;
}

Result<void> read_conditional_csv(std::string text,
                                  const std::string& name,
                                  const CurveFrame& frame,
                                  const ConditionalFrame& expected,
                                  std::vector<MethodCurve>& curves) {
  const Result<CsvTable> table = CsvTable::parse(std::move(text), name);
  if (!table) return tl::unexpected(table.error());
  if (auto read = ConditionalReader(*table, frame, expected, curves).read(); !read) return read;
  for (MethodCurve& curve : curves) recompute_points(curve);
  return {};
}

}  // namespace sid
