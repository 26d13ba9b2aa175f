#include "sid/io/share_string.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/io/spec_file.hpp"

#include "core/io/random_spec.hpp"

namespace sid {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string sentence(const std::string& text) {
  const auto share = parse_share_string(text);
  return share ? std::string() : to_string(share.error());
}

TEST(ShareString, ReadsBackWhatItWrote) {
  test::RandomSpec random(23);
  for (int i = 0; i < 3000; ++i) {
    ShareString share;
    share.spec = random.next();
    if (i % 3 == 0) share.value = 0.205;
    if (i % 5 == 0) share.unknown = {{0, "hide", "setup"}, {1, "colour", "3"}};
    const std::string text = write_share_string(share);
    const auto read = parse_share_string(text);
    ASSERT_TRUE(read) << text << "\n" << to_string(read.error());
    if (i % 5 != 0) {
      ASSERT_TRUE(read->spec == share.spec) << text << "\n" << write_share_string(*read);
      ASSERT_EQ(read->value, share.value);
    }
    ASSERT_EQ(write_share_string(*read), text);
  }
}

TEST(ShareString, IsShortAndReadable) {
  RunSpec spec;
  spec.run.iterations = 500;
  spec.methods = default_methods();
  spec.methods[1].minibatch = 10;
  spec.methods[1].step.eta = 0.2;
  const std::string text = write_share_string({spec, 0.2054321987, {}});
  EXPECT_THAT(text, StartsWith("sid1;t=500;m=batch;m=sid,b:10,eta:0.2;m=sid,step:decreasing#"));
  EXPECT_TRUE(text.ends_with("~0.205432")) << text;
}

TEST(ShareString, LeavesOutDefaultsAndFillsThemIn) {
  const auto share = parse_share_string("sid1;d=20");
  ASSERT_TRUE(share);
  EXPECT_EQ(share->spec.problem.quadratic.dim, 20);
  EXPECT_EQ(share->spec.methods, default_methods());
  EXPECT_FALSE(share->value);
}

TEST(ShareString, IgnoresLineBreaksFromMail) {
  const auto share = parse_share_string("  sid1;t=5\r\n 00;r=6\n4 ");
  ASSERT_TRUE(share);
  EXPECT_EQ(share->spec.run.iterations, 500);
  EXPECT_EQ(share->spec.run.replicas, 64);
}

TEST(ShareString, KeepsAndReportsUnknownSettings) {
  const auto share = parse_share_string("sid1;hide=setup;t=5;m=sid,colour:3");
  ASSERT_TRUE(share);
  ASSERT_EQ(share->unknown.size(), 2U);
  EXPECT_EQ(share->unknown[0], (ShareString::Unknown{0, "hide", "setup"}));
  EXPECT_EQ(share->unknown[1], (ShareString::Unknown{1, "colour", "3"}));
  const std::string again = write_share_string(*share);
  EXPECT_THAT(again, HasSubstr(";hide=setup"));
  EXPECT_THAT(again, HasSubstr(",colour:3"));
}

TEST(ShareString, NamesTheSettingNearestToAnUnknownOne) {
  const auto share = parse_share_string("sid1;sede=3;colour=3;m=sid,v.etta:1,hide:0");
  ASSERT_TRUE(share);
  const std::vector<Error> unknown = unknown_settings(*share);
  ASSERT_EQ(unknown.size(), 4U);
  EXPECT_EQ(to_string(unknown[0]),
            "share string: a share string has no setting 'sede'; did you mean 'seed'?");
  EXPECT_THAT(unknown[1].message, HasSubstr("no setting 'colour'; known are p, l, lv, "));
  EXPECT_EQ(unknown[2].message, "method 1 has no setting 'v.etta'; did you mean 'v.eta'?");
  EXPECT_THAT(unknown[3].message, HasSubstr("method 1 has no setting 'hide'; known are "));
  EXPECT_THAT(unknown_settings(*parse_share_string("sid1;t=5;m=sid,eta:1~0.5")), IsEmpty());
}

TEST(ShareString, TakesEverySettingOnce) {
  EXPECT_THAT(sentence("sid1;t=5;r=2;t=6"), HasSubstr("'t' is given twice"));
  EXPECT_THAT(sentence("sid1;m=sid,eta:1,eta:2"), HasSubstr("'eta' is given twice"));
  EXPECT_THAT(sentence("sid1;m=sid,eta:1,v.eta:2;m=sid,eta:1"), "");
}

TEST(ShareString, NoticesAnySingleChangedCharacter) {
  RunSpec spec;
  spec.methods = default_methods();
  const std::string text = write_share_string({spec, std::nullopt, {}});
  const std::size_t end = text.find('#');
  for (std::size_t i = 5; i < end; ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    EXPECT_THAT(sentence(changed), HasSubstr("checksum is")) << changed;
  }
}

TEST(ShareString, SaysWhatIsWrong) {
  EXPECT_THAT(sentence("hello"), HasSubstr("begins with 'sid1;'"));
  EXPECT_THAT(sentence(""), HasSubstr("begins with 'sid1;'"));
  EXPECT_THAT(sentence("sid2;t=5"), HasSubstr("format 'sid2' is not known"));
  EXPECT_THAT(sentence("sid1;t=5#0000"), HasSubstr("a character was lost or changed"));
  EXPECT_THAT(sentence("sid1;t=five"), HasSubstr("'t=five' cannot be read"));
  EXPECT_THAT(sentence("sid1;t"), HasSubstr("'t' cannot be read"));
  EXPECT_THAT(sentence("sid1;k=nan"), HasSubstr("'k=nan'"));
  EXPECT_THAT(sentence("sid1;k=1e999"), HasSubstr("'k=1e999' cannot be read"));
  EXPECT_THAT(sentence("sid1;seed=9223372036854775808"), HasSubstr("out of range"));
  EXPECT_THAT(sentence("sid1;p=cubic"), HasSubstr("'p=cubic'"));
  EXPECT_THAT(sentence("sid1;m=sgd"), HasSubstr("'sgd' in method 1"));
  EXPECT_THAT(sentence("sid1;m=sid,eta:x"), HasSubstr("'eta:x' in method 1"));
  EXPECT_THAT(sentence("sid1;m=sid,eta"), HasSubstr("'eta' in method 1"));
  EXPECT_THAT(sentence("sid1;title=%0"), HasSubstr("'title=%0'"));
  EXPECT_THAT(sentence("sid1;title=%00"), HasSubstr("'title=%00'"));
  EXPECT_THAT(sentence("sid1;t=5~abc"), HasSubstr("must stand after '~', not 'abc'"));
  EXPECT_THAT(sentence("sid1;t=5#"), HasSubstr("checksum after '#' is missing"));
  EXPECT_THAT(sentence("sid1;le=1,2"), HasSubstr("'le=1,2'"));
}

TEST(ShareString, IsRecognised) {
  EXPECT_TRUE(looks_like_share_string("sid1;"));
  EXPECT_TRUE(looks_like_share_string(" sid12;t=1"));
  EXPECT_FALSE(looks_like_share_string("sid;"));
  EXPECT_FALSE(looks_like_share_string("sidlab.toml"));
  EXPECT_FALSE(looks_like_share_string("sid1.toml"));
  EXPECT_FALSE(looks_like_share_string(""));
}

}  // namespace
}  // namespace sid
