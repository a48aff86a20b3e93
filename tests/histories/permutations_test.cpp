// Exhaustive: every sequence of up to six operations out of a few that matter, made by two replicas
// that know of each other's or do not, and merged in every order there is.
#include "tests/unit/documents/copies.h"

using namespace hf;
using namespace hf::documents;

namespace {

constexpr std::size_t kOperations = 6;

// What one replica does next: writes or deletes, and whether it first hears of all that was done.
struct Step {
  Side side;
  bool hears_all;
  bool deletes;
};

constexpr std::array kSteps{
    Step{.side = Side::local, .hears_all = false, .deletes = false},
    Step{.side = Side::upstream, .hears_all = false, .deletes = false},
    Step{.side = Side::upstream, .hears_all = true, .deletes = false},
    Step{.side = Side::local, .hears_all = true, .deletes = true},
};

class Nobody final : public LossSink {
 public:
  void lost(const Loss&) override {}
};

// Documents by the depth at which they were made; nothing is allotted while permuting.
class Sequence {
 public:
  void make(std::size_t number, std::size_t length) {
    length_ = length;
    for (Document& replica : replicas_) replica.begin(kPump);
    for (std::size_t i = 0; i < length; ++i, number /= kSteps.size()) {
      act(kSteps[number % kSteps.size()], i);
    }
  }

  // Whether merging in every order gives the same bytes, and those that merging one after the other
  // does.
  bool same_in_every_order() {
    merged_[0].begin(kPump);
    expected_.clear();
    return permute(0, 0);
  }

 private:
  void act(const Step& step, std::size_t index) {
    Document& own = replicas_[static_cast<std::size_t>(step.side)];
    if (step.hears_all) {
      for (std::size_t i = 0; i < index; ++i) hear(own, deltas_[i]);
    }
    const Signature by{
        .stamp = {static_cast<std::int64_t>(index) + 1, 0, {1}}, .side = step.side, .author = "x"};
    const Change change{.field = desired("a"),
                        .value = Value::integer(static_cast<std::int64_t>(index))};
    if (!step.deletes || !is_ok(bury(own.view(), by, deltas_[index]))) {
      CHECK(is_ok(create(own.view(), {&change, 1}, by, deltas_[index])));
    }
    hear(own, deltas_[index]);
  }

  void hear(Document& own, const Document& delta) {
    merge(own.view(), delta.view(), Policy::last_write, merged_[0], nobody_);
    own.assign(merged_[0].view());
  }

  bool permute(std::size_t depth, unsigned used) {
    if (depth == length_) {
      const auto bytes = text_of(merged_[depth].view().bytes());
      if (expected_.empty()) expected_ = bytes;
      return expected_ == bytes;
    }
    for (std::size_t i = 0; i < length_; ++i) {
      if ((used & (1U << i)) != 0) continue;
      merge(merged_[depth].view(), deltas_[i].view(), Policy::last_write, merged_[depth + 1],
            nobody_);
      if (!permute(depth + 1, used | (1U << i))) return false;
    }
    return true;
  }

  std::size_t length_ = 0;
  std::array<Document, 3> replicas_;  // one per side
  std::array<Document, kOperations> deltas_;
  std::array<Document, kOperations + 1> merged_;
  std::string expected_;
  Nobody nobody_;
};

}  // namespace

TEST_GROUP(Permutations){};

TEST(Permutations, M1_of_up_to_six_operations_all_merge_to_the_same_bytes) {
  const auto sequence = std::make_unique<Sequence>();
  std::size_t numbers = 1;
  for (std::size_t length = 1; length <= kOperations; ++length) {
    numbers *= kSteps.size();
    for (std::size_t number = 0; number < numbers; ++number) {
      sequence->make(number, length);
      CHECK_TEXT(
          sequence->same_in_every_order(),
          (std::to_string(length) + " operations, number " + std::to_string(number)).c_str());
    }
  }
}
