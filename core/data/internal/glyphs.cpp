#include "sid/data/internal/handwriting.hpp"
#include "sid/math/contract.hpp"

namespace sid::internal {

namespace {

constexpr auto kStart = PenPoint::start;
constexpr auto kCorner = PenPoint::corner;

constexpr PenPoint kZeroRound[] = {{0.56, 0.04, kStart},
                                   {0.30, 0.12},
                                   {0.14, 0.46},
                                   {0.22, 0.82},
                                   {0.46, 0.97},
                                   {0.73, 0.86},
                                   {0.86, 0.50},
                                   {0.76, 0.16},
                                   {0.52, 0.04},
                                   {0.40, 0.07}};
constexpr PenPoint kZeroOpen[] = {{0.66, 0.10, kStart},
                                  {0.40, 0.05},
                                  {0.17, 0.34},
                                  {0.17, 0.72},
                                  {0.40, 0.97},
                                  {0.70, 0.86},
                                  {0.84, 0.52},
                                  {0.72, 0.16},
                                  {0.56, 0.10}};

constexpr PenPoint kOnePlain[] = {{0.52, 0.03, kStart}, {0.50, 0.35}, {0.50, 0.65}, {0.48, 0.97}};
constexpr PenPoint kOneFlag[] = {
    {0.30, 0.24, kStart}, {0.44, 0.14}, {0.56, 0.03, kCorner}, {0.54, 0.50}, {0.53, 0.97}};
constexpr PenPoint kOneBase[] = {{0.30, 0.22, kStart},
                                 {0.54, 0.03, kCorner},
                                 {0.53, 0.50},
                                 {0.52, 0.95},
                                 {0.24, 0.96, kStart},
                                 {0.52, 0.95},
                                 {0.80, 0.95}};

constexpr PenPoint kTwoPlain[] = {{0.18, 0.26, kStart},
                                  {0.32, 0.08},
                                  {0.58, 0.04},
                                  {0.76, 0.20},
                                  {0.68, 0.44},
                                  {0.44, 0.70},
                                  {0.16, 0.95, kCorner},
                                  {0.50, 0.93},
                                  {0.86, 0.94}};
constexpr PenPoint kTwoLoop[] = {{0.20, 0.20, kStart},
                                 {0.40, 0.05},
                                 {0.68, 0.10},
                                 {0.74, 0.32},
                                 {0.56, 0.62},
                                 {0.30, 0.90},
                                 {0.14, 0.90},
                                 {0.20, 0.76},
                                 {0.42, 0.80},
                                 {0.64, 0.95},
                                 {0.88, 0.88}};

constexpr PenPoint kThreeRound[] = {{0.18, 0.16, kStart},
                                    {0.42, 0.04},
                                    {0.72, 0.13},
                                    {0.70, 0.34},
                                    {0.40, 0.47, kCorner},
                                    {0.72, 0.55},
                                    {0.81, 0.76},
                                    {0.60, 0.95},
                                    {0.34, 0.96},
                                    {0.13, 0.84}};
constexpr PenPoint kThreeFlat[] = {{0.16, 0.08, kStart},
                                   {0.45, 0.06},
                                   {0.76, 0.05, kCorner},
                                   {0.60, 0.24},
                                   {0.42, 0.41, kCorner},
                                   {0.70, 0.48},
                                   {0.80, 0.70},
                                   {0.62, 0.93},
                                   {0.36, 0.97},
                                   {0.14, 0.88}};

constexpr PenPoint kFourOpen[] = {{0.24, 0.06, kStart},
                                  {0.20, 0.30},
                                  {0.17, 0.54, kCorner},
                                  {0.48, 0.55},
                                  {0.84, 0.51},
                                  {0.72, 0.08, kStart},
                                  {0.69, 0.50},
                                  {0.64, 0.97}};
constexpr PenPoint kFourClosed[] = {{0.62, 0.04, kStart},
                                    {0.36, 0.34},
                                    {0.10, 0.63, kCorner},
                                    {0.48, 0.63},
                                    {0.90, 0.61},
                                    {0.63, 0.04, kStart},
                                    {0.64, 0.50},
                                    {0.63, 0.97}};
constexpr PenPoint kFourRound[] = {{0.22, 0.08, kStart},
                                   {0.18, 0.36},
                                   {0.34, 0.53},
                                   {0.58, 0.46},
                                   {0.76, 0.10, kCorner},
                                   {0.70, 0.50},
                                   {0.62, 0.97}};

constexpr PenPoint kFiveTwoStrokes[] = {{0.34, 0.07, kStart},
                                        {0.30, 0.24},
                                        {0.26, 0.43, kCorner},
                                        {0.50, 0.38},
                                        {0.75, 0.52},
                                        {0.78, 0.76},
                                        {0.56, 0.95},
                                        {0.30, 0.96},
                                        {0.12, 0.86},
                                        {0.34, 0.07, kStart},
                                        {0.56, 0.07},
                                        {0.82, 0.04}};
constexpr PenPoint kFiveOneStroke[] = {{0.82, 0.08, kStart},
                                       {0.58, 0.06},
                                       {0.36, 0.09, kCorner},
                                       {0.32, 0.26},
                                       {0.28, 0.45},
                                       {0.54, 0.44},
                                       {0.73, 0.62},
                                       {0.66, 0.86},
                                       {0.42, 0.97},
                                       {0.16, 0.90}};

constexpr PenPoint kSixLoop[] = {{0.66, 0.04, kStart},
                                 {0.42, 0.22},
                                 {0.24, 0.54},
                                 {0.24, 0.84},
                                 {0.46, 0.97},
                                 {0.72, 0.85},
                                 {0.72, 0.62},
                                 {0.48, 0.54},
                                 {0.28, 0.72}};
constexpr PenPoint kSixWide[] = {{0.52, 0.03, kStart},
                                 {0.28, 0.26},
                                 {0.16, 0.60},
                                 {0.26, 0.90},
                                 {0.54, 0.96},
                                 {0.82, 0.82},
                                 {0.76, 0.62},
                                 {0.48, 0.60},
                                 {0.22, 0.80}};

constexpr PenPoint kSevenPlain[] = {
    {0.14, 0.11, kStart}, {0.48, 0.09}, {0.84, 0.07, kCorner}, {0.62, 0.42}, {0.44, 0.97}};
constexpr PenPoint kSevenHook[] = {{0.15, 0.26, kStart},
                                   {0.17, 0.09, kCorner},
                                   {0.50, 0.09},
                                   {0.82, 0.05},
                                   {0.70, 0.36},
                                   {0.54, 0.64},
                                   {0.46, 0.97}};
constexpr PenPoint kSevenCrossed[] = {{0.16, 0.10, kStart},
                                      {0.50, 0.10},
                                      {0.84, 0.06, kCorner},
                                      {0.60, 0.48},
                                      {0.40, 0.97},
                                      {0.30, 0.53, kStart},
                                      {0.54, 0.52},
                                      {0.78, 0.50}};

constexpr PenPoint kEightPlain[] = {{0.70, 0.14, kStart},
                                    {0.48, 0.04},
                                    {0.27, 0.17},
                                    {0.36, 0.38},
                                    {0.62, 0.58},
                                    {0.74, 0.80},
                                    {0.50, 0.97},
                                    {0.25, 0.83},
                                    {0.36, 0.58},
                                    {0.60, 0.40},
                                    {0.74, 0.20},
                                    {0.64, 0.09}};
constexpr PenPoint kEightRings[] = {{0.54, 0.47, kStart},
                                    {0.30, 0.34},
                                    {0.32, 0.12},
                                    {0.54, 0.04},
                                    {0.73, 0.16},
                                    {0.70, 0.38},
                                    {0.48, 0.48},
                                    {0.22, 0.66},
                                    {0.28, 0.90},
                                    {0.52, 0.97},
                                    {0.78, 0.86},
                                    {0.76, 0.62},
                                    {0.52, 0.47}};

constexpr PenPoint kNineStraight[] = {{0.74, 0.18, kStart},
                                      {0.50, 0.04},
                                      {0.25, 0.20},
                                      {0.28, 0.42},
                                      {0.52, 0.46},
                                      {0.74, 0.18, kCorner},
                                      {0.72, 0.52},
                                      {0.66, 0.97}};
constexpr PenPoint kNineCurved[] = {{0.70, 0.12, kStart},
                                    {0.44, 0.05},
                                    {0.22, 0.24},
                                    {0.34, 0.45},
                                    {0.60, 0.40},
                                    {0.74, 0.16},
                                    {0.76, 0.48},
                                    {0.66, 0.82},
                                    {0.44, 0.97},
                                    {0.22, 0.88}};

constexpr Glyph kZero[] = {{kZeroRound, 0.76, 3.0}, {kZeroOpen, 0.66, 2.0}};
constexpr Glyph kOne[] = {{kOnePlain, 0.70, 5.0}, {kOneFlag, 0.60, 1.5}, {kOneBase, 0.60, 0.8}};
constexpr Glyph kTwo[] = {{kTwoPlain, 0.76, 3.0}, {kTwoLoop, 0.84, 2.0}};
constexpr Glyph kThree[] = {{kThreeRound, 0.72, 4.0}, {kThreeFlat, 0.72, 1.0}};
constexpr Glyph kFour[] = {
    {kFourOpen, 0.74, 3.0}, {kFourClosed, 0.72, 1.5}, {kFourRound, 0.70, 2.0}};
constexpr Glyph kFive[] = {{kFiveTwoStrokes, 0.78, 2.0}, {kFiveOneStroke, 0.78, 2.0}};
constexpr Glyph kSix[] = {{kSixLoop, 0.70, 3.0}, {kSixWide, 0.72, 2.0}};
constexpr Glyph kSeven[] = {
    {kSevenPlain, 0.76, 4.0}, {kSevenHook, 0.76, 2.0}, {kSevenCrossed, 0.76, 1.0}};
constexpr Glyph kEight[] = {{kEightPlain, 0.72, 3.0}, {kEightRings, 0.68, 2.0}};
constexpr Glyph kNine[] = {{kNineStraight, 0.68, 3.0}, {kNineCurved, 0.68, 2.0}};

constexpr std::span<const Glyph> kDigits[] = {
    kZero, kOne, kTwo, kThree, kFour, kFive, kSix, kSeven, kEight, kNine};

}  // namespace

std::span<const Glyph> glyphs_of(int digit) {
  SID_EXPECTS(digit >= 0 && digit <= 9, "A digit is 0 to 9.");
  return kDigits[digit];
}

}  // namespace sid::internal
