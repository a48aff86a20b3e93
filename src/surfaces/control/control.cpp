#include "surfaces/control/control.h"

#include <algorithm>
#include <array>

#include "surfaces/control/status.h"
#include "wire/channel/control_line.h"

namespace hf::surfaces {
namespace {

Status answer_help(const Sights& /*sights*/, std::string_view /*arguments*/,
                   wire::JsonWriter& json) {
  for (const Verb& verb : verbs()) json.member(verb.name, verb.help);
  return Status::ok;
}

// clang-format off
constexpr std::array kVerbs{
    Verb{.name = "help",    .help = "every verb and what it answers",                     .answer = answer_help},
    Verb{.name = "sensors", .help = "each sensor with its latest value, age and quality", .answer = answer_sensors},
    Verb{.name = "status",  .help = "how the gateway is: time, window, what was counted", .answer = answer_status},
};
// clang-format on

constexpr auto kVerbNames = [] {
  std::array<std::string_view, kVerbs.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kVerbs[i].name;
  return names;
}();
static_assert(std::ranges::is_sorted(kVerbNames), "people look for a verb by its name");

std::string_view refusal(Status status, std::string_view text, std::string_view meant,
                         std::span<char> answer) {
  wire::JsonWriter json(answer);
  json.open_object();
  json.member("ok", false);
  json.member("status", to_text(status));
  json.member("text", text);
  if (!meant.empty()) json.member("did_you_mean", meant);
  json.close_object();
  return json.text();
}

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

std::string_view answer_line(const Sights& sights, std::string_view line, std::span<char> answer) {
  wire::ControlRequest request;
  if (!is_ok(wire::parse_control_line(line, request))) {
    return refusal(Status::invalid, "a request is a verb, perhaps followed by a JSON object",
                   "help", answer);
  }
  const auto verb = std::ranges::find(kVerbs, request.verb, &Verb::name);
  if (verb == kVerbs.end()) {
    return refusal(Status::not_found, "no such verb", wire::nearest_word(request.verb, kVerbNames),
                   answer);
  }
  wire::JsonWriter json(answer);
  json.open_object();
  json.member("ok", true);
  json.open_object("answer");
  const Status status = verb->answer(sights, request.arguments, json);
  json.close_object();
  json.close_object();
  if (!is_ok(status)) return refusal(status, "refused", {}, answer);
  if (!is_ok(json.status())) return refusal(Status::full, "the answer is too long", {}, answer);
  return json.text();
}

}  // namespace hf::surfaces
