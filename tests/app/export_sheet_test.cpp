#include <filesystem>
#include <string>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/app/state/export_choice.hpp"

#include "app/driver.hpp"
#include "support/temporary_folder.hpp"

namespace sid::app {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ExportChoice, EndingAndFormatAgree) {
  ExportChoice choice;
  set_format(choice, FigureFormat::pdf);
  EXPECT_EQ(choice.path, "sidlab-figure.pdf");
  set_path(choice, "/a.b/run.2.PNG");
  EXPECT_EQ(choice.path, "/a.b/run.2.PNG");
  EXPECT_EQ(choice.file.format, FigureFormat::png);
  set_format(choice, FigureFormat::npz);
  EXPECT_EQ(choice.path, "/a.b/run.2.npz");
  set_path(choice, "/a.b/run.2");
  EXPECT_EQ(choice.path, "/a.b/run.2.npz") << "a dot is no ending that is known";
  EXPECT_EQ(choice.file.format, FigureFormat::npz);
  set_path(choice, "");
  EXPECT_EQ(choice.path, "");
  set_format(choice, FigureFormat::svg);
  EXPECT_EQ(choice.path, ".svg");
}

TEST(ExportChoice, ShowsWhatTheWindowShows) {
  FigureOptions shown;
  shown.log_x = false;
  shown.limits["mse"].x = AxisLimits{1.0, 2.0};
  ExportChoice choice;
  EXPECT_EQ(exported_options(shown, choice), shown);
  choice.all_plots = true;
  const FigureOptions all = exported_options(shown, choice);
  EXPECT_EQ(all.quantities.size(), 3U);
  EXPECT_EQ(all.limits, shown.limits);
}

struct Opened : Driver {
  Opened() : Driver({.spec = start_spec(), .preset = "start", .autorun = true}) { open(); }
  void open();
};

void Opened::open() {
  until_done();
  key(GLFW_KEY_E, false, true);
  frames(2);
}

const ExportChoice& choice_of(Driver& driver) {
  return driver.bench().state().view.exporting;
}

TEST(ExportSheet, ShowsThePictureItWillWriteAndItsSize) {
  Opened driver;
  ASSERT_TRUE(driver.shown("export/preview"));
  EXPECT_THAT(driver.value("export/size"), StartsWith("4.50 × "));
  driver.click("export/width");
  driver.frames(2);
  driver.click("export/width/One column, 3.25 in");
  driver.frames(2);
  EXPECT_EQ(choice_of(driver).file.width_inches, kSingleColumn);
  EXPECT_THAT(driver.value("export/size"), StartsWith("3.25 × "));
  driver.click("export/plots/All three");
  driver.frames(2);
  EXPECT_TRUE(choice_of(driver).all_plots);
}

TEST(ExportSheet, WritesEveryFormatThatItOffers) {
  const test::TemporaryFolder folder;
  Opened driver;
  driver.type_into("export/path", folder.file("figure"));
  const auto write = [&](const char* name, const std::string& ending) {
    if (!driver.shown("export/write")) {
      driver.key(GLFW_KEY_E, false, true);
      driver.frames(2);
    }
    driver.click(name);
    driver.frames(2);
    EXPECT_EQ(choice_of(driver).path, folder.file("figure." + ending));
    driver.click("export/write");
    driver.frames(2);
    EXPECT_THAT(driver.bench().state().notes.back().text, EndsWith("figure." + ending + "."));
    return std::filesystem::exists(folder.file("figure." + ending))
               ? folder.read("figure." + ending)
               : std::string();
  };
  EXPECT_THAT(write("export/picture/PDF", "pdf"), StartsWith("%PDF"));
  EXPECT_THAT(write("export/picture/PNG", "png"), StartsWith("\x89PNG"));
  EXPECT_THAT(write("export/picture/LaTeX", "tex"), HasSubstr("pgfplots"));
  EXPECT_THAT(write("export/numbers/CSV", "csv"), HasSubstr("plot,curve,label,role,x,value"));
  EXPECT_THAT(write("export/numbers/JSON", "json"), HasSubstr("\"plots\""));
  EXPECT_THAT(write("export/numbers/NPZ", "npz"), StartsWith("PK"));
}

TEST(ExportSheet, NumbersInSightAreThoseInsideTheAxes) {
  const test::TemporaryFolder folder;
  Opened driver;
  driver.type_into("export/path", folder.file("all.csv"));
  driver.click("export/write");
  driver.key(GLFW_KEY_E, false, true);
  driver.frames(2);
  driver.type_into("export/path", folder.file("seen.csv"));
  driver.click("export/range/In sight");
  driver.click("export/write");
  driver.frames(2);
  const std::string all = folder.read("all.csv"), seen = folder.read("seen.csv");
  EXPECT_LT(seen.size(), all.size());
  EXPECT_THAT(seen, HasSubstr("mse,1/measured"));
}

TEST(ExportSheet, LooksAsItsFlagsSay) {
  Opened driver;
  for (const char* name :
       {"export/title", "export/key", "export/caption", "export/dark", "export/transparent"}) {
    driver.click(name);
  }
  const FigureFileOptions& file = choice_of(driver).file;
  EXPECT_FALSE(file.layout.title);
  EXPECT_FALSE(file.layout.key);
  EXPECT_FALSE(file.layout.caption);
  EXPECT_TRUE(file.dark);
  EXPECT_TRUE(file.transparent);
  driver.type_into("export/font", "9.5");
  EXPECT_EQ(file.font_points, 9.5);
  driver.click("export/picture/PNG");
  driver.click("export/scale/4×");
  EXPECT_EQ(file.png_scale, 4.0);
}

TEST(ExportSheet, GivesItsTextureBackWhenItCloses) {
  Opened driver;
  const int open = driver.textures_alive();
  driver.key(GLFW_KEY_ESCAPE);
  driver.frames(2);
  EXPECT_FALSE(driver.shown("export/preview"));
  EXPECT_EQ(driver.textures_alive(), open - 1);
}

TEST(ExportSheet, SurvivesWindowsThatAreFarTooSmall) {
  for (const float size : {1.0F, 60.0F, 300.0F}) {
    Driver driver({.spec = start_spec(), .preset = "start", .width = size, .height = size});
    driver.bench().state().view.export_open = true;
    driver.frames(3);
  }
}

}  // namespace
}  // namespace sid::app
