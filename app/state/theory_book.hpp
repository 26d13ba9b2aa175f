#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sid/app/state/part_rows.hpp"
#include "sid/app/state/term_stack.hpp"
#include "sid/app/state/theory_charts.hpp"
#include "sid/app/state/theory_study_desk.hpp"
#include "sid/theory/gaps.hpp"
#include "sid/theory/report.hpp"

namespace sid::app {

/// What the theory view is of, and how it looks at it.
struct TheoryPage {
  std::size_t panel = 0, method = 0;
  std::size_t at = 0;  ///< checkpoint
  XUnit x_unit = XUnit::epochs;
  bool log_x = true;
  bool shares = true;  ///< of the terms
  bool operator==(const TheoryPage&) const = default;
};

/// The pictures of the theory view as data, made anew only when what they are of changed: the view
/// draws them and computes nothing.
class TheoryBook {
 public:
  /// Call every frame that draws the theory view, after the desk was polled.
  void update(const Session& session, const TheoryStudyDesk& desk, const TheoryPage& page);

  /// The study of the page's method; null while there is none.
  const TheoryStudy* study() const { return study_; }
  const std::vector<Checkpoint>& checkpoints() const { return checkpoints_; }
  /// Of the hypotheses of a statement of study(), by its id (statement_checks.hpp).
  const std::vector<AssumptionCheck>& checks_of(const std::string& statement) const;
  /// study() is of another theory than the present one, whose study is on its way.
  bool outdated() const { return outdated_; }
  /// While the present theory or its study is on its way: that of before, if it is of the same
  /// method at the same hyperparameter, so that what stands below it stays there.
  const Waterfall& waterfall() const { return waterfall_; }
  const Tornado& tornado() const { return tornado_; }
  const TermStack& stack() const { return stack_; }
  /// In the order of kErrorParts.
  const std::array<PlotPanel, 3>& part_plots() const { return part_plots_; }
  const std::array<PartRow, 3>& part_rows() const { return part_rows_; }
  /// Some of the plots has something to show.
  bool parts_known() const;
  /// What to read with care in the paper where this method is concerned.
  const std::vector<const PaperNote*>& notes() const { return notes_; }
  /// Counts changes of stack() and part_plots(), so that drawn vertices can be kept.
  std::uint64_t version() const { return version_; }

 private:
  void draw_curves(const Session& session);
  void draw_rows(const Session& session, const TheoryStudyDesk& desk);
  void draw_waterfall(const Session& session, const StudyRequest* of);

  /// Waterfalls of equal ones may be shown in place of each other for a moment.
  struct WaterfallOf {
    std::size_t panel = 0, method = 0;
    ProblemKind problem = ProblemKind::quadratic;
    MethodKind kind = MethodKind::sid;
    std::string name;
    bool operator==(const WaterfallOf&) const = default;
  };

  TheoryPage page_;
  std::uint64_t session_version_ = 0, desk_changes_ = 0, version_ = 0;
  bool begun_ = false, outdated_ = false;
  const TheoryStudy* study_ = nullptr;
  std::vector<Checkpoint> checkpoints_;
  std::map<std::string, std::vector<AssumptionCheck>> checks_;
  Waterfall waterfall_;
  WaterfallOf waterfall_of_;
  Tornado tornado_;
  TermStack stack_;
  std::array<PlotPanel, 3> part_plots_;
  std::array<PartRow, 3> part_rows_;
  std::vector<const PaperNote*> notes_;
};

}  // namespace sid::app
