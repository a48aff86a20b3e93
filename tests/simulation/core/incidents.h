// What goes wrong in a run: kinds of incidents, each with how often it comes and how long it lasts,
// drawn from the seed. One kind never overlaps itself; different kinds do as they please.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "vocabulary/random.h"
#include "vocabulary/time.h"

namespace hf::simulation {

class World;

// What suffers from it: while that does, what it would do in good health is not asked of it.
// `people` do not suffer, they work: theirs is no incident, and drawn as one.
enum class Area : std::uint8_t { power, clock, field, medium, link, people };
inline constexpr std::size_t kAreaCount = 6;

struct IncidentKind {
  const char* name;
  Area area;
  Duration every;     // on average, in usual weather
  Duration shortest;  // how long it lasts; zero: over at once
  Duration longest;
  void (*begin)(World& world);
  void (*end)(World& world);  // null: nothing is to be taken back
};

std::span<const IncidentKind> incident_kinds();

// Null: there is none of that name.
const IncidentKind* find_incident_kind(std::string_view name);

// How rough the weather is: pauses between incidents are so many percent of the usual ones.
struct Weather {
  const char* name = "usual";
  std::int64_t pause_percent = 100;
};
inline constexpr Weather kCalm{"calm", 500};
inline constexpr Weather kUsual{"usual", 100};
inline constexpr Weather kRough{"rough", 20};

class Incidents {
 public:
  // `only`: empty for all kinds.
  Incidents(std::uint64_t seed, const Weather& weather, std::span<const IncidentKind* const> only);

  // When something begins or ends next, in the world's time.
  Duration next_at() const;
  // Begins and ends what is due.
  void act(World& world);
  // It is over now, all of it, for good.
  void end_all(World& world);

  std::uint64_t begun() const { return begun_; }

 private:
  struct Turn {
    const IncidentKind* kind;
    Duration at;  // of its beginning or, while it is on, its end
    bool is_on = false;
  };
  Duration pause_before(const IncidentKind& kind);
  void turn(Turn& turn, World& world);

  Random random_;
  Weather weather_;
  std::vector<Turn> turns_;
  std::uint64_t begun_ = 0;
};

}  // namespace hf::simulation
