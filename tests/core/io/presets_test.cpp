#include "sid/io/presets.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/run/validation.hpp"

#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using testing::HasSubstr;

std::string folder() {
  return std::string(SID_SOURCE_DIR) + "/assets/presets";
}

TEST(Presets, AreValidAndSayWhatTheyShow) {
  const std::vector<Preset> presets = list_presets(folder());
  std::vector<std::string> names;
  for (const Preset& preset : presets) {
    names.push_back(preset.name);
    EXPECT_FALSE(preset.shows.empty()) << preset.name;
    EXPECT_FALSE(preset.title.empty()) << preset.name;
    const auto document = load_spec(preset.path);
    ASSERT_TRUE(document) << to_string(document.error().front());
    for (const SpecIssue& issue : validate(document->spec)) {
      ADD_FAILURE() << preset.name << ": " << issue.to_string();
    }
  }
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(names.front(), "start");
  for (const char* name :
       {"figure-1", "figure-2", "too-bold", "two-phase", "iid-or-reshuffled", "floor"}) {
    EXPECT_THAT(names, testing::Contains(name));
  }
}

TEST(Presets, ListsAFileThatIsNoSpecWithoutTitle) {
  const test::TemporaryFolder folder;
  folder.write("broken.toml", "# shows: nothing\n[[[");
  folder.write("notes.txt", "not a preset");
  const auto presets = list_presets(folder.path());
  ASSERT_EQ(presets.size(), 1U);
  EXPECT_EQ(presets[0].name, "broken");
  EXPECT_EQ(presets[0].shows, "nothing");
  EXPECT_EQ(presets[0].title, "");
  EXPECT_TRUE(list_presets(folder.file("none")).empty());
}

TEST(OpenSpec, TakesPresetsFilesAndShareStrings) {
  ::setenv("SIDLAB_ASSETS", (std::string(SID_SOURCE_DIR) + "/assets").c_str(), 1);
  const std::vector<std::string> overrides = {"run.replicas=3"};
  const auto preset = open_spec("start", overrides);
  ASSERT_TRUE(preset) << to_string(preset.error().front());
  EXPECT_EQ(preset->spec.run.replicas, 3);
  const auto file = open_spec(folder() + "/start.toml", overrides);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->spec == preset->spec);
  const auto share = open_spec("sid1;t=77", overrides);
  ASSERT_TRUE(share);
  EXPECT_EQ(share->spec.run.iterations, 77);
  EXPECT_EQ(share->spec.run.replicas, 3);
}

TEST(OpenSpec, SaysWhatIsWrong) {
  ::setenv("SIDLAB_ASSETS", (std::string(SID_SOURCE_DIR) + "/assets").c_str(), 1);
  const auto sentence = [](const std::string& text) {
    const auto document = open_spec(text);
    return document ? std::string() : to_string(document.error().front());
  };
  EXPECT_THAT(sentence("figure1"), HasSubstr("no such file or preset; did you mean 'figure-1'?"));
  EXPECT_THAT(sentence("nowhere/x.toml"), HasSubstr("no such file"));
  EXPECT_THAT(sentence("sid1;t=5#0000"), HasSubstr("checksum"));
  EXPECT_THAT(sentence(""), HasSubstr("name a spec file or a preset"));
}

}  // namespace
}  // namespace sid
