#include "sid/problem/extreme_eigenvalues.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Spectra/SymEigsSolver.h>

#include "sid/math/contract.hpp"
#include "sid/problem/block_sizes.hpp"

namespace sid {
namespace {

constexpr Index kDenseEigenvalueLimit = 256;
constexpr Index kFormLimit = 4000;
constexpr double kMargin = 1e-12;
constexpr double kTightness = 1e-11;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// Rounding of the symmetric QR method, with room: eigenvalues are exact for a matrix within a small
// multiple of d eps ||M||.
double dense_rounding(Index dim) {
  return 8.0 * static_cast<double>(dim) * kEpsilon;
}

Vector all_eigenvalues(const Matrix& m) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(m, Eigen::EigenvaluesOnly);
  return solver.eigenvalues();
}

/// Matrix-vector products for Lanczos.
class DenseProduct {
 public:
  using Scalar = double;
  explicit DenseProduct(const Matrix& m) : m_(m) {}
  Index rows() const { return m_.rows(); }
  Index cols() const { return m_.cols(); }
  void perform_op(const double* in, double* out) const {
    Eigen::Map<Vector>(out, m_.rows()).noalias() =
        m_.selfadjointView<Eigen::Lower>() * Eigen::Map<const Vector>(in, m_.cols());
  }

 private:
  const Matrix& m_;
};

double lanczos_largest(const Matrix& m) {
  DenseProduct product(m);
  Spectra::SymEigsSolver<DenseProduct> solver(product, 1, std::min<Index>(24, m.rows()));
  solver.init();
  solver.compute(Spectra::SortRule::LargestAlge, 200, 1e-9);
  double best = m.diagonal().maxCoeff();  // also a lower bound
  if (solver.info() == Spectra::CompInfo::Successful) {
    best = std::max(best, solver.eigenvalues()[0]);
  }
  return best;
}

struct CollatzWielandt {
  double upper = std::numeric_limits<double>::infinity();
  double lower = 0.0;  // Rayleigh quotient
  bool tight() const { return std::isfinite(upper) && upper - lower <= kTightness * upper; }
};

std::optional<CollatzWielandt> collatz_wielandt(const WeightedRows& m,
                                                int max_steps,
                                                const std::stop_token& stop) {
  Vector u = Vector::Ones(m.dim());
  Vector image(m.dim()), scratch;
  CollatzWielandt result;
  for (int step = 0; step < max_steps && !result.tight(); ++step) {
    if (stop.stop_requested()) return std::nullopt;
    m.multiply(u, scratch, image);
    result.upper = std::min(result.upper, (image.array() / u.array()).maxCoeff());
    result.lower = u.dot(image) / u.squaredNorm();
    const double scale = image.maxCoeff();
    if (!(scale > 0.0) || !std::isfinite(scale)) break;
    // Columns without entries would reach zero; any positive value serves the inequality.
    u = (image / scale).cwiseMax(1e-30);
  }
  // Sums of non-negative terms: relative rounding is at most the number of terms in a partial sum.
  const double terms =
      static_cast<double>(m.features().rows()) + static_cast<double>(m.dim()) + 32.0;
  result.upper *= 1.0 + terms * kEpsilon;
  return result;
}

}  // namespace

std::optional<EigenvalueBound> largest_eigenvalue(const Matrix& m, const std::stop_token& stop) {
  SID_EXPECTS(m.rows() == m.cols() && m.rows() >= 1, "eigenvalues need a square matrix");
  fix_block_sizes();
  if (stop.stop_requested()) return std::nullopt;
  if (m.rows() <= kDenseEigenvalueLimit) {
    const double largest = std::max(0.0, all_eigenvalues(m).maxCoeff());
    return EigenvalueBound{largest * (1.0 + dense_rounding(m.rows())), "dense eigenvalues"};
  }
  double theta = lanczos_largest(m);
  Matrix gap(m.rows(), m.cols());
  double margin = kMargin;
  for (int attempt = 0; attempt < 20; ++attempt, margin *= 4.0) {
    const double bound = theta * (1.0 + margin);
    gap = -m;
    gap.diagonal().array() += bound;
    const CholeskyStatus status = cholesky_in_place(gap, stop);
    if (status == CholeskyStatus::stopped) return std::nullopt;
    if (status == CholeskyStatus::done) {
      return EigenvalueBound{bound, "Lanczos, certified by Cholesky"};
    }
  }
  return EigenvalueBound{m.cwiseAbs().colwise().sum().maxCoeff(), "largest row sum"};
}

std::optional<EigenvalueBound> largest_eigenvalue(const WeightedRows& m,
                                                  const std::stop_token& stop) {
  if (m.dim() > kDenseEigenvalueLimit) {
    const std::optional<FeatureMatrix> absolute = absolute_values(m.features());
    const bool last_resort = m.dim() > kFormLimit;
    if (!absolute || last_resort) {
      const WeightedRows positive(absolute ? *absolute : m.features(), m.weights(), m.shift());
      const std::optional<CollatzWielandt> found =
          collatz_wielandt(positive, last_resort ? 500 : 60, stop);
      if (!found) return std::nullopt;
      if (!absolute && (found->tight() || last_resort)) {
        return EigenvalueBound{found->upper, "Collatz-Wielandt"};
      }
      if (last_resort) {
        return EigenvalueBound{found->upper, "Collatz-Wielandt bound for absolute values"};
      }
    }
  }
  const std::optional<Matrix> formed = m.form(stop);
  if (!formed) return std::nullopt;
  return largest_eigenvalue(*formed, stop);
}

double smallest_eigenvalue(const Matrix& m) {
  SID_EXPECTS(m.rows() == m.cols() && m.rows() >= 1, "eigenvalues need a square matrix");
  fix_block_sizes();
  const Vector values = all_eigenvalues(m);
  return std::max(0.0, values.minCoeff() - dense_rounding(m.rows()) * values.maxCoeff());
}

CholeskyStatus cholesky_in_place(Matrix& m, const std::stop_token& stop) {
  fix_block_sizes();
  constexpr Index kPanel = 128;
  const Index d = m.rows();
  for (Index first = 0; first < d; first += kPanel) {
    if (stop.stop_requested()) return CholeskyStatus::stopped;
    const Index size = std::min(kPanel, d - first);
    const Index rest = d - first - size;
    auto corner = m.block(first, first, size, size);
    Eigen::LLT<Eigen::Ref<Matrix>> factor(corner);
    if (factor.info() != Eigen::Success) return CholeskyStatus::failed;
    if (rest == 0) break;
    auto below = m.block(first + size, first, rest, size);
    corner.triangularView<Eigen::Lower>().adjoint().solveInPlace<Eigen::OnTheRight>(below);
    m.block(first + size, first + size, rest, rest)
        .selfadjointView<Eigen::Lower>()
        .rankUpdate(below, -1.0);
  }
  return CholeskyStatus::done;
}

}  // namespace sid
