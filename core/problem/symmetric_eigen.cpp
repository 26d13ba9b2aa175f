#include "sid/problem/symmetric_eigen.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include <Eigen/Householder>

#include "sid/math/contract.hpp"
#include "sid/problem/block_sizes.hpp"

namespace sid {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

struct Tridiagonal {
  Vector diagonal, below;  // d and d - 1
};

/// Householder vectors below the subdiagonal of m, their factors in `factors` (d - 1). False when
/// stopped.
bool reduce(Matrix& m, Vector& factors, Tridiagonal& t, const std::stop_token& stop) {
  const Index d = m.rows();
  factors.resize(d - 1);
  t.diagonal.resize(d);
  t.below.resize(d - 1);
  Vector image(d);
  for (Index k = 0; k + 1 < d; ++k) {
    if (stop.stop_requested()) return false;
    const Index rest = d - k - 1;
    auto column = m.col(k).tail(rest);
    double beta = 0.0, tau = 0.0;
    column.makeHouseholderInPlace(tau, beta);
    factors[k] = tau;
    t.below[k] = beta;
    column[0] = 1.0;
    auto corner = m.bottomRightCorner(rest, rest);
    auto p = image.tail(rest);
    p.noalias() = corner.selfadjointView<Eigen::Lower>() * (tau * column);
    p -= (0.5 * tau * p.dot(column)) * column;
    corner.selfadjointView<Eigen::Lower>().rankUpdate(column, p, -1.0);
  }
  t.diagonal = m.diagonal();
  return true;
}

/// The product of the reflections, in strips of columns. False when stopped.
bool accumulate(const Matrix& m, const Vector& factors, Matrix& u, const std::stop_token& stop) {
  constexpr Index kStrip = 32;
  const Index d = m.rows();
  u.setIdentity(d, d);
  // u = P_0 P_1 ...; P_k leaves the first k + 1 columns of the identity alone.
  for (Index first = 0; first < d; first += kStrip) {
    if (stop.stop_requested()) return false;
    const Index width = std::min(kStrip, d - first);
    for (Index k = std::min(first + width, d - 1); k-- > 0;) {
      const Index rest = d - k - 1;
      const auto v = m.col(k).tail(rest);
      for (Index j = first; j < first + width; ++j) {
        if (j <= k) continue;
        auto column = u.col(j).tail(rest);
        column -= (factors[k] * v.dot(column)) * v;
      }
    }
  }
  return true;
}

/// Columns first, first - 1, ... are turned with their right neighbours.
struct Sweep {
  Index first = 0;
  std::vector<double> cosines, sines;
};

// Eight rows of u at a time: a column's eight values stay in registers while their neighbour is
// worked on. `strip` is column by column with kRows values each.
constexpr Index kRows = 32;

void turn(const std::vector<Sweep>& sweeps, double* strip) {
  for (const Sweep& sweep : sweeps) {
    double right[kRows];
    double* column = strip + (sweep.first + 1) * kRows;
    std::copy(column, column + kRows, right);
    for (std::size_t i = 0; i < sweep.cosines.size(); ++i) {
      const double c = sweep.cosines[i], s = sweep.sines[i];
      double* left = column - kRows;
      for (Index row = 0; row < kRows; ++row) {
        const double a = left[row], b = right[row];
        column[row] = s * a + c * b;
        right[row] = c * a - s * b;
      }
      column = left;
    }
    std::copy(right, right + kRows, column);
  }
}

/// Applies the rotations to all rows of u. False when stopped.
bool apply(const std::vector<Sweep>& sweeps, Matrix& u, const std::stop_token& stop) {
  const Index d = u.rows();
  std::vector<double> strip(static_cast<std::size_t>(kRows * d));
  for (Index first = 0; first < d; first += kRows) {
    if (stop.stop_requested()) return false;
    const Index rows = std::min(kRows, d - first);
    for (Index j = 0; j < d; ++j) {
      std::copy_n(u.data() + j * d + first, rows, strip.data() + j * kRows);
    }
    turn(sweeps, strip.data());
    for (Index j = 0; j < d; ++j) {
      std::copy_n(strip.data() + j * kRows, rows, u.data() + j * d + first);
    }
  }
  return true;
}

// Entries are near one at most, and what is far below does not matter: no care for overflow.
double length(double x, double y) {
  return std::sqrt(x * x + y * y);
}

/// One implicit QL step on entries l..m of the tridiagonal matrix (m > l, nothing negligible in
/// between); the rotations it makes.
Sweep sweep_once(Tridiagonal& t, Index l, Index m) {
  Vector& d = t.diagonal;
  Vector& e = t.below;
  if (m < e.size()) e[m] = 0.0;
  double g = (d[l + 1] - d[l]) / (2.0 * e[l]);
  double r = length(g, 1.0);
  g = d[m] - d[l] + e[l] / (g + std::copysign(r, g));  // Wilkinson's shift
  double s = 1.0, c = 1.0, p = 0.0;
  Sweep sweep{.first = m - 1, .cosines = {}, .sines = {}};
  for (Index i = m; i-- > l;) {
    const double f = s * e[i];
    const double b = c * e[i];
    r = length(f, g);
    if (i + 1 < m) e[i + 1] = r;
    if (r == 0.0) {  // the matrix has fallen apart here
      d[i + 1] -= p;
      return sweep;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    r = (d[i] - g) * s + 2.0 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    sweep.cosines.push_back(c);
    sweep.sines.push_back(s);
  }
  d[l] -= p;
  e[l] = g;
  return sweep;
}

bool negligible(const Tridiagonal& t, Index i) {
  const double neighbours = std::abs(t.diagonal[i]) + std::abs(t.diagonal[i + 1]);
  return std::abs(t.below[i]) <= kEpsilon * (neighbours + kEpsilon);
}

/// Diagonalises t by QL steps that turn the columns of u. False when stopped or where the method
/// does not converge (entries that are not finite).
bool diagonalise(Tridiagonal& t, Matrix& u, const std::stop_token& stop) {
  constexpr std::size_t kBatch = 48;
  constexpr int kMaxSweeps = 60;  // of one eigenvalue; two or three are usual
  const Index d = t.diagonal.size();
  std::vector<Sweep> sweeps;
  for (Index l = 0; l < d; ++l) {
    for (int count = 0;; ++count) {
      Index m = l;
      while (m + 1 < d && !negligible(t, m)) ++m;
      if (m == l) break;
      if (count == kMaxSweeps || stop.stop_requested()) return false;
      sweeps.push_back(sweep_once(t, l, m));
      if (sweeps.size() < kBatch) continue;
      if (!apply(sweeps, u, stop)) return false;
      sweeps.clear();
    }
  }
  return apply(sweeps, u, stop);
}

}  // namespace

std::optional<SymmetricEigen> symmetric_eigen(Matrix m, const std::stop_token& stop) {
  SID_EXPECTS(m.rows() == m.cols() && m.rows() >= 1, "eigenvalues need a square matrix");
  fix_block_sizes();
  if (!m.allFinite()) return std::nullopt;
  const Index d = m.rows();
  // Entries near one: squares neither overflow nor vanish.
  int exponent = 0;
  const double largest = m.cwiseAbs().maxCoeff();
  if (largest > 0.0) std::frexp(largest, &exponent);
  m *= std::ldexp(1.0, -exponent);
  Vector factors;
  Tridiagonal t;
  Matrix u;
  if (!reduce(m, factors, t, stop) || !accumulate(m, factors, u, stop)) return std::nullopt;
  if (!diagonalise(t, u, stop)) return std::nullopt;
  std::vector<Index> order(static_cast<std::size_t>(d));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(
      order.begin(), order.end(), [&](Index a, Index b) { return t.diagonal[a] < t.diagonal[b]; });
  SymmetricEigen out{Vector(d), Matrix(d, d)};
  for (Index j = 0; j < d; ++j) {
    const Index from = order[static_cast<std::size_t>(j)];
    out.values[j] = std::ldexp(t.diagonal[from], exponent);
    out.vectors.col(j) = u.col(from);
  }
  return out;
}

}  // namespace sid
