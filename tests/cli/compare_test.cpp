#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::kQuick;
using test::Outcome;
using test::run_sidlab;
using test::TemporaryFolder;
using test::words;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Compare : public testing::Test {
 protected:
  std::string run(const std::string& name, const std::vector<std::string>& settings = {}) {
    std::vector<std::string> command =
        words({"run", "start", "--quiet", "--out", folder_.file(name)}, kQuick);
    for (const std::string& setting : settings) {
      command.emplace_back("--set");
      command.push_back(setting);
    }
    const Outcome made = run_sidlab(command);
    EXPECT_EQ(made.code, 0) << made.err;
    return folder_.file(name);
  }

  TemporaryFolder folder_;
};

TEST_F(Compare, PrintsDifferencesErrorsAndRatios) {
  const std::string a = run("a"), b = run("b", {"method[2].step.eta=0.25"});
  const Outcome compared = run_sidlab({"compare", a, b});
  ASSERT_EQ(compared.code, 0) << compared.err;
  EXPECT_THAT(compared.err, IsEmpty());
  EXPECT_THAT(compared.out,
              AllOf(HasSubstr("A  " + a),
                    HasSubstr("B  " + b),
                    HasSubstr("method[2].step.eta"),
                    HasSubstr("0.25"),
                    HasSubstr("mean-square error"),
                    HasSubstr("÷ A"),
                    HasSubstr("replica by replica")));
  EXPECT_THAT(compared.out, Not(HasSubstr("run.replicas"))) << "what is equal is not listed";
}

TEST_F(Compare, OfARunWithItselfNothingDiffers) {
  const std::string a = run("a");
  const Outcome compared = run_sidlab({"compare", a, a, a});
  ASSERT_EQ(compared.code, 0) << compared.err;
  EXPECT_THAT(compared.out, AllOf(HasSubstr("No setting differs."), HasSubstr("C  " + a)));
}

TEST_F(Compare, WritesFiguresInEveryFormat) {
  const std::string a = run("a"), b = run("b", {"run.seed=7"});
  for (const char* format : {"svg", "pdf", "png", "tex", "csv", "json", "npz"}) {
    const std::string file = folder_.file(std::string("figure.") + format);
    const Outcome drawn = run_sidlab({"compare", a, b, "--out", file});
    EXPECT_EQ(drawn.code, 0) << drawn.err;
    EXPECT_GT(std::filesystem::file_size(file), 500U) << format;
  }
  EXPECT_THAT(folder_.read("figure.csv"),
              AllOf(HasSubstr("compare,A/1/measured"),
                    HasSubstr("compare,B/1/measured"),
                    HasSubstr("# run B"),
                    HasSubstr("seed = 7")));
  const std::string ratios = folder_.file("ratio.csv");
  ASSERT_EQ(run_sidlab({"compare", a, b, "--ratio", "--out", ratios}).code, 0);
  EXPECT_THAT(folder_.read("ratio.csv"),
              AllOf(HasSubstr("error ÷ error of A"),
                    HasSubstr("as of independent runs"),
                    Not(HasSubstr("A/1/measured"))));
  const std::string each = folder_.file("each.csv");
  ASSERT_EQ(run_sidlab({"compare", a, b, "--small-multiples", "--out", each}).code, 0);
  EXPECT_THAT(folder_.read("each.csv"),
              AllOf(HasSubstr("runs/0,A/1/measured"), HasSubstr("runs/1,B/1/measured")));
}

TEST_F(Compare, EqualCallsGiveEqualBytes) {
  const std::string a = run("a"), b = run("b", {"run.seed=7"});
  ASSERT_EQ(run_sidlab({"compare", a, b, "--out", folder_.file("1.svg")}).code, 0);
  ASSERT_EQ(run_sidlab({"compare", a, b, "--out", folder_.file("2.svg")}).code, 0);
  EXPECT_EQ(folder_.read("1.svg"), folder_.read("2.svg"));
}

TEST_F(Compare, ComparesWhatIsCommonAndSaysTheRest) {
  const std::string a = run("a", {"problem.lambda=[0.5, 1]"});
  const std::string b = run("b", {"problem.lambda=[1, 2]", "problem.quadratic.condition=5"});
  const Outcome compared = run_sidlab({"compare", a, b});
  ASSERT_EQ(compared.code, 0) << compared.err;
  EXPECT_THAT(
      compared.out,
      AllOf(HasSubstr("left out: 1 of A and 1 of B"), HasSubstr("B is of another problem than A")));
}

TEST_F(Compare, RefusesWithASentence) {
  const std::string a = run("a");
  const auto refused = [](const std::vector<std::string>& arguments, const std::string& why) {
    const Outcome outcome = run_sidlab(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(why));
    EXPECT_THAT(outcome.out, IsEmpty());
  };
  refused({"compare", a}, "one run cannot be compared");
  refused({"compare", a, a, a, a, a, a, a, a, a}, "9 folders are more than the eight letters");
  refused({"compare", a, folder_.file("nowhere")}, "no such folder");
  refused({"compare", a, a, "--out", folder_.file("figure.bmp")}, "no figure format");
  refused({"compare", a, a, "--out", folder_.file("figure")}, "no figure format");
  refused({"compare", a, a, "--out", folder_.file("no/such/figure.svg")}, "no/such");
  refused({"compare"}, "required");
  refused({"shot", "start", "--pin", folder_.file("nowhere"), "--out", folder_.file("w.png")},
          "no such folder");
}

}  // namespace
}  // namespace sid
