// Power cuts, run after run, each with a number by which it can be done again.
//
// A run is one life of a real queue on a simulated medium: a scenario, the power going in the
// middle of one of its changes, perhaps again while it recovers from that, and then the judgement
// of a hub to which everything was sent. What a run does follows from the seed, the scenario and
// its number, and from nothing before it.
//
// The first runs of a scenario meet every change of it on every medium once, far ones before near
// ones, so that few cuts are spread over all. After those, medium and change are drawn. Every tenth
// run is on a medium that lies: it forgets what it acknowledged, or a file rots while the power is
// off. There a loss is allowed, if it is found and told.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fault/cuts/planted_bug.h"
#include "tests/fault/offline_queue/queue_scenarios.h"

namespace hf::test {

struct Damage {
  std::uint64_t cuts = 0;
  std::uint64_t lost = 0;     // safe once; and neither there, nor received, nor given up and told
  std::uint64_t corrupt = 0;  // offered, and not what was kept
  std::uint64_t duplicated = 0;             // a position with two rows, or a row at two positions
  std::uint64_t found_on_lying_medium = 0;  // runs in which a medium's lie was found and told

  bool is_none() const { return lost + corrupt + duplicated == 0; }
};

class Cutting {
 public:
  // `bug`: null, or one that is planted in every run; then no medium lies beside it.
  Cutting(std::uint64_t seed, const PlantedBug* bug);

  // Adds what came of it. True: all went well.
  bool run(std::size_t scenario, std::uint64_t number);

  const Damage& damage() const { return damage_; }
  const std::string& last_words() const { return last_words_; }  // of the last run that went wrong
  std::size_t points(std::size_t scenario) const { return points_[scenario].size(); }

 private:
  struct Point {
    std::uint8_t medium = 0;
    std::uint32_t changes = 0;  // that are made before the power goes
  };

  struct Life {
    const Scenario& scenario;
    const Medium& medium;
    std::uint64_t changes;
    bool is_on_liar;
    std::string lie;  // in words
  };

  void find_points(std::size_t scenario);
  Point choose(std::size_t scenario, std::uint64_t number, Random& random) const;
  void live(Life& life, QueueWork& work, Random& random);
  void come_back(QueueWork& work);
  bool judge(const Life& life, QueueWork& work);

  std::uint64_t seed_;
  const PlantedBug* bug_;
  std::array<std::vector<Point>, std::size(kScenarios)> points_;
  Damage damage_;
  std::string last_words_;
};

}  // namespace hf::test
