#include "surfaces/control/control.h"

#include <algorithm>
#include <array>

#include "surfaces/control/activity_verbs.h"
#include "surfaces/control/document_verbs.h"
#include "surfaces/control/settings_verbs.h"
#include "surfaces/control/status.h"
#include "surfaces/control/update_verb.h"
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
    Verb{.name = "activity.list",       .help = "what happened, newest first; may say kind, since_ms, before",           .answer = list_activity},
    Verb{.name = "activity.verify",     .help = "whether entries were edited or taken out; may say after, number, digest", .answer = verify_activity},
    Verb{.name = "alerts.ack",          .help = "acknowledges the present episode; may say note",                        .answer = answer_alerts_ack},
    Verb{.name = "alerts.get",          .help = "one by its id: what is desired and reported",                           .answer = DocumentVerbs<4>::get},
    Verb{.name = "alerts.list",         .help = "all documents of alerts; may say state, equipment",                     .answer = DocumentVerbs<4>::list},
    Verb{.name = "alerts.remove",       .help = "deletes one",                                                           .answer = DocumentVerbs<4>::remove},
    Verb{.name = "alerts.resolve",      .help = "ends the present episode, also a latched one; may say note",            .answer = answer_alerts_resolve},
    Verb{.name = "conflicts.list",      .help = "values that lost, by whom, to whom; may say collection, id",            .answer = answer_conflicts_list},
    Verb{.name = "conflicts.restore",   .help = "brings the value of a conflict back",                                   .answer = answer_conflicts_restore},
    Verb{.name = "equipment.get",       .help = "one by its id: what is desired and reported",                           .answer = DocumentVerbs<0>::get},
    Verb{.name = "equipment.list",      .help = "all documents of equipment; may say status, tag, has_alerts",           .answer = DocumentVerbs<0>::list},
    Verb{.name = "equipment.remove",    .help = "deletes one",                                                           .answer = DocumentVerbs<0>::remove},
    Verb{.name = "equipment.set",       .help = "sets fields of one, making it where there is none",                     .answer = DocumentVerbs<0>::set},
    Verb{.name = "help",                .help = "every verb and what it answers",                                        .answer = answer_help},
    Verb{.name = "nodes.drain",         .help = "a node finishes and samples no more",                                   .answer = answer_nodes_drain},
    Verb{.name = "nodes.enable",        .help = "a drained node works again",                                            .answer = answer_nodes_enable},
    Verb{.name = "nodes.get",           .help = "one by its id: what is desired and reported",                           .answer = DocumentVerbs<2>::get},
    Verb{.name = "nodes.list",          .help = "all documents of nodes",                                                .answer = DocumentVerbs<2>::list},
    Verb{.name = "nodes.remove",        .help = "deletes one",                                                           .answer = DocumentVerbs<2>::remove},
    Verb{.name = "nodes.set",           .help = "sets fields of one, making it where there is none",                     .answer = DocumentVerbs<2>::set},
    Verb{.name = "rules.get",           .help = "one by its id: what is desired and reported",                           .answer = DocumentVerbs<3>::get},
    Verb{.name = "rules.list",          .help = "all documents of rules",                                                .answer = DocumentVerbs<3>::list},
    Verb{.name = "rules.remove",        .help = "deletes one",                                                           .answer = DocumentVerbs<3>::remove},
    Verb{.name = "rules.set",           .help = "sets fields of one, making it where there is none",                     .answer = DocumentVerbs<3>::set},
    Verb{.name = "sensors",             .help = "each sensor with its latest value, age and quality",                    .answer = answer_sensors},
    Verb{.name = "settings",            .help = "every setting, or {\"name\"} of one or a group: value, layer, bounds",  .answer = list_settings},
    Verb{.name = "settings.confirm",    .help = "the version in force is good: its trial ends",                          .answer = confirm_settings},
    Verb{.name = "settings.diff",       .help = "what differs between the versions {\"from\",\"to\"}",                   .answer = compare_versions},
    Verb{.name = "settings.history",    .help = "the versions that are kept, newest first",                              .answer = list_versions},
    Verb{.name = "settings.revert",     .help = "a new version that says what {\"version\"} said",                       .answer = revert_settings},
    Verb{.name = "settings.set",        .help = "a new version: {\"set\":{…},\"clear\":[…],\"template\",\"author\",\"comment\"}", .answer = set_settings},
    Verb{.name = "settings.templates",  .help = "settings that belong together, under a name",                           .answer = list_templates},
    Verb{.name = "status",              .help = "how the gateway is: time, window, what was counted",                    .answer = answer_status},
    Verb{.name = "sync.now",            .help = "what waits goes now, also where there was no connection; what that is", .answer = answer_sync_now},
    Verb{.name = "sync.pull",           .help = "compares all documents with upstream now",                              .answer = answer_sync_pull},
    Verb{.name = "sync.push",           .help = "sends all documents upstream",                                          .answer = answer_sync_push},
    Verb{.name = "update",              .help = "asks the board's installer for the system at {\"address\"}; it restarts by itself", .answer = answer_update},
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

// A refusal with all that the verb had to say: the first as the text, then each with its path.
std::string_view refusal(Status status, const stores::SettingsProblems& problems,
                         std::span<char> answer) {
  wire::JsonWriter json(answer);
  json.open_object();
  json.member("ok", false);
  json.member("status", to_text(status));
  json.member("text", problems.list()[0].text.view());
  json.open_array("problems");
  for (const stores::SettingsProblem& problem : problems.list()) {
    json.open_object();
    json.member("path", problem.path.view());
    json.member("text", problem.text.view());
    json.close_object();
  }
  json.close_array();
  json.member("problems_left_out", problems.left_out());
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
  sights.problems.clear();
  const Status status = verb->answer(sights, request.arguments, json);
  json.close_object();
  json.close_object();
  if (!is_ok(status) && !sights.problems.empty()) return refusal(status, sights.problems, answer);
  if (!is_ok(status)) {
    const Problem& problem = sights.problem;
    const std::string_view text = problem.text.empty() ? "refused" : problem.text.view();
    return refusal(status, text, problem.meant, answer);
  }
  if (!is_ok(json.status())) return refusal(Status::full, "the answer is too long", {}, answer);
  return json.text();
}

}  // namespace hf::surfaces
