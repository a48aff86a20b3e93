#include "tests/fault/cuts/cutting.h"

#include <numeric>

namespace hf::test {
namespace {

constexpr std::uint64_t kLyingEvery = 10;
constexpr std::uint64_t kCutsInRecoveryMax = 4;
// A recovery that has a journal to file makes about as many changes.
constexpr std::uint64_t kChangesInRecovery = 24;

std::uint64_t seed_of(std::uint64_t seed, std::size_t scenario, std::uint64_t number) {
  return Random(seed ^ Random(std::uint64_t{scenario} << 48 ^ number).next()).next();
}

// Steps that come by every one of `count` things once, and far from the last one each time.
std::size_t stride_over(std::size_t count) {
  auto stride = static_cast<std::size_t>(static_cast<double>(count) * 0.618);
  while (std::gcd(std::max<std::size_t>(stride, 1), count) != 1) ++stride;
  return std::max<std::size_t>(stride, 1);
}

constexpr const char* kFiles[] = {"queue.db", "queue.db-journal", "queue.journal"};

// A few calls in a row are forgotten, or all of one file from some moment on. Not all of all files:
// that is the medium of that moment, and nothing on it can tell that there was more.
sim::PlannedFault draw_lie(Random& random) {
  constexpr sim::FlashCall kCalls[] = {sim::FlashCall::write, sim::FlashCall::sync,
                                       sim::FlashCall::sync_directory};
  sim::PlannedFault lie;
  lie.call = kCalls[random.below(std::size(kCalls))];
  lie.fault = sim::Fault::forgotten;
  lie.after = random.below(60);
  lie.times = 1 + random.below(3);
  if (lie.call != sim::FlashCall::sync_directory && random.chance(1, 2)) {
    lie.file = kFiles[random.below(std::size(kFiles))];
    lie.after = random.below(30);
    if (random.chance(1, 2)) lie.times = sim::kForEver;
  }
  return lie;
}

// Damages a file while the power is off. In words what, or nothing where there was no such file.
std::string rot(sim::Flash& flash, Random& random) {
  const std::string file = kFiles[random.below(std::size(kFiles))];
  const sim::FlashImage image = flash.image();
  const auto found = image.find(file);
  if (found == image.end() || found->second.empty()) return {};
  const std::uint64_t at = random.below(found->second.size());
  const std::string where = std::to_string(at) + " of " + file;
  switch (random.below(4)) {
    case 0: flash.zero(file); return ", all zeros in " + file;
    case 1: flash.truncate(file, at); return ", cut off at byte " + where;
    default:
      flash.flip_bit(file, at * 8 + random.below(8));
      return ", a bit flipped in byte " + where;
  }
}

std::string describe(const sim::PlannedFault& lie) {
  const char* const call = lie.call == sim::FlashCall::write  ? "write"
                           : lie.call == sim::FlashCall::sync ? "sync"
                                                              : "sync of names";
  const std::string times = lie.times == sim::kForEver ? "for ever" : std::to_string(lie.times);
  return ", forgetting " + std::string(call) + " " + std::to_string(lie.after) + " of " +
         (lie.file.empty() ? "any file" : lie.file) + " and on, times: " + times;
}

}  // namespace

Cutting::Cutting(std::uint64_t seed, const PlantedBug* bug) : seed_(seed), bug_(bug) {
  for (std::size_t scenario = 0; scenario < std::size(kScenarios); ++scenario) {
    find_points(scenario);
  }
}

// One life in which the power stays tells how many changes there are.
void Cutting::find_points(std::size_t scenario) {
  for (std::size_t medium = 0; medium < std::size(kMedia); ++medium) {
    QueueWork work(seed_of(seed_, scenario, 0), kMedia[medium].model);
    set_up(kScenarios[scenario], work);
    static_cast<void>(work.run(kScenarios[scenario].script));
    for (std::uint32_t changes = 0; changes < work.on.supply.changes(); ++changes) {
      points_[scenario].push_back({static_cast<std::uint8_t>(medium), changes});
    }
  }
}

Cutting::Point Cutting::choose(std::size_t scenario, std::uint64_t number, Random& random) const {
  const auto& points = points_[scenario];
  const std::uint64_t turn = number - number / kLyingEvery;
  const bool is_drawn = turn >= points.size() || number % kLyingEvery == kLyingEvery - 1;
  return points[is_drawn ? random.below(points.size())
                         : turn * stride_over(points.size()) % points.size()];
}

bool Cutting::run(std::size_t scenario, std::uint64_t number) {
  Random random(seed_of(seed_, scenario, number));
  const Point point = choose(scenario, number, random);
  Life life{kScenarios[scenario],
            kMedia[point.medium],
            point.changes,
            bug_ == nullptr && number % kLyingEvery == kLyingEvery - 1,
            {}};
  QueueWork work(random.next(), life.medium.model);
  set_up(life.scenario, work);
  if (bug_ != nullptr && bug_->begin != nullptr) bug_->begin(work);
  live(life, work, random);
  return judge(life, work);
}

void Cutting::live(Life& life, QueueWork& work, Random& random) {
  const bool is_rotten = life.is_on_liar && random.chance(1, 2);
  if (life.is_on_liar && !is_rotten) {
    const sim::PlannedFault lie = draw_lie(random);
    life.lie = describe(lie);
    work.on.flash.plan(lie);
  }
  work.on.supply.lose_after(life.changes);
  damage_.cuts += work.run(life.scenario.script) ? 0 : 1;
  come_back(work);
  if (is_rotten) life.lie = rot(work.on.flash, random);
  for (std::uint64_t again = random.below(kCutsInRecoveryMax + 1); again > 0; --again) {
    work.on.supply.lose_after(random.below(kChangesInRecovery));
    damage_.cuts += work.run({}) ? 0 : 1;
    come_back(work);
  }
  work.on.flash.forget_plans();
}

void Cutting::come_back(QueueWork& work) {
  work.on.come_back();
  if (bug_ != nullptr && bug_->after_cut != nullptr) bug_->after_cut(work);
}

bool Cutting::judge(const Life& life, QueueWork& work) {
  Tally tally;
  const std::string where = std::string(life.scenario.name) + " on medium '" + life.medium.name +
                            "', cut after " + std::to_string(life.changes) + " changes" + life.lie;
  if (life.is_on_liar) {
    damage_.found_on_lying_medium += work.judge_on_liar(tally, where) > 0 ? 1 : 0;
  } else {
    work.judge(tally, where);
  }
  // Rows that nobody tells of, and a queue that does not open, are lost in other words.
  damage_.lost += tally.lost + tally.untold + tally.refused;
  damage_.corrupt += tally.corrupt;
  damage_.duplicated += tally.duplicated;
  if (!tally.is_clean()) {
    last_words_ = tally.first;
    if (life.is_on_liar) last_words_ += ": lost " + std::to_string(tally.lost);
  }
  return tally.is_clean();
}

}  // namespace hf::test
