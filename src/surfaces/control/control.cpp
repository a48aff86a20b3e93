#include "surfaces/control/control.h"

#include <algorithm>
#include <array>

#include "surfaces/control/activity_verbs.h"
#include "surfaces/control/document_verbs.h"
#include "surfaces/control/models_verbs.h"
#include "surfaces/control/node_verbs.h"
#include "surfaces/control/sensor_verbs.h"
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
    Verb{.name = "activity.list", .right = Right::view, .help = "what happened, newest first; may say kind, since_ms, before", .answer = list_activity},
    Verb{.name = "activity.verify", .right = Right::view, .help = "whether entries were edited; may say after, number, digest", .answer = verify_activity},
    Verb{.name = "alerts.ack", .right = Right::operate, .help = "acknowledges the present episode; may say note", .answer = answer_alerts_ack},
    Verb{.name = "alerts.get", .right = Right::view, .help = "one by its id: what is desired and reported", .answer = DocumentVerbs<4>::get},
    Verb{.name = "alerts.list", .right = Right::view, .help = "all documents of alerts; may say state, equipment", .answer = DocumentVerbs<4>::list},
    Verb{.name = "alerts.remove", .right = Right::configure, .help = "deletes one", .answer = DocumentVerbs<4>::remove},
    Verb{.name = "alerts.resolve", .right = Right::operate, .help = "ends the present episode, also a latched one; note", .answer = answer_alerts_resolve},
    Verb{.name = "conflicts.list", .right = Right::view, .help = "values that lost, by whom, to whom; may say collection, id", .answer = answer_conflicts_list},
    Verb{.name = "conflicts.restore", .right = Right::configure, .help = "brings the value of a conflict back", .answer = answer_conflicts_restore},
    Verb{.name = "equipment.get", .right = Right::view, .help = "one by its id: what is desired and reported", .answer = DocumentVerbs<0>::get},
    Verb{.name = "equipment.list", .right = Right::view, .help = "all equipment; may say status, tag, has_alerts", .answer = DocumentVerbs<0>::list},
    Verb{.name = "equipment.remove", .right = Right::configure, .help = "deletes one", .answer = DocumentVerbs<0>::remove},
    Verb{.name = "equipment.set", .right = Right::configure, .help = "sets fields of one, making it where there is none", .answer = DocumentVerbs<0>::set},
    Verb{.name = "help", .right = Right::view, .help = "every verb and what it answers", .answer = answer_help},
    Verb{.name = "models.deploy", .right = Right::configure, .help = "a version to equipment: {\"id\",\"version\",\"to\":[…]}", .answer = deploy_model},
    Verb{.name = "models.get", .right = Right::view, .help = "one by its id: what is desired and reported", .answer = DocumentVerbs<5>::get},
    Verb{.name = "models.list", .right = Right::view, .help = "packages of rules: versions here, and what is in use where", .answer = list_models},
    Verb{.name = "models.remove", .right = Right::configure, .help = "deletes its packages, or one {\"version\"}", .answer = remove_model},
    Verb{.name = "models.undeploy", .right = Right::configure, .help = "its rules are in force no more", .answer = undeploy_model},
    Verb{.name = "models.upload", .right = Right::configure, .help = "a piece of a package; no \"data\": how much is here", .answer = upload_model},
    Verb{.name = "nodes.drain", .right = Right::operate, .help = "a node finishes and samples no more", .answer = answer_nodes_drain},
    Verb{.name = "nodes.enable", .right = Right::operate, .help = "a drained node works again", .answer = answer_nodes_enable},
    Verb{.name = "nodes.get", .right = Right::view, .help = "one by its id: what is desired and reported", .answer = answer_nodes_get},
    Verb{.name = "nodes.list", .right = Right::view, .help = "the gateway and its field devices: state, health, breaker", .answer = answer_nodes_list},
    Verb{.name = "nodes.remove", .right = Right::configure, .help = "deletes one", .answer = answer_nodes_remove},
    Verb{.name = "nodes.set", .right = Right::configure, .help = "sets fields of one, making it where there is none", .answer = answer_nodes_set},
    Verb{.name = "rules.get", .right = Right::view, .help = "one by its id: what is desired and reported", .answer = DocumentVerbs<3>::get},
    Verb{.name = "rules.list", .right = Right::view, .help = "all documents of rules", .answer = DocumentVerbs<3>::list},
    Verb{.name = "rules.remove", .right = Right::configure, .help = "deletes one", .answer = DocumentVerbs<3>::remove},
    Verb{.name = "rules.set", .right = Right::configure, .help = "sets fields of one, making it where there is none", .answer = DocumentVerbs<3>::set},
    Verb{.name = "sensors", .right = Right::view, .help = "each sensor with its latest value, age and quality", .answer = answer_sensors},
    Verb{.name = "sensors.get", .right = Right::view, .help = "one by its id: desired, in force, latest value", .answer = answer_sensors_get},
    Verb{.name = "sensors.set", .right = Right::configure, .help = "sets words of one: unit, limits, period, …", .answer = answer_sensors_set},
    Verb{.name = "settings", .right = Right::view, .help = "every setting, or {\"name\"}: value, layer, bounds", .answer = list_settings},
    Verb{.name = "settings.confirm", .right = Right::configure, .help = "the version in force is good: its trial ends", .answer = confirm_settings},
    Verb{.name = "settings.diff", .right = Right::view, .help = "what differs between the versions {\"from\",\"to\"}", .answer = compare_versions},
    Verb{.name = "settings.history", .right = Right::view, .help = "the versions that are kept, newest first", .answer = list_versions},
    Verb{.name = "settings.revert", .right = Right::configure, .help = "a new version that says what {\"version\"} said", .answer = revert_settings},
    Verb{.name = "settings.set", .right = Right::configure, .help = "a new version: {\"set\":{…},\"clear\":[…],\"template\"}", .answer = set_settings},
    Verb{.name = "settings.templates", .right = Right::view, .help = "settings that belong together, under a name", .answer = list_templates},
    Verb{.name = "status", .right = Right::view, .help = "how the gateway is: time, window, what was counted", .answer = answer_status},
    Verb{.name = "sync.now", .right = Right::operate, .help = "what waits goes now, connected or not; what that is", .answer = answer_sync_now},
    Verb{.name = "sync.progress", .right = Right::view, .help = "how far a push or pull on demand is", .answer = answer_sync_progress},
    Verb{.name = "sync.pull", .right = Right::operate, .help = "compares all documents with upstream now", .answer = answer_sync_pull},
    Verb{.name = "sync.push", .right = Right::operate, .help = "sends all documents upstream", .answer = answer_sync_push},
    Verb{.name = "update", .right = Right::configure, .help = "a new system from {\"address\"}; the board restarts by itself", .answer = answer_update},
};
// clang-format on

constexpr auto kVerbNames = [] {
  std::array<std::string_view, kVerbs.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kVerbs[i].name;
  return names;
}();
static_assert(std::ranges::is_sorted(kVerbNames), "people look for a verb by its name");
static_assert(std::ranges::none_of(kVerbs,
                                   [](const Verb& verb) { return verb.right == Right::none; }),
              "a verb says which right it needs");

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

// Whoever asks learns what is missing, and where it could be given.
std::string_view refuse_right(const Verb& verb, const Sights& sights, std::span<char> answer) {
  FixedString<200> text;
  for (const std::string_view piece :
       {verb.name, std::string_view{" needs the right '"}, to_text(verb.right),
        std::string_view{"': "}, sights.asker.name, std::string_view{" has '"},
        to_text(sights.asker.right), std::string_view{"', by "}, sights.asker.by}) {
    static_cast<void>(is_ok(text.try_append(piece)));
  }
  return refusal(Status::refused, text.view(), {}, answer);
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

Right right_needed(std::string_view line) {
  wire::ControlRequest request;
  if (!is_ok(wire::parse_control_line(line, request))) return Right::none;
  const auto verb = std::ranges::find(kVerbs, request.verb, &Verb::name);
  return verb == kVerbs.end() ? Right::none : verb->right;
}

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
  if (!has(sights.asker.right, verb->right)) return refuse_right(*verb, sights, answer);
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
