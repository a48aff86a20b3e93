#include "platform/linux/program/state_words.h"

#include <algorithm>
#include <array>
#include <vector>

#include "platform/console/words.h"
#include "wire/channel/control_line.h"
#include "wire/channel/json_writer.h"

namespace hf::program {
namespace {

// What follows the verb.
enum class Takes { filters, id, id_and_fields, id_and_members, number, nothing };

struct VerbWord {
  std::string_view subject;
  std::string_view verb;
  Takes takes;
};

// clang-format off
constexpr std::array kVerbs{
    VerbWord{"equipment", "list", Takes::filters}, VerbWord{"equipment", "get", Takes::id},
    VerbWord{"equipment", "set", Takes::id_and_fields}, VerbWord{"equipment", "remove", Takes::id},
    VerbWord{"sensors", "list", Takes::filters}, VerbWord{"sensors", "get", Takes::id},
    VerbWord{"sensors", "set", Takes::id_and_fields},
    VerbWord{"nodes", "list", Takes::filters}, VerbWord{"nodes", "get", Takes::id},
    VerbWord{"nodes", "set", Takes::id_and_fields}, VerbWord{"nodes", "remove", Takes::id},
    VerbWord{"nodes", "drain", Takes::id}, VerbWord{"nodes", "enable", Takes::id},
    VerbWord{"rules", "list", Takes::filters}, VerbWord{"rules", "get", Takes::id},
    VerbWord{"rules", "set", Takes::id_and_fields}, VerbWord{"rules", "remove", Takes::id},
    VerbWord{"alerts", "list", Takes::filters}, VerbWord{"alerts", "get", Takes::id},
    VerbWord{"alerts", "ack", Takes::id_and_members}, VerbWord{"alerts", "resolve", Takes::id_and_members},
    VerbWord{"alerts", "remove", Takes::id},
    VerbWord{"conflicts", "list", Takes::filters}, VerbWord{"conflicts", "restore", Takes::number},
    VerbWord{"sync", "now", Takes::nothing}, VerbWord{"sync", "push", Takes::nothing},
    VerbWord{"sync", "pull", Takes::nothing}, VerbWord{"sync", "progress", Takes::nothing},
};
constexpr std::array<std::string_view, 7> kSubjects{"equipment", "sensors", "nodes", "rules", "alerts", "conflicts", "sync"};
constexpr std::array<std::string_view, 7> kHelp{
    "list [status=S] [tag=T] [has_alerts=true] | get ID | set ID FIELD=VALUE… | remove ID",
    "list [equipment=E] | get ID | set ID WORD=VALUE…: latest values, and what is said of each by name",
    "list | get ID | drain ID | enable ID | set ID FIELD=VALUE… | remove ID",
    "list | get ID | set ID FIELD=VALUE… | remove ID: what raises alerts",
    "list [state=S] [equipment=E] | get ID | ack ID [note=TEXT] | resolve ID [note=TEXT]",
    "list [collection=C] [id=ID] | restore NUMBER: what lost when both ends wrote",
    "what waits goes upstream now; push | pull | progress: all documents are sent, or compared, and how far it is",
};
// clang-format on

const VerbWord* find_verb(std::string_view subject, std::string_view verb) {
  const auto* const found = std::ranges::find_if(
      kVerbs, [&](const VerbWord& row) { return row.subject == subject && row.verb == verb; });
  return found == kVerbs.end() ? nullptr : found;
}

// What the subject alone means.
std::string_view first_verb_of(std::string_view subject) {
  return subject == "sync" ? "now" : "list";
}

std::vector<std::string_view> verbs_of(std::string_view subject) {
  std::vector<std::string_view> verbs;
  for (const VerbWord& row : kVerbs) {
    if (row.subject == subject) verbs.push_back(row.verb);
  }
  return verbs;
}

// Members of the form NAME=VALUE. `true` is told apart, because a filter is asked for as such.
bool put_members(std::span<const std::string> words, wire::JsonWriter& json, std::string& problem) {
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      problem = "'" + word + "' is not of the form NAME=VALUE";
      return false;
    }
    const std::string_view name = std::string_view{word}.substr(0, equals);
    const std::string_view value = std::string_view{word}.substr(equals + 1);
    if (value == "true") {
      json.member(name, true);
    } else {
      json.member(name, value);
    }
  }
  return true;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 16 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool put_arguments(const VerbWord& row, std::span<const std::string> words, wire::JsonWriter& json,
                   std::string& problem) {
  if (row.takes == Takes::filters) return put_members(words, json, problem);
  if (row.takes == Takes::nothing) {
    if (!words.empty()) problem = "'" + words.front() + "' is one word too many";
    return words.empty();
  }
  const std::string what = std::string(row.subject) + " " + std::string(row.verb);
  if (words.empty()) {
    problem = what + (row.takes == Takes::number
                          ? " needs the number of a conflict"
                          : " needs an id: see " + std::string(row.subject) + " list");
    return false;
  }
  if (row.takes == Takes::number) {
    if (!is_number(words.front())) {
      problem = "'" + words.front() + "' is not the number of a conflict: see conflicts list";
      return false;
    }
    json.member("number", static_cast<std::int64_t>(std::stoll(words.front())));
    return true;
  }
  json.member("id", words.front());
  words = words.subspan(1);
  if (row.takes == Takes::id_and_members) return put_members(words, json, problem);
  if (row.takes == Takes::id) {
    if (!words.empty()) problem = "'" + words.front() + "' is one word too many";
    return words.empty();
  }
  if (words.empty()) {
    problem = what + " needs at least one FIELD=VALUE";
    return false;
  }
  json.open_object("set");
  const bool is_sound = put_members(words, json, problem);
  json.close_object();
  return is_sound;
}

}  // namespace

std::span<const std::string_view> state_subjects() { return kSubjects; }

bool is_state_word(std::string_view word) {
  return std::ranges::find(kSubjects, word) != kSubjects.end();
}

bool make_request(std::string_view subject, std::span<const std::string> words,
                  std::string_view author, std::string& line, std::string& problem) {
  const std::vector<std::string_view> verbs = verbs_of(subject);
  const std::string_view verb = words.empty() ? first_verb_of(subject) : words.front();
  const VerbWord* const row = find_verb(subject, verb);
  if (row == nullptr) {
    const std::string meant = console::did_you_mean(verb, verbs);
    problem = std::string(subject) + " has no '" + std::string(verb) + "'" + meant;
    if (!meant.empty()) return false;
    problem += ": it has";
    for (const std::string_view known : verbs) problem += " " + std::string(known);
    return false;
  }
  std::array<char, wire::kControlRequestBytesMax> room;
  wire::JsonWriter json(room);
  json.open_object();
  const auto arguments = words.empty() ? words : words.subspan(1);
  const bool is_sound = put_arguments(*row, arguments, json, problem);
  json.member("author", author);
  json.close_object();
  if (!is_sound) return false;
  if (json.text().empty()) {
    problem = "that is too long for one request";
    return false;
  }
  // The list of sensors is a verb of its own.
  const bool is_bare = subject == "sensors" && verb == "list";
  line = std::string(subject) + (is_bare ? "" : "." + std::string(verb)) + " " +
         std::string(json.text());
  return true;
}

std::string state_help() {
  constexpr std::size_t kWidth = 24;
  std::string text;
  for (std::size_t i = 0; i < kSubjects.size(); ++i) {
    text += "  " + std::string(kSubjects[i]) + std::string(kWidth - kSubjects[i].size(), ' ') +
            std::string(kHelp[i]) + "\n";
  }
  return text;
}

}  // namespace hf::program
