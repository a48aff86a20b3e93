#include "wire/channel/control_line.h"

#include <algorithm>
#include <array>

namespace hf::wire {
namespace {

constexpr bool belongs_to_verb(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
}

// Letters added, dropped or changed to turn one word into the other (Levenshtein).
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::array<std::size_t, kVerbCharactersMax + 1> row{};
  for (std::size_t i = 0; i <= b.size(); ++i) row[i] = i;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

Status parse_control_line(std::string_view line, ControlRequest& request) {
  const auto verb_end = std::find_if_not(line.begin(), line.end(), belongs_to_verb);
  const std::string_view verb{line.begin(), verb_end};
  if (verb.empty() || verb.size() > kVerbCharactersMax) return Status::invalid;
  std::string_view rest = line.substr(verb.size());
  if (!rest.empty() && rest.front() != ' ') return Status::invalid;
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  if (!rest.empty() && rest.front() != '{') return Status::invalid;
  request = {.verb = verb, .arguments = rest};
  return Status::ok;
}

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() > kVerbCharactersMax) return {};
  std::string_view nearest;
  std::size_t fewest_edits =
      1 + word.size() / 3;  // more than a third of the letters wrong: not meant
  for (const std::string_view candidate : known) {
    if (candidate.size() > kVerbCharactersMax) continue;
    const std::size_t edits = edits_between(word, candidate);
    if (edits <= fewest_edits && (nearest.empty() || edits < fewest_edits)) {
      nearest = candidate;
      fewest_edits = edits;
    }
  }
  return nearest;
}

}  // namespace hf::wire
