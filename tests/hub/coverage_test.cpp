// The hub's coverage against a plain array that holds one word for each position.
#include "tools/hub/coverage/coverage.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "vocabulary/random.h"

namespace hf::hub {
namespace {

using wire::Resolution;

constexpr Position kEnd = 96;

struct Word {
  bool heard = false;
  Resolution resolution = Resolution::nothing;
  std::uint8_t reason = kNoReason;
  friend bool operator==(const Word&, const Word&) = default;
};
using Model = std::array<Word, kEnd>;

Run some_news(Random& random) {
  const Position first = random.below(kEnd);
  const Position end = first + 1 + random.below(std::min<Position>(kEnd - first, 24));
  const auto resolution = static_cast<Resolution>(random.below(4));
  const auto reason =
      static_cast<std::uint8_t>(resolution == Resolution::nothing ? 1 + random.below(3) : 0);
  return {{first, end}, resolution, reason};
}

std::vector<Position> take(Model& model, const Run& news) {
  std::vector<Position> counted;
  for (Position at = news.rows.first; at < news.rows.end; ++at) {
    Word& word = model[at];
    if (word.heard && !says_more(news, {{}, word.resolution, word.reason})) continue;
    word = {true, news.resolution, news.reason};
    counted.push_back(at);
  }
  return counted;
}

std::vector<Position> positions_of(const std::vector<Interval>& intervals) {
  std::vector<Position> positions;
  for (const Interval& each : intervals) {
    for (Position at = each.first; at < each.end; ++at) positions.push_back(at);
  }
  return positions;
}

Model model_of(const Coverage& coverage) {
  Model model{};
  Position end = 0;
  Run before;
  for (const Run& run : coverage.runs()) {
    CHECK(!run.rows.empty() && run.rows.first >= end);
    const bool touches = end > 0 && run.rows.first == end;
    if (touches) CHECK(run.resolution != before.resolution || run.reason != before.reason);
    for (Position at = run.rows.first; at < run.rows.end; ++at) {
      model[at] = {true, run.resolution, run.reason};
    }
    end = run.rows.end;
    before = run;
  }
  return model;
}

void compare(const Coverage& coverage, const Model& model, std::uint64_t seed) {
  const std::string text = "seed " + std::to_string(seed);
  CHECK_TRUE_TEXT(model_of(coverage) == model, text.c_str());
  for (Position from = 0; from < kEnd; ++from) {
    Position next = from;
    while (next < kEnd && model[next].heard) ++next;
    UNSIGNED_LONGS_EQUAL_TEXT(next, coverage.next_unheard(from), text.c_str());
  }
  std::vector<Position> unheard;
  for (Position at = 0; at < coverage.through(); ++at) {
    if (!model[at].heard) unheard.push_back(at);
  }
  CHECK_TRUE_TEXT(positions_of(coverage.holes(0)) == unheard, text.c_str());
}

}  // namespace

TEST_GROUP(Coverage){};

TEST(Coverage, any_news_leave_the_best_word_for_each_position_H1_H2) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    Random random(seed);
    Coverage coverage;
    Model model{};
    for (int i = 0; i < 40; ++i) {
      const Run news = some_news(random);
      const std::vector<Position> expected = take(model, news);
      CHECK_TRUE(positions_of(coverage.take(news)) == expected);
      CHECK_TRUE(coverage.take(news).empty());
    }
    compare(coverage, model, seed);
  }
}

TEST(Coverage, the_order_of_news_changes_nothing_H3) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    Random random(seed);
    std::vector<Run> news;
    news.reserve(12);
    for (int i = 0; i < 12; ++i) news.push_back(some_news(random));
    Coverage once;
    for (const Run& each : news) once.take(each);
    for (std::size_t i = news.size(); i > 1; --i) std::swap(news[i - 1], news[random.below(i)]);
    Coverage again;
    for (const Run& each : news) again.take(each);
    CHECK_TRUE(once.runs() == again.runs());
  }
}

TEST(Coverage, a_part_of_the_runs_is_enough_where_news_touch_no_more) {
  Coverage whole;
  whole.take({{0, 10}, Resolution::full});
  whole.take({{20, 30}, Resolution::full});
  Coverage part(std::vector<Run>{whole.runs().back()});
  CHECK_TRUE((part.take({{25, 40}, Resolution::full}) == std::vector<Interval>{{30, 40}}));
  UNSIGNED_LONGS_EQUAL(40, part.through());
}

TEST(Coverage, holes_are_counted_up_to_the_most_asked_for) {
  Coverage coverage;
  for (Position at = 1; at < 20; at += 2) coverage.take({{at, at + 1}, Resolution::full});
  LONGS_EQUAL(3, coverage.holes(0, 3).size());
  CHECK_TRUE((coverage.holes(5, 1) == std::vector<Interval>{{6, 7}}));
}

}  // namespace hf::hub
