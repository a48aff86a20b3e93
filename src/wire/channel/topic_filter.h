// MQTT topic names and filters, as far as a broker needs them.
#pragma once

#include <string_view>

namespace hf::wire {

// A name that may be published to: not empty, no wildcards, no NUL.
bool is_topic_name(std::string_view topic);

// A filter that may be subscribed to: `+` is a whole level, `#` the whole last one.
bool is_topic_filter(std::string_view filter);

// REQUIRES: is_topic_filter(filter), is_topic_name(topic).
bool matches(std::string_view filter, std::string_view topic);

}  // namespace hf::wire
