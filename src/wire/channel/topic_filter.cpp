#include "wire/channel/topic_filter.h"

#include <algorithm>

namespace hf::wire {
namespace {

// Cuts the first level off the front of `rest`. False: `rest` had no more levels after it.
bool next_level(std::string_view& rest, std::string_view& level) {
  const std::size_t end = std::min(rest.find('/'), rest.size());
  level = rest.substr(0, end);
  const bool has_more = end < rest.size();
  rest.remove_prefix(has_more ? end + 1 : end);
  return has_more;
}

constexpr std::string_view kNul{"\0", 1};

}  // namespace

bool is_topic_name(std::string_view topic) {
  return !topic.empty() && topic.find_first_of("+#") == std::string_view::npos &&
         topic.find(kNul) == std::string_view::npos;
}

bool is_topic_filter(std::string_view filter) {
  if (filter.empty() || filter.find(kNul) != std::string_view::npos) return false;
  bool has_more = true;
  while (has_more) {
    std::string_view level;
    has_more = next_level(filter, level);
    const bool has_wildcard = level.find_first_of("+#") != std::string_view::npos;
    if (has_wildcard && level.size() > 1) return false;
    if (level == "#" && has_more) return false;
  }
  return true;
}

bool matches(std::string_view filter, std::string_view topic) {
  if (topic.starts_with('$') && !filter.starts_with('$')) return false;
  bool filter_has_more = true;
  bool topic_has_more = true;
  while (filter_has_more && topic_has_more) {
    std::string_view wanted;
    std::string_view level;
    filter_has_more = next_level(filter, wanted);
    if (wanted == "#") return true;
    topic_has_more = next_level(topic, level);
    if (wanted != "+" && wanted != level) return false;
  }
  return filter_has_more == topic_has_more || (filter_has_more && filter == "#");
}

}  // namespace hf::wire
