#include "sid/app/state/copied_text.hpp"

#include <limits>
#include <string>
#include <vector>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Series series(const char* key, SeriesRole role, const char* label, double last) {
  Series s;
  s.key = key;
  s.label = label;
  s.role = role;
  s.x = {1.0, 12.0};
  s.y = {9.0, last};
  return s;
}

PlotPanel plot() {
  PlotPanel p;
  p.id = "mse";
  p.y.label = "E‖e‖²";
  Series measured = series("0/measured", SeriesRole::measured, "SID", 0.25);
  measured.band_low = {8.0, 0.125};
  measured.band_high = {10.0, 0.5};
  p.series = {measured,
              series("0/bound", SeriesRole::bound, "Theorem 3.4, SID const", 50.0),
              series("0/exact", SeriesRole::exact, "exact, SID const", 0.2),
              series("1/bound", SeriesRole::bound, "Theorem 3.4, Batch", 60.0)};
  return p;
}

const std::vector<std::string> kLabels = {"SID const", "Batch"};

TEST(CopiedText, TableHasACellForEveryNumber) {
  const Readout readout = make_readout(plot(), 2, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(readout_table(plot(), readout, kLabels, {}),
            "method\tepochs\tE‖e‖²\tlow (95 % interval)\thigh\tbound\tbound ÷ error\texact or "
            "predicted\tname of the bound\tname of exact or predicted\n"
            "SID const\t12\t0.25\t0.125\t0.5\t50\t200\t0.2\tTheorem 3.4\texact\n"
            "Batch\t12\t\t\t\t60\t\t\tTheorem 3.4\t\n");
  FigureOptions options;
  options.band = BandKind::std;
  EXPECT_THAT(readout_table(plot(), readout, kLabels, options),
              HasSubstr("low (one standard deviation, mirrored below)"));
  options.band = BandKind::none;
  EXPECT_THAT(readout_table(plot(), readout, kLabels, options), HasSubstr("\tlow\thigh\t"));
  EXPECT_THAT(readout_table(plot(), readout, {"a\tb", "Batch"}, {}), HasSubstr("\na b\t12"));
}

TEST(CopiedText, SentenceSaysWhatItIsOf) {
  const Readout readout = make_readout(plot(), 2, 12.0);
  EXPECT_EQ(readout_sentence(plot(), readout.rows[0], "SID const", {}),
            "SID const: E‖e‖² is 0.250 (95 % interval 0.125 to 0.500) at 12.0 epochs; the bound "
            "(Theorem 3.4) is 50.0, 200 times the error; exact 0.200.");
  PlotPanel titled = plot();
  titled.title = "λ = 0.1";
  EXPECT_EQ(readout_sentence(titled, readout.rows[1], "Batch", {}),
            "Batch, λ = 0.1: E‖e‖² has no measured value at 12.0 epochs; the bound (Theorem 3.4) "
            "is 60.0.");
}

TEST(CopiedText, SaysNothingOfBoundsOfEarlierSettings) {
  PlotPanel old = plot();
  for (Series& s : old.series) s.faded = s.role != SeriesRole::measured;
  const Readout readout = make_readout(old, 2, 12.0);
  EXPECT_THAT(readout_sentence(old, readout.rows[0], "SID", {}), EndsWith("at 12.0 epochs."));
  EXPECT_THAT(readout_table(old, readout, kLabels, {}),
              HasSubstr("SID const\t12\t0.25\t0.125\t0.5\t\t\t\t\t\n"));
}

TEST(CopiedText, KeysPutItOnTheClipboard) {
  Driver driver({.spec = start_spec(), .preset = "start", .autorun = true});
  driver.until_done();
  driver.key(GLFW_KEY_C, false, true);
  driver.frames(1);
  EXPECT_EQ(driver.value("message"), "Table copied.") << "before what is more serious";
  EXPECT_GT(driver.bench().next_frame_in(), 0.0) << "to go away by itself";
  EXPECT_LE(driver.bench().next_frame_in(), 5.0);
  EXPECT_THAT(ImGui::GetClipboardText(),
              AllOf(StartsWith("method\tepochs\t"), HasSubstr("\nSID const")));
  driver.key(GLFW_KEY_C, true, true);
  driver.frames(1);
  EXPECT_EQ(driver.value("message"), "Sentence copied.");
  EXPECT_THAT(ImGui::GetClipboardText(), AllOf(HasSubstr(" epochs; the bound ("), EndsWith(".")));
}

}  // namespace
}  // namespace sid::app
