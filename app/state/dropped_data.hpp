#pragma once

#include <string>

#include "sid/run/run_spec.hpp"

namespace sid::app {

/// `spec` with its data taken from a dropped file or folder. Folders and IDX files are MNIST, names
/// with .csv or .tsv are CSV, all others LIBSVM; the teaching problem becomes logistic regression
/// with one hyperparameter. Nothing is kept that was said of the labels of the data before: their
/// rule and the fraction of wrong ones. Where a text file is small enough to be counted at once and
/// holds fewer rows than the spec asks for, it is split in halves; minibatches never exceed the
/// training examples. What is wrong with the file itself is for the run to say.
RunSpec with_dropped_data(RunSpec spec, const std::string& path);

}  // namespace sid::app
