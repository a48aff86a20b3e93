// From a message of the broker to something that may be kept, or to a counted refusal.
//
// Everything a gateway, or somebody who got hold of its password, may send comes through here: the
// topic says whose it is, the class what it should be, and neither is believed further than that.
//
// Cost: as FrameChecker. Not thread-safe.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "tools/hub/storage/arrivals.h"
#include "wire/uplink/health.h"
#include "wire/uplink/topics.h"

namespace hf::hub {

struct Message {
  std::string topic;
  std::string payload;
};

class Intake {
 public:
  // Only topics of this root are ours.
  explicit Intake(std::string root) : root_(std::move(root)) {}

  // Adds to `batch` what the message holds. A message of a class that a hub has no use for is
  // counted and left.
  void take(const Message& message, Batch& batch);

  struct Counts {
    std::array<std::uint64_t, wire::kTopicClassCount> messages{};  // by class
    std::uint64_t bytes = 0;                                       // of payloads
    std::array<std::uint64_t, kRefusedCount> refused{};
  };
  const Counts& counts() const { return counts_; }
  void refuse(Refused reason, std::uint64_t times = 1) {
    counts_.refused[static_cast<std::size_t>(reason)] += times;
  }

 private:
  void take_frame(const GatewayName& from, std::string_view payload, Batch& batch);
  void take_result(const GatewayName& from, const std::string& payload, Batch& batch);
  void take_health(const GatewayName& from, const std::string& payload, Batch& batch);

  std::string root_;
  FrameChecker checker_;
  std::array<std::byte, wire::kHealthMemoryBytes> health_memory_;
  std::vector<std::byte> result_memory_;
  Counts counts_;
};

}  // namespace hf::hub
