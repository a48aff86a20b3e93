// The offline queue as forwarding wants it.
#pragma once

#include "flows/forwarding/frame_keeping.h"
#include "stores/offline_queue/offline_queue.h"

namespace hf::flows::forwarding {

class IntoQueue final : public FrameKeeping {
 public:
  explicit IntoQueue(stores::OfflineQueue& queue) : queue_(queue) {}

  Status keep(std::span<std::byte> frame, Uptime now) override { return queue_.keep(frame, now); }
  Status keep_event(std::span<std::byte> frame, Uptime now) override {
    return queue_.keep_event(frame, now);
  }
  Uptime oldest_unsafe() const override { return queue_.oldest_unsafe(); }
  Status make_safe(Uptime now) override { return queue_.make_safe(now); }
  Status batch(Uptime now) override { return queue_.batch(now); }

 private:
  stores::OfflineQueue& queue_;
};

}  // namespace hf::flows::forwarding
