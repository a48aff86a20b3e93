// The topics that gateway and hub meet on: {root}/v1/{tenant}/{gateway}/{class}.
//
// One message holds exactly one thing of its class; docs/formats/topics.md says what. Names are
// identifiers (vocabulary/identifiers.h), checked here on the way out and on the way in: whatever
// stands in a topic that parse_topic() took is harmless in a file name, in SQL and in a log.
//
// Nothing allocates, nothing is kept.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "vocabulary/fixed_string.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/outcome.h"
#include "wire/frames/frame.h"

namespace hf::wire {

enum class TopicClass : std::uint8_t {
  frames,          // up: readings and envelopes, from the backlog
  live,            // up: the same, taken just now; void after kLiveExpiry
  alert,           // up: frames of alerts
  state,           // up: frames of all other events
  health,          // up, retained: JSON, health.h
  readings,        // up: JSON, readings_json.h; instead of frames, for those who have no hub
  receipt,         // down: receipt.h
  state_down,      // down: documents
  command,         // down: JSON, command.h
  command_result,  // up: JSON, command.h
};
inline constexpr std::size_t kTopicClassCount = 10;

// As they are written in a topic.
inline constexpr std::array<std::string_view, kTopicClassCount> kTopicClassNames{
    "frames",   "live",    "alert",      "state",   "health",
    "readings", "receipt", "state/down", "command", "command/result"};

constexpr std::string_view to_text(TopicClass topic_class) {
  return kTopicClassNames[static_cast<std::size_t>(topic_class) % kTopicClassCount];
}

// Where a frame goes. REQUIRES of `is_live`: false for events.
TopicClass class_of(FrameKind kind, bool is_live);

inline constexpr std::string_view kTopicVersion = "v1";
inline constexpr std::string_view kDefaultRoot = "holdfast";
inline constexpr std::string_view kDefaultTenant = "default";

inline constexpr std::size_t kTopicCharactersMax =
    3 * (kIdentifierCharactersMax + 1) + kTopicVersion.size() + 1 + 14;
using TopicName = FixedString<kTopicCharactersMax>;

// A group and three levels more.
inline constexpr std::size_t kFilterCharactersMax =
    kTopicCharactersMax + 8 + kIdentifierCharactersMax;
using TopicFilter = FixedString<kFilterCharactersMax>;

// Whose topics.
struct TopicOwner {
  std::string_view root = kDefaultRoot;
  std::string_view tenant = kDefaultTenant;
  std::string_view gateway;
};

// ok: `topic` is a name to publish to or to subscribe to.  invalid: a name is no identifier.
Status write_topic(const TopicOwner& owner, TopicClass topic_class, TopicName& topic);

// One class of all gateways of all tenants, shared by a group of workers; no group: not shared.
// ok.  invalid: a name is no identifier.
Status write_filter(std::string_view group, std::string_view root, TopicClass topic_class,
                    TopicFilter& filter);

struct ParsedTopic {
  TopicOwner owner;  // views into the topic
  TopicClass topic_class = TopicClass::frames;
};

// ok.  invalid: no topic of this kind and version, or a name in it is no identifier.
Status parse_topic(std::string_view topic, ParsedTopic& parsed);

}  // namespace hf::wire
