#pragma once

#include <string>
#include <vector>

#include "sid/app/cli/arguments.hpp"
#include "sid/figure/build_figure.hpp"
#include "sid/figure/write_figure.hpp"
#include "sid/run/snapshot.hpp"

namespace sid::cli {

/// What a figure shows and how it looks.
struct FigureChoice {
  std::vector<std::string> formats = {"svg", "pdf", "png"};
  FigureOptions options;
  FigureFileOptions file;
};

struct FigureArguments {
  std::string folder;
  std::string out;  ///< folder for the files; empty: `folder`
  FigureChoice choice;
};

/// figure.svg and so on into `folder`, all or none, with the spec and the program's version inside.
Result<void> write_figures(const std::string& folder,
                           const RunSnapshot& run,
                           const std::vector<std::vector<MethodTheory>>& theory,
                           const FigureChoice& choice);

/// Says why the figures of a folder with whole tables are missing, and how to get them.
void print_undrawn(const Error& error, const std::string& folder);

/// `sidlab figure`: draws the figure of a result folder again, from its tables.
int figure_command(const FigureArguments& arguments);

struct MergeArguments {
  std::vector<std::string> folders;
  std::string out = "sidlab-out";
  bool force = false;
};

/// `sidlab merge`: joins shards into one result folder.
int merge_command(const MergeArguments& arguments);

}  // namespace sid::cli
