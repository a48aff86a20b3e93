// The media and the scenarios that power cuts are swept over.
#pragma once

#include "tests/fault/offline_queue/old_queue_file.h"
#include "tests/support/swept_media.h"

namespace hf::test {

// clang-format off
struct Scenario {
  const char* name;
  std::vector<Act> script;
  std::uint64_t file_kib = 512;  // what the queue file may take
  std::uint64_t rows_reserved = 1'000'000;
  Duration key_period = days(90);
  bool begins_with_version_1 = false;  // with a file of the first version, as it was left then
};

inline void set_up(const Scenario& scenario, QueueWork& work) {
  work.on.settings.file_bytes_max = scenario.file_kib * 1024;
  work.on.settings.rows_reserved = scenario.rows_reserved;
  work.on.settings.key_period = scenario.key_period;
  if (scenario.begins_with_version_1) work.begin_with_version_1();
}

inline const Scenario kScenarios[] = {
    {"birth",    {{Do::keep, 2}, {Do::event}}},
    {"offline",  {{Do::keep, 8}, {Do::wait}, {Do::keep, 12}, {Do::batch}, {Do::keep, 15}, {Do::batch}}},
    {"online",   {{Do::keep, 5}, {Do::send, 99}, {Do::receive}, {Do::keep, 12}, {Do::event}, {Do::send, 3},
                  {Do::receive}, {Do::batch}, {Do::keep, 3}, {Do::send, 2}, {Do::link_lost}, {Do::keep, 9}}},
    {"events",   {{Do::event, 3}, {Do::keep, 1}, {Do::send, 2}, {Do::receive}, {Do::event, 2}, {Do::batch}}},
    {"restarts", {{Do::keep, 12}, {Do::restart}, {Do::keep, 3}, {Do::close}, {Do::event}, {Do::keep, 11},
                  {Do::fail_power}, {Do::restart}, {Do::batch}}},
    {"tidying",  {{Do::keep, 2}, {Do::close}, {Do::keep, 3}, {Do::close}, {Do::keep, 2}, {Do::close}, {Do::upkeep, 3},
                  {Do::send, 2}, {Do::receive}, {Do::event, 2}, {Do::batch}, {Do::upkeep, 2}}},
    {"crowded",  {{Do::fill, 7}, {Do::batch}, {Do::fill, 7}, {Do::event}, {Do::batch}, {Do::fill, 7}, {Do::batch},
                  {Do::fill, 7}, {Do::batch}, {Do::fill, 7}, {Do::batch}, {Do::fill, 7}, {Do::batch},
                  {Do::upkeep, 6}, {Do::fill, 6}, {Do::batch}, {Do::send, 3}, {Do::receive}, {Do::upkeep, 6}}, 48},
    {"flooded",  {{Do::fill, 7}, {Do::batch}, {Do::fill, 7}, {Do::batch}, {Do::fill, 7}, {Do::batch}, {Do::fill, 7},
                  {Do::batch}, {Do::fill, 7}, {Do::event, 2}, {Do::batch}, {Do::fill, 7}, {Do::batch},
                  {Do::fill, 7}, {Do::batch}, {Do::fill, 7}, {Do::batch}, {Do::fill, 7}, {Do::batch}}, 48},
    // A reservation of 200 rows is renewed by every batch that leaves less than half of it.
    {"renewing", {{Do::keep, 15}, {Do::batch}, {Do::keep, 15}, {Do::send, 99}, {Do::batch}, {Do::event, 9}, {Do::receive},
                  {Do::keep, 15}, {Do::batch}, {Do::restart}, {Do::keep, 15}, {Do::batch}, {Do::keep, 9}}, 512, 200},
    // One of 16 rows runs out every few frames, and is less than a large frame needs.
    {"scarce",   {{Do::keep, 6}, {Do::event, 9}, {Do::fill, 2}, {Do::send, 4}, {Do::receive}, {Do::event, 20},
                  {Do::restart}, {Do::keep, 4}, {Do::wait}, {Do::event, 3}, {Do::close}, {Do::fill, 1}, {Do::keep, 9}}, 512, 16},
    // A new key with every other step of upkeep; what was under the first ones goes, and so do they.
    {"keys",     {{Do::keep, 6}, {Do::event}, {Do::batch}, {Do::upkeep, 3}, {Do::keep, 9}, {Do::wait}, {Do::upkeep, 2},
                  {Do::restart}, {Do::send, 99}, {Do::receive}, {Do::batch}, {Do::upkeep, 4}, {Do::keep, 3}, {Do::event},
                  {Do::day}, {Do::batch}, {Do::upkeep, 4}, {Do::keep, 4}, {Do::wait}}, 512, 1'000'000, seconds(90)},
    {"migration", {{Do::keep, 3}, {Do::event}, {Do::wait}, {Do::send, 2}, {Do::receive}, {Do::batch}, {Do::upkeep, 2}},
                  512, 1'000'000, days(90), true},
};
// clang-format on

}  // namespace hf::test
