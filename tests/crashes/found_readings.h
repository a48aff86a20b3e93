// Readings that came out of a queue, held against what the sensors gave.
//
// The sensors of a development image are played by a generator with a fixed seed. Told when they
// were first read in a boot, it says every reading of that boot again: so what was kept needs not
// be recorded to be judged, and not one bit of it can be wrong unseen.
//
// For tests: allocates, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "vocabulary/reading.h"

namespace hf::test {

struct Judgement {
  std::uint64_t lost = 0;     // promised, and not there
  std::uint64_t corrupt = 0;  // there, and no sensor gave it
  std::uint64_t twice = 0;    // given once, and there again

  Judgement& operator+=(const Judgement& other) {
    lost += other.lost;
    corrupt += other.corrupt;
    twice += other.twice;
    return *this;
  }
};

// One boot of the board, as whoever watched it knows it.
struct KnownBoot {
  std::uint64_t id = 0;
  Uptime first;     // when the sensors were first read
  Uptime counted;   // what was taken before may be absent: a board that starts is late, and says so
  Uptime promised;  // everything taken until then was safe
};

class FoundReadings {
 public:
  explicit FoundReadings(std::uint16_t sensors) : sensors_(sensors) {}

  void add(std::uint64_t boot, const Reading& reading);

  // Boots that something was found of, with the times of the oldest and the newest reading.
  struct Span {
    Uptime first, last;
    std::uint64_t readings = 0;
  };
  std::map<std::uint64_t, Span> boots() const;

  // What was found of a boot that nobody knows is corrupt.
  Judgement judge(const std::vector<KnownBoot>& known) const;

 private:
  using BySensor = std::vector<std::vector<Reading>>;

  Judgement judge_boot(const KnownBoot& boot, const BySensor& found) const;

  std::uint16_t sensors_;
  std::map<std::uint64_t, BySensor> found_;
};

}  // namespace hf::test
