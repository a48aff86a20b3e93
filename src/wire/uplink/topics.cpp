#include "wire/uplink/topics.h"

#include <algorithm>

namespace hf::wire {
namespace {

// Joins the parts with slashes. REQUIRES: they fit.
template <std::size_t N>
void join(FixedString<N>& text, std::initializer_list<std::string_view> parts) {
  text.clear();
  bool fits = true;
  for (const std::string_view part : parts) {
    fits = fits && (text.empty() || is_ok(text.try_append("/"))) && is_ok(text.try_append(part));
  }
  HF_ASSERT(fits);
}

// Cuts the first level off the front of `rest`, with its slash.
std::string_view cut_level(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view level = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return level;
}

}  // namespace

TopicClass class_of(FrameKind kind, bool is_live) {
  if (lane_of(kind) == Lane::readings) return is_live ? TopicClass::live : TopicClass::frames;
  HF_ASSERT(!is_live);
  return kind == FrameKind::alert ? TopicClass::alert : TopicClass::state;
}

Status write_topic(const TopicOwner& owner, TopicClass topic_class, TopicName& topic) {
  const bool is_sound =
      is_identifier(owner.root) && is_identifier(owner.tenant) && is_identifier(owner.gateway);
  if (!is_sound) return Status::invalid;
  join(topic, {owner.root, kTopicVersion, owner.tenant, owner.gateway, to_text(topic_class)});
  return Status::ok;
}

Status write_filter(std::string_view group, std::string_view root, TopicClass topic_class,
                    TopicFilter& filter) {
  if (!is_identifier(root) || !(group.empty() || is_identifier(group))) return Status::invalid;
  if (group.empty()) {
    join(filter, {root, kTopicVersion, "+", "+", to_text(topic_class)});
  } else {
    join(filter, {"$share", group, root, kTopicVersion, "+", "+", to_text(topic_class)});
  }
  return Status::ok;
}

Status parse_topic(std::string_view topic, ParsedTopic& parsed) {
  std::string_view rest = topic;
  TopicOwner owner;
  owner.root = cut_level(rest);
  const std::string_view version = cut_level(rest);
  owner.tenant = cut_level(rest);
  owner.gateway = cut_level(rest);
  const auto name = std::ranges::find(kTopicClassNames, rest);
  const bool is_sound = version == kTopicVersion && is_identifier(owner.root) &&
                        is_identifier(owner.tenant) && is_identifier(owner.gateway) &&
                        name != kTopicClassNames.end();
  if (!is_sound) return Status::invalid;
  parsed = {.owner = owner,
            .topic_class = static_cast<TopicClass>(name - kTopicClassNames.begin())};
  return Status::ok;
}

}  // namespace hf::wire
