#include "gateway/applied_settings.h"

namespace hf::gateway {

using settings::at;

stores::QueueSettings queue_settings(const stores::SettingSet& set,
                                     const stores::QueueSettings& before) {
  stores::QueueSettings queue = before;
  queue.window = set.duration(at("durability.window"));
  queue.batch_period = set.duration(at("durability.batch_period"));
  queue.persist_history = set.boolean(at("history.persist"));
  queue.history = set.duration(at("history.keep"));
  queue.live_horizon = set.duration(at("queue.live_horizon"));
  queue.flash_bytes_per_day = set.whole<std::uint64_t>(at("flash.bytes_per_day"));
  queue.refusals_max = set.whole<std::uint32_t>(at("queue.refusals_max"));
  queue.file_bytes_max = set.whole<std::uint64_t>(at("queue.bytes"));
  return queue;
}

stores::SensorDefaults sensor_defaults(const stores::SettingSet& set) {
  return {.dead_band = set.number(at("sensors.dead_band")),
          .max_silence = set.duration(at("sensors.max_silence")),
          .stale_after = set.duration(at("sensors.stale_after")),
          .stuck_after = set.duration(at("sensors.stuck_after")),
          .rate_max_per_second = set.whole<std::uint16_t>(at("sensors.rate_max"))};
}

}  // namespace hf::gateway
