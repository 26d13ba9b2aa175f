#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sid/files/output_folder.hpp"
#include "sid/math/result.hpp"
#include "sid/run/runner.hpp"
#include "sid/run/snapshot.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// How a run was made; goes into run.json beside what the snapshot knows.
struct RunInfo {
  std::string version, compiler;  ///< of the program that ran it
  int threads = 0;
  std::vector<Shard> shards = {Shard{}};  ///< those in this folder; a merged one has several
};

/// The information for a run made by this program.
RunInfo this_program(int threads, Shard shard);

/// The texts of a result folder, as files hold them.
struct ResultTables {
  std::string curves;       ///< curves.csv
  std::string parts;        ///< parts.csv; empty: no such file
  std::string conditional;  ///< conditional.csv; empty: no such file
  std::string summary;      ///< summary.csv
  std::string theory;       ///< theory.json
  std::string spec;         ///< spec.toml
  std::string run;          ///< run.json
};

/// `theory` is [panel][method]. Requires a snapshot with a bench. All but run.json depend on the
/// spec alone (and on how far a stopped run came): same spec, same bytes.
ResultTables make_tables(const RunSnapshot& snapshot,
                         const std::vector<std::vector<MethodTheory>>& theory,
                         const RunInfo& info);

/// What is embedded into figure files: the program's version and the spec as TOML.
std::string figure_metadata(const RunSpec& spec);

/// The folder for results, made if missing (and gone again with the object if nothing is put into
/// it). Errors: it holds files and `force` is false, it is a file, no permission, or one of its
/// files cannot be replaced: better known before a run than after it.
Result<OutputFolder> prepare_folder(const std::string& folder, bool force);

/// Puts the files into the folder. All are written whole under temporary names first: an error
/// then (a full disk) leaves the folder as it was. Only then is the old run.json removed, which
/// marks a complete folder, then the old figures and the tables that this run has not; the new ones
/// are renamed one after the other, and run.json last. So a folder with a run.json holds the files
/// of one run, and no figure of another, whenever the program was killed; a folder that lacks it is
/// refused by read_results().
Result<void> write_tables(const std::string& folder, const ResultTables& tables);

/// A result folder read back: enough to draw its figure and to merge it, without its data.
struct RecordedRun {
  RunSnapshot snapshot;                           ///< bench: records only (recorded_problem.hpp)
  std::vector<std::vector<MethodTheory>> theory;  ///< [panel][method]
  RunInfo info;
  std::string theory_text, spec_text;  ///< the files themselves
};

/// Errors: no results, incomplete ones (no run.json: see write_tables), a missing file, or what is
/// wrong in which file and line.
Result<RecordedRun> read_results(const std::string& folder);

/// Joins the shards of one experiment into the tables that one run would have written, bit by bit
/// (run.json apart, which adds up times and lists the shards). Statistics are computed anew from
/// the errors. If shards were stopped at different checkpoints, the common ones are kept.
/// Errors: other specs, data or program versions; shards missing or given twice.
Result<ResultTables> merge_results(const std::vector<std::string>& folders);

}  // namespace sid
