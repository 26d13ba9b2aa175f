#include "sid/app/state/theory_book.hpp"

#include <algorithm>
#include <utility>

#include "sid/app/state/statement_checks.hpp"
#include "sid/run/error_study.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::app {
namespace {

const MethodTheory* theory_of(const Session& session, const TheoryPage& page) {
  const Theory& theory = session.theory();
  if (page.panel >= theory.size() || page.method >= theory[page.panel].size()) return nullptr;
  return &theory[page.panel][page.method];
}

const MethodCurve* measured_of(const Session& session, const TheoryPage& page) {
  const auto& run = session.snapshot();
  if (!run) return nullptr;
  for (const MethodCurve& curve : run->curves) {
    if (curve.panel == page.panel && curve.method == page.method) return &curve;
  }
  return nullptr;
}

bool draws_no_samples(const Session& session, const TheoryPage& page) {
  const RunSpec& spec = session.spec();
  return page.method < spec.methods.size() && !traits_of(spec.methods[page.method].kind).random &&
         !spec.run.vary_split;
}

/// By the snapshot: it changes together with Session::version(), and the runner may still be busy
/// with a run that nobody wants any more.
RunState run_state(const Session& session) {
  const auto& run = session.snapshot();
  if (!run) return RunState::idle;
  return run->done() ? RunState::over : RunState::running;
}

/// What the curves are drawn from: the page without its checkpoint.
TheoryPage without_checkpoint(TheoryPage page) {
  page.at = 0;
  return page;
}

}  // namespace

void TheoryBook::update(const Session& session,
                        const TheoryStudyDesk& desk,
                        const TheoryPage& page) {
  const bool news = !begun_ || session.version() != session_version_;
  const bool studied = !begun_ || desk.changes() != desk_changes_;
  const bool curves = news || without_checkpoint(page) != without_checkpoint(page_);
  const bool rows = curves || studied || page != page_;
  page_ = page;
  session_version_ = session.version();
  desk_changes_ = desk.changes();
  begun_ = true;
  if (curves) draw_curves(session);
  if (rows) draw_rows(session, desk);
}

const std::vector<AssumptionCheck>& TheoryBook::checks_of(const std::string& statement) const {
  static const std::vector<AssumptionCheck> kNone;
  const auto found = checks_.find(statement);
  return found != checks_.end() ? found->second : kNone;
}

bool TheoryBook::parts_known() const {
  return std::any_of(part_plots_.begin(), part_plots_.end(), [](const PlotPanel& plot) {
    return plot.note.empty();
  });
}

void TheoryBook::draw_curves(const Session& session) {
  ++version_;
  checkpoints_ = session.checkpoints(page_.panel, page_.method);
  FigureOptions options;
  options.x_unit = page_.x_unit;
  options.log_x = page_.log_x;
  const MethodTheory* const theory = theory_of(session, page_);
  const TheoryCurve* const bound = theory != nullptr ? theory->find("bound_3_4") : nullptr;
  stack_ = bound != nullptr && bound->drawn()
               ? term_stack(*bound, checkpoints_, options, page_.shares)
               : TermStack{};
  ErrorPartsSource source;
  source.theory = theory;
  source.checkpoints = checkpoints_;
  source.measured = measured_of(session, page_);
  source.deterministic = draws_no_samples(session, page_);
  source.faded = session.theory_stale();
  const std::vector<MethodStyle> styles = method_styles(session.spec());
  if (page_.method < styles.size()) source.style = styles[page_.method];
  part_plots_ = error_parts_plots(source, options);
  notes_.clear();
  if (theory != nullptr) notes_ = notes_that_matter({{*theory}});
}

void TheoryBook::draw_rows(const Session& session, const TheoryStudyDesk& desk) {
  const TheoryStudyDesk::Finished* const latest = desk.latest();
  const bool ours = latest != nullptr && theory_of(session, page_) != nullptr &&
                    latest->of.place.panel == page_.panel &&
                    latest->of.place.method == page_.method;
  study_ = ours ? &latest->study : nullptr;
  outdated_ = ours && latest->of.theory != session.kept_theory();
  checks_.clear();
  if (study_ != nullptr) {
    const MethodTheory& theory = *theory_of(session, page_);
    for (const TheoremStatement& s : study_->statements)
      checks_[s.id] = statement_checks(s, theory);
  }
  draw_waterfall(session, ours ? &latest->of : nullptr);
  tornado_ = study_ != nullptr ? sid::app::tornado(study_->sensitivities) : Tornado{};
  PartRowsSource source;
  source.route = session.spec().run.decomposition;
  source.deterministic = draws_no_samples(session, page_);
  source.theory = theory_of(session, page_);
  source.at = page_.at;
  source.run = run_state(session);
  // Of a run that is over, what was measured follows with the theory it belongs to.
  if (session.theory_stale() && source.run == RunState::over) source.run = RunState::running;
  const MethodCurve* const measured = measured_of(session, page_);
  // A theory of earlier settings bounds nothing that was measured under the present ones, and may
  // have other checkpoints.
  if (measured != nullptr && !session.theory_stale() && measured->checkpoints == checkpoints_ &&
      page_.at < measured->points.size()) {
    source.point = &measured->points[page_.at];
  }
  part_rows_ = sid::app::part_rows(source);
}

void TheoryBook::draw_waterfall(const Session& session, const StudyRequest* of) {
  if (study_ == nullptr || of == nullptr) {
    waterfall_ = {};
    return;
  }
  const RunSpec& spec = of->theory->spec;
  const MethodSpec& method = spec.methods[page_.method];
  WaterfallOf subject{page_.panel, page_.method, spec.problem.kind, method.kind, method.name};
  Waterfall made = sid::app::waterfall(study_->looseness);
  const bool coming = session.theory_pending() || outdated_;
  if (made.rows.empty() && coming && subject == waterfall_of_) return;
  waterfall_ = std::move(made);
  waterfall_of_ = std::move(subject);
}

}  // namespace sid::app
