#include "sid/figure/latex_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sid {
namespace {

TEST(LatexText, EscapesWhatIsSpecialToTex) {
  EXPECT_EQ(latex_text("50 % of $x_1 {a} #1 & ~b^c \\d"),
            "50 \\% of \\$x\\_1 \\{a\\} \\#1 \\& \\textasciitilde{}b\\textasciicircum{}c "
            "\\textbackslash{}d");
}

TEST(LatexText, SetsMathematicsAsFormulas) {
  EXPECT_EQ(latex_text("λ = 0.5"), "$\\lambda $ = 0.5");
  EXPECT_EQ(latex_text("5·10⁻⁶"), "5$\\cdot $10$^{-6}$");
  EXPECT_EQ(latex_text("σ₁′ ≤ 1/(1−q²)"), "$\\sigma _{1}^{\\prime }$ $\\le $ 1/(1$-$q$^{2}$)");
  EXPECT_EQ(latex_text("Φ\u0302 and x\u0302"), "$\\hat{\\Phi }$ and $\\hat{x}$");
  EXPECT_EQ(latex_text("a < b > c | ∓1 µ"), "a $<$ b $>$ c $\\vert $ $\\mp $1 $\\mu $");
  EXPECT_EQ(latex_text("x²₀³"), "x$^{2}${}$_{0}^{3}$") << "one raised group at a time";
  EXPECT_EQ(latex_text("‖w_t‖²"), "$\\Vert $w\\_t$\\Vert ^{2}$");
}

TEST(LatexText, KeepsLatinLettersAndMarksWhatItDoesNotKnow) {
  EXPECT_EQ(latex_text("Müller – čas\u00a0x"), "Müller -- čas~x");
  EXPECT_EQ(latex_text("中a"), "?a");
  EXPECT_EQ(latex_text("a\x80z\xCE"), "a?z?") << "bytes that are no UTF-8";
  EXPECT_EQ(latex_text("\xE0\x81\xA1"), "?") << "longer than it needs to be";
  EXPECT_EQ(latex_text("a--b"), "a-{}-b") << "no dash";
  EXPECT_EQ(latex_text("ħ"), "?") << "not in the fonts";
  EXPECT_EQ(latex_text("two\nlines"), "two lines");
  EXPECT_EQ(latex_text(""), "");
}

TEST(LatexText, LeavesEveryFormulaAndGroupClosed) {
  std::string all;
  for (int c = 1; c < 0x2300; ++c) {
    if (c < 0x80) {
      all += static_cast<char>(c);
    } else if (c < 0x800) {
      all += static_cast<char>(0xC0 | (c >> 6));
      all += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      all += static_cast<char>(0xE0 | (c >> 12));
      all += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      all += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  const std::string latex = latex_text(all);
  int depth = 0, dollars = 0;
  for (std::size_t i = 0; i < latex.size(); ++i) {
    if (latex[i] == '\\') {
      ++i;
      continue;
    }
    depth += latex[i] == '{' ? 1 : latex[i] == '}' ? -1 : 0;
    dollars += latex[i] == '$' ? 1 : 0;
    ASSERT_GE(depth, 0);
  }
  EXPECT_EQ(depth, 0);
  EXPECT_EQ(dollars % 2, 0);
  EXPECT_GT(dollars, 20);
}

}  // namespace
}  // namespace sid
