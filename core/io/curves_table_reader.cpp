#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sid/io/curves_table.hpp"
#include "sid/io/internal/table_lookup.hpp"
#include "sid/math/numbers.hpp"

namespace sid {

namespace {

using internal::find_columns;
using internal::find_label;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Row of curves.csv before it is put in order.
struct Row {
  std::int64_t replica = 0, t = 0, k = 0;
  ReplicaError error;
  std::optional<double> certificate;  // none where the cell is empty
  std::size_t table_row = 0;
};

constexpr std::array kCurveColumns = {"method",
                                      "lambda",
                                      "replica",
                                      "t",
                                      "k",
                                      "squared_error",
                                      "lower_squared_error",
                                      "linear_squared_error"};

Result<Row> read_row(const CsvTable& table,
                     std::size_t i,
                     const std::array<std::size_t, kCurveColumns.size()>& columns,
                     bool linear_system,
                     std::optional<std::size_t> certificate) {
  Row row;
  row.table_row = i;
  std::int64_t* const wholes[] = {&row.replica, &row.t, &row.k};
  double* const numbers[] = {&row.error.hypergradient, &row.error.lower, &row.error.linear};
  for (std::size_t j = 0; j < 3; ++j) {
    const auto whole = table.whole(i, columns[2 + j]);
    if (!whole) return tl::unexpected(whole.error());
    *wholes[j] = *whole;
    if (j == 2 && !linear_system && table.cell(i, columns[5 + j]).empty()) {
      row.error.linear = kNaN;
      continue;
    }
    const auto number = table.number(i, columns[5 + j]);
    if (!number) return tl::unexpected(number.error());
    *numbers[j] = *number;
  }
  if (certificate && !table.cell(i, *certificate).empty()) {
    const auto number = table.number(i, *certificate);
    if (!number) return tl::unexpected(number.error());
    row.certificate = *number;
  }
  return row;
}

/// Puts the rows of one curve, sorted by replica and t, into its errors.
Result<void> fill_curve(const CsvTable& table,
                        const std::vector<Row>& rows,
                        bool certificates,
                        MethodCurve& curve) {
  const std::size_t columns = curve.checkpoints.size();
  auto fewest = static_cast<std::int64_t>(columns);
  std::int64_t most = 0;
  std::size_t shortest_row = 0;
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    while (end < rows.size() && rows[end].replica == rows[begin].replica) ++end;
    curve.replica_numbers.push_back(rows[begin].replica);
    curve.errors.resize(curve.errors.size() + columns, {kNaN, kNaN, kNaN});
    if (certificates) curve.certificates.resize(curve.errors.size(), kNaN);
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t c = i - begin;
      if (c > 0 && rows[i].t == rows[i - 1].t) {
        return fail(ErrorCode::bad_input,
                    fmt::format("replica {} has t = {} twice.", rows[i].replica, rows[i].t),
                    table.place(rows[i].table_row));
      }
      if (c >= columns || rows[i].t != curve.checkpoints[c].t ||
          rows[i].k != curve.checkpoints[c].k) {
        return fail(
            ErrorCode::bad_input,
            fmt::format(
                "t = {}, k = {} is not checkpoint {} of this method.", rows[i].t, rows[i].k, c + 1),
            table.place(rows[i].table_row));
      }
      curve.errors[curve.errors.size() - columns + c] = rows[i].error;
      if (certificates) {
        curve.certificates[curve.errors.size() - columns + c] = rows[i].certificate.value_or(kNaN);
      }
    }
    const auto count = static_cast<std::int64_t>(end - begin);
    if (count <= fewest) {
      fewest = count;
      shortest_row = rows[end - 1].table_row;
    }
    most = std::max(most, count);
  }
  if (!rows.empty() && fewest != most) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("the replica ends after {} checkpoints where others have {}.", fewest, most),
        table.place(shortest_row));
  }
  curve.checkpoints_done = most;
  curve.replicas = static_cast<std::int64_t>(curve.replica_numbers.size());
  recompute_points(curve);
  return {};
}

}  // namespace

Result<std::vector<MethodCurve>> read_curves_csv(std::string text,
                                                 const std::string& name,
                                                 const CurveFrame& frame) {
  const Result<CsvTable> table = CsvTable::parse(std::move(text), name);
  if (!table) return tl::unexpected(table.error());
  const auto columns = find_columns(*table, kCurveColumns);
  if (!columns) return tl::unexpected(columns.error());
  std::optional<std::size_t> certificate;
  if (frame.certificates) {
    const Result<std::size_t> column = table->column(kCertificateColumn);
    if (!column) return tl::unexpected(column.error());
    certificate = *column;
  }
  const auto has_linear_system = [&](std::size_t method) {
    return method >= frame.linear_system.size() || frame.linear_system[method];
  };
  const std::size_t methods = frame.methods.size();
  std::vector<std::vector<Row>> rows(frame.panels.size() * methods);
  for (std::size_t i = 0; i < table->rows(); ++i) {
    const std::string place = table->place(i);
    const auto method = find_label(frame.methods, table->cell(i, (*columns)[0]), "method", place);
    if (!method) return tl::unexpected(method.error());
    const auto panel = find_label(frame.panels, table->cell(i, (*columns)[1]), "lambda", place);
    if (!panel) return tl::unexpected(panel.error());
    const Result<Row> row = read_row(*table, i, *columns, has_linear_system(*method), certificate);
    if (!row) return tl::unexpected(row.error());
    rows[*panel * methods + *method].push_back(*row);
  }
  std::vector<MethodCurve> curves(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    MethodCurve& curve = curves[i];
    curve.panel = i / methods;
    curve.method = i % methods;
    curve.label = frame.methods[curve.method];
    curve.checkpoints = frame.checkpoints[curve.panel][curve.method];
    curve.linear_system = has_linear_system(curve.method);
    std::stable_sort(rows[i].begin(), rows[i].end(), [](const Row& a, const Row& b) {
      return std::pair(a.replica, a.t) < std::pair(b.replica, b.t);
    });
    // Where the column is empty, as earlier versions left it for methods without v, there are none.
    const bool certificates = std::any_of(
        rows[i].begin(), rows[i].end(), [](const Row& row) { return row.certificate.has_value(); });
    if (const auto filled = fill_curve(*table, rows[i], certificates, curve); !filled) {
      return tl::unexpected(filled.error());
    }
  }
  return curves;
}

Result<SummaryTable> read_summary_csv(std::string text, const std::string& name) {
  const Result<CsvTable> table = CsvTable::parse(std::move(text), name);
  if (!table) return tl::unexpected(table.error());
  constexpr std::array kTitles = {"method",
                                  "lambda",
                                  "t",
                                  "k",
                                  "replicas",
                                  "diverged",
                                  "epoch",
                                  "mse",
                                  "std",
                                  "sem",
                                  "ci_low",
                                  "ci_high"};
  const auto columns = find_columns(*table, kTitles);
  if (!columns) return tl::unexpected(columns.error());
  SummaryTable out;
  std::vector<std::size_t> theory;
  for (std::size_t c = 0; c < table->header().size(); ++c) {
    if (std::find(columns->begin(), columns->end(), c) != columns->end()) continue;
    if (table->header()[c] == kSummaryCertificateColumn) continue;  // measured; not every table's
    theory.push_back(c);
    out.theory_columns.emplace_back(table->header()[c]);
  }
  for (std::size_t i = 0; i < table->rows(); ++i) {
    SummaryRow row;
    row.method = table->cell(i, (*columns)[0]);
    row.lambda = table->cell(i, (*columns)[1]);
    std::int64_t* const wholes[] = {&row.at.t, &row.at.k, &row.replicas, &row.diverged};
    for (std::size_t j = 0; j < std::size(wholes); ++j) {
      const auto value = table->whole(i, (*columns)[2 + j]);
      if (!value) return tl::unexpected(value.error());
      *wholes[j] = *value;
    }
    double* const numbers[] = {&row.at.epochs,
                               &row.mse.mean,
                               &row.mse.std,
                               &row.mse.sem,
                               &row.mse.ci_low,
                               &row.mse.ci_high};
    for (std::size_t j = 0; j < std::size(numbers); ++j) {
      const auto value = table->number(i, (*columns)[6 + j]);
      if (!value) return tl::unexpected(value.error());
      *numbers[j] = *value;
    }
    for (const std::size_t c : theory) {
      if (table->cell(i, c).empty()) {
        row.theory.push_back(kNaN);
        continue;
      }
      const auto value = table->number(i, c);
      if (!value) return tl::unexpected(value.error());
      row.theory.push_back(*value);
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace sid
