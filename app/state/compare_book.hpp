#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sid/app/state/pins.hpp"
#include "sid/app/state/session.hpp"
#include "sid/figure/comparison_figure.hpp"
#include "sid/figure/figure.hpp"

namespace sid::app {

/// One cell of the table below compared plots, ready to be drawn.
struct CompareCell {
  std::string text;    ///< a number as format_for_reading writes it, or a value of a setting
  std::string extra;   ///< "±41 %"
  std::string tip;     ///< everything about it, in sentences
  std::string series;  ///< key of the curve it is of; empty: none
  bool faint = false;  ///< a ratio whose interval has 1 inside, or is not known
  bool lost = false;   ///< replicas overflowed; `extra` says how many
};

/// One line of it.
struct CompareLine {
  enum class Kind {
    heading,  ///< of the lines below
    setting,  ///< a key of the spec in which the runs differ
    error,    ///< last measured error of a method
    ratio,    ///< the same over that of the first run
  };
  Kind kind = Kind::setting;
  std::string label, tip;
  int colour = -1;                 ///< of the method; -1: none
  std::vector<CompareCell> cells;  ///< one per column; none for headings
};

/// A run: a column of the table.
struct CompareColumn {
  std::string letter;    ///< "A", "now"
  std::string state;     ///< "64 replicas", "running, 40 %"
  std::string tip;       ///< name and state
  bool pinned = false;   ///< else the present run
  bool present = false;  ///< it is the present run, pinned or not
};

struct CompareTable {
  std::vector<CompareColumn> columns;
  std::vector<CompareLine> lines;
  std::string remarks;  ///< sentences on what is not alike and how ratios were made
};

/// The table as lines of text, cells separated by tabs, for a spreadsheet.
std::string table_text(const CompareTable& table);

/// What the comparison is of, besides pins and session.
struct ComparePage {
  CompareArrangement arrangement = CompareArrangement::one_plot;
  CompareValue value = CompareValue::errors;
  FigureOptions figure;
  std::size_t panel = 0;  ///< selected hyperparameter of the present run
  bool operator==(const ComparePage&) const = default;
};

/// Figure and table of the runs that are shown and of the present one, made again only when one of
/// them changed.
class CompareBook {
 public:
  /// True if it made them again. The session's run is the last column, "now", unless it has no
  /// point yet; if it is pinned, its column is that of the pin.
  bool update(const Pins& pins, const Session& session, const ComparePage& page);

  std::size_t runs() const { return table_.columns.size(); }
  const Figure& figure() const { return figure_; }
  const CompareTable& table() const { return table_; }
  /// The run that ratios are to; empty without runs.
  std::string base() const { return runs() == 0 ? "" : table_.columns.front().letter; }
  std::uint64_t version() const { return version_; }
  /// The specs of the runs, as figure files embed them.
  const std::string& metadata() const { return metadata_; }
  /// The figure with other options: for files.
  Figure figure_with(const Pins& pins, const Session& session, const ComparePage& page) const;

 private:
  Figure figure_;
  CompareTable table_;
  std::string metadata_;
  ComparePage page_;
  std::uint64_t pins_version_ = 0, session_version_ = 0, version_ = 0;
};

}  // namespace sid::app
