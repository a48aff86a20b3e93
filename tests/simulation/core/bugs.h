// Bugs done to a run from outside, each of which a checker has to catch: a simulation that finds
// nothing is worth as much as what it would have found.
#pragma once

#include <span>
#include <string_view>

namespace hf::simulation {

enum class Bug : std::uint8_t {
  none,
  sync_left_out,
  reading_repeated,
  reading_invented,
  frame_out_of_place,
  gap_records_lost,
  heap_used,
  never_drained,
  chance_of_the_day,
};

struct PlantedBug {
  Bug bug;
  const char* name;
  const char* sentence;
};

// clang-format off
inline constexpr PlantedBug kPlantedBugs[] = {
    {Bug::sync_left_out,      "sync_left_out",      "files are never synced"},
    {Bug::reading_repeated,   "reading_repeated",   "now and then the core gets a reading twice"},
    {Bug::reading_invented,   "reading_invented",   "now and then it gets one that nobody measured"},
    {Bug::frame_out_of_place, "frame_out_of_place", "a frame gets positions far behind its own"},
    {Bug::gap_records_lost,   "gap_records_lost",   "nobody upstream reads gap records"},
    {Bug::heap_used,          "heap_used",          "the core takes memory from the heap"},
    {Bug::never_drained,      "never_drained",      "what waits in the end is never asked for"},
    {Bug::chance_of_the_day,  "chance_of_the_day",  "something is drawn from this machine's clock"},
};
// clang-format on

}  // namespace hf::simulation
