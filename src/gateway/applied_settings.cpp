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

}  // namespace hf::gateway
