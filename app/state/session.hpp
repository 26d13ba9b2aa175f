#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sid/app/state/theory_worker.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/run_spec.hpp"
#include "sid/run/runner.hpp"
#include "sid/run/snapshot.hpp"
#include "sid/run/validation.hpp"
#include "sid/theory/report.hpp"

namespace sid::app {

/// What changed between two specs, by what has to be done about it.
enum class Change {
  nothing,
  labels,    ///< title, names: nothing is computed
  formulas,  ///< constants ladder: theory only
  sampling,  ///< methods, budget, seed: theory, and the run starts again
  problem,   ///< problem or data: bench, theory, run
};
Change classify(const RunSpec& from, const RunSpec& to);

/// The computing side of the window: the runner, the present bench and theory, the latest
/// snapshot, and the previous run as a ghost. Panels read it; only commands change it.
///
/// The teaching problem's bench is formulas and made inside set_spec; problems with data are
/// prepared by the runner. Theories are evaluated by a worker. set_spec waits for bounds, and for
/// everything where all of it is predicted to take less than half a frame (theory_cost.hpp): they
/// move in the frame of the edit, and the exact and predicted curves that take longer follow. Where
/// even the bounds take longer, the theory of the settings before stays meanwhile, if it can be
/// compared.
class Session {
 public:
  struct Options {
    int threads = 0;  ///< 0: all processors
    double publishes_per_second = 30.0;
    std::function<void()> on_news = {};  ///< from a worker, after each publication
    bool autorun = true;                 ///< start sampling when the spec changes
    /// How long set_spec waits for a theory that is predicted to be there at once.
    double theory_patience = 0.012;
    TheoryWorker::Evaluate evaluate = sid::app::evaluate;
  };
  explicit Session(Options options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Makes `spec` the present one and does what its changes need. An invalid spec is kept, its
  /// issues are listed, and nothing runs.
  void set_spec(const RunSpec& spec);
  void start();  ///< the present spec, from the beginning
  void stop();
  /// Picks up what the workers published. Call once a frame, before drawing.
  void poll();

  const RunSpec& spec() const { return spec_; }
  const std::vector<SpecIssue>& issues() const { return issues_; }
  const std::shared_ptr<const ProblemBench>& bench() const { return bench_; }
  const Theory& theory() const { return theory_->curves; }
  /// The same with what it is the theory of.
  const EvaluatedTheory& evaluated() const { return *theory_; }
  /// The same, for others to keep; never null.
  const std::shared_ptr<const EvaluatedTheory>& kept_theory() const { return theory_; }
  /// Some theory of the present settings is on its way: all of it, or all but the bounds.
  bool theory_pending() const { return theory_pending_; }
  /// theory() is of earlier settings, or empty, and that of the present ones is on its way.
  bool theory_stale() const { return theory_stale_; }
  /// Those that the values of theory() belong to; empty while there is no bench.
  std::vector<Checkpoint> checkpoints(std::size_t panel, std::size_t method) const;
  /// Of a run of the present spec; null while there is none.
  const std::shared_ptr<const RunSnapshot>& snapshot() const { return snapshot_; }
  /// The run before the last change, with its spec; null when there is nothing to compare.
  const std::shared_ptr<const RunSnapshot>& ghost() const { return ghost_; }
  void drop_ghost();
  /// A run that has not ended, as the runner knows it now; poll() may have its end still to show.
  bool running() const;
  /// A sentence while a bench or theory is on its way, or why there is none; else empty.
  const std::string& trouble() const { return trouble_; }
  /// Counts everything that can change a figure.
  std::uint64_t version() const { return version_; }

 private:
  void refresh_bench();
  void refresh_theory();
  void drop_theory();
  void use_theory(std::shared_ptr<const EvaluatedTheory> theory);
  void adopt(std::shared_ptr<const RunSnapshot> latest);

  Options options_;
  RunSpec spec_;
  std::vector<SpecIssue> issues_;
  std::shared_ptr<const ProblemBench> bench_;
  std::shared_ptr<const EvaluatedTheory> theory_;  // never null
  bool theory_pending_ = false, theory_stale_ = false;
  std::shared_ptr<const RunSnapshot> snapshot_, ghost_, seen_;
  std::uint64_t generation_ = 0;
  std::uint64_t version_ = 1;
  std::string trouble_;
  TheoryWorker bounds_worker_;  // of its own: predictions under way take a while to stop
  TheoryWorker theory_worker_;
  Runner runner_;
};

}  // namespace sid::app
