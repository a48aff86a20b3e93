#include "tests/simulation/core/settings_incidents.h"

#include <array>
#include <memory>

#include "documents/sync_message.h"
#include "state/collections.h"
#include "stores/settings/reading.h"
#include "tests/simulation/core/world.h"
#include "tests/support/replica_on_sim.h"
#include "vocabulary/bytes.h"

namespace hf::simulation {
namespace {

using settings::at;

constexpr Duration kProbation = settings::initial_duration("settings.probation");
constexpr Duration kForgottenByACut = milliseconds(kProbation.ms / 8);
constexpr Duration kLastStep = seconds(15);  // also when the medium takes it the second time only

// A value that a bug of ours would not survive.
constexpr Duration kPoison = seconds(77);

// As members of a JSON object.
constexpr std::array kRefused{
    R"("durability.window":"0 s")",
    R"("durability.window":"1 d")",
    R"("durability.window":"5 min","durability.batch_period":"30 s")",
    R"("durability.window":true)",
    R"("durabilty.window":"10 s")",
    R"("durability":"10 s")",
    R"("queue.bytes":1)",
    R"("queue.bytes":1e99)",
    R"("history.persist":"perhaps")",
    R"("settings.probation":"0 s")",
    R"("settings.starts_max":1000000)",
    R"("uplink.port":65536)",
    R"("uplink.port":-1)",
    R"("uplink.transport":"pigeon")",
    R"("uplink.root":"a/b")",
    R"("uplink.tenant":"")",
    R"("uplink.backoff.first":"4 min","uplink.backoff.cap":"1 s")",
    R"("uplink.live.period_least":"600 s","uplink.live.period_most":"1 s")",
    R"("uplink.broker":17)",
    R"("sensors.period":"1 ns")",
    R"("sensors.rate_max":0)",
    R"("wholly.unknown":{"a":{"b":1}})",
};
constexpr std::array kUnlivable{
    R"("uplink.broker":"nowhere.example")",        R"("uplink.broker":"")",
    R"("uplink.port":9,"uplink.transport":"tls")", R"("uplink.root":"elsewhere")",
    R"("uplink.tenant":"somebody-else")",          R"("uplink.user":"nobody")",
    R"("uplink.ca_file":"/no/such/file")",
    R"("durability.batch_period":"77 s")",  // kPoison
};
constexpr std::array kStarving{
    R"("uplink.rate.bytes_per_second":1)",
    R"("uplink.receipt":{"every":"1 h","every_metered":"1 h","bytes":1e9})",
    R"("uplink.live.period_least":"600 s","uplink.health.period":"1 h")",
    R"("uplink.backoff.first":"5 min","uplink.backoff.cap":"1 h","uplink.backoff.factor":10)",
    R"("uplink.transport":"ws","uplink.without_tls":true)",
};
// With which one could try to talk the gateway out of coming back.
constexpr std::array kBolted{R"()", R"(,"settings.probation":"24 h")",
                             R"(,"settings.starts_max":20)",
                             R"(,"settings.probation":"24 h","settings.starts_max":20)"};

template <std::size_t N>
std::string_view draw(Random& random, const std::array<const char*, N>& from) {
  return from[random.below(N)];
}

bool is_poison(const stores::SettingSet& set) {
  return set.duration(at("durability.batch_period")) == kPoison;
}

// With these nobody is reached, or the process ends: no receipt can come.
bool is_unlivable(const stores::SettingSet& set) {
  const auto is_said = [&set](settings::SettingIndex index) { return set.says(index); };
  return is_poison(set) || is_said(at("uplink.broker")) || is_said(at("uplink.port")) ||
         is_said(at("uplink.root")) || is_said(at("uplink.tenant")) || is_said(at("uplink.user")) ||
         is_said(at("uplink.ca_file"));
}

// The roads.

void write_at_the_site(World& world, const std::string& members, bool has_to_be_refused) {
  const std::string answer =
      world.ask("settings.set {\"set\":{" + members + "},\"author\":\"anna\"}");
  if (has_to_be_refused) world.settings.note_answer(answer);
}

void send_command(World& world, const std::string& members) {
  const std::string text = R"({"v":1,"id":"c)" + std::to_string(world.random.next()) +
                           R"(","verb":"settings.set","arguments":{"set":{)" + members + "}}}";
  const auto bytes = bytes_of(text);
  world.hub.send("simulated", wire::TopicClass::command, {bytes.begin(), bytes.end()});
}

// Each member a field, its value a text.
void send_document(World& world, const std::string& members) {
  std::array<std::byte, 4096> memory{};
  wire::JsonReader json(memory);
  const std::string object = "{" + members + "}";
  if (!is_ok(json.read(object))) return;
  test::HubPen pen(static_cast<std::uint32_t>(world.random.next()));
  const auto blank = std::make_unique<documents::Document>();
  const documents::DocumentId id{.collection = state::kSettings, .key = "simulated"};
  std::vector<std::byte> payload(documents::kDownHeadBytes);
  std::int64_t ms = world.board.clock.true_utc().ms;
  for (const wire::JsonValue member : json.root()) {
    blank->begin(id);
    const std::string value = member.kind() == wire::JsonKind::text
                                  ? std::string(member.text())
                                  : std::to_string(static_cast<std::int64_t>(member.number()));
    const documents::DocumentView delta =
        pen.writes(blank->view(), member.name(), documents::Value::text(value), ms++);
    std::size_t size = payload.size();
    payload.resize(size + documents::kEnvelopeBytes + delta.bytes().size());
    HF_ASSERT(is_ok(
        documents::append_message({documents::MessageKind::delta, delta.bytes()}, payload, size)));
  }
  documents::seal_down(payload);
  world.hub.send("simulated", wire::TopicClass::state_down, payload);
}

void write_file(World& world, const std::string& members) {
  std::array<std::byte, 4096> memory{};
  wire::JsonReader json(memory);
  const std::string object = "{" + members + "}";
  stores::SettingsProblems problems;
  world.settings.base.clear();
  world.settings.base_is_sound =
      is_ok(json.read(object)) &&
      is_ok(stores::read_settings(json.root(), stores::SettingsLayer::file,
                                  world.settings.base.file, problems));
  world.end_process(world.random.chance(1, 2) ? World::Ending::orderly : World::Ending::killed);
}

}  // namespace

void write_bad_settings(World& world) {
  const std::uint64_t road = world.random.below(4);
  const std::uint64_t kind = world.random.below(8);
  std::string members;
  if (kind < 2) {
    members = draw(world.random, kRefused);
  } else {
    members = kind < 7 ? draw(world.random, kUnlivable) : draw(world.random, kStarving);
    members += draw(world.random, kBolted);
  }
  if (!world.may_spoil_settings()) return;
  world.settings.note_written();
  world.tell("settings", members.c_str());
  switch (road) {
    case 0: return write_at_the_site(world, members, kind < 2);
    case 1: return send_command(world, members);
    case 2: return send_document(world, members);
    default: return write_file(world, members);
  }
}

void mend_settings(World& world) {
  if (!world.may_mend_settings()) return;
  world.ask(
      R"(settings.set {"clear":["uplink.rate.bytes_per_second","uplink.receipt.every",)"
      R"("uplink.receipt.every_metered","uplink.receipt.bytes","uplink.live.period_least",)"
      R"("uplink.live.period_least_metered","uplink.health.period","uplink.backoff.first",)"
      R"("uplink.backoff.cap","uplink.backoff.factor","uplink.transport","uplink.without_tls",)"
      R"("settings.probation","settings.starts_max"],"author":"bert"})");
  if (!world.settings.base.says_anything()) return;
  world.settings.base.clear();
  world.settings.base_is_sound = true;
  world.end_process(World::Ending::orderly);
}

hal::LinkReason door_of(const hal::ConnectRequest& request) {
  constexpr std::array<std::uint16_t, 4> kPorts{1883, 8883, 80, 443};
  const auto port = std::ranges::find(kPorts, request.address.port);
  const bool is_there = request.address.host.view() == "broker.example" && port != kPorts.end();
  if (!is_there) return hal::LinkReason::unreachable;
  if (!request.ca_file.empty()) return hal::LinkReason::tls_failed;
  const bool is_ours =
      request.user.empty() && request.will_topic.find("/v1/default/") != std::string_view::npos;
  return is_ours ? hal::LinkReason::none : hal::LinkReason::not_authorised;
}

void SettingsWatch::process_started(const gateway::Gateway& gateway, Duration now,
                                    Duration to_live) {
  counted_from_ = now;
  if (is_other_) ++interruptions_;
  note_change(gateway.settings(), now);
  ends_at_ = is_poison(gateway.settings().in_force()) ? now + to_live : Duration{INT64_MAX};
}

void SettingsWatch::note_change(const stores::Settings& settings, Duration now) {
  revision_ = settings.revision();
  const bool is_other = !equal_values(settings.in_force(), as_they_came_);
  if (is_other && !is_other_) {
    ran_ = {};
    counted_from_ = now;
    interruptions_ = 0;
    is_excused_ = false;
    ++taken_;
  }
  if (!is_other && is_other_) well_since_ = now;
  is_other_ = is_other;
}

void SettingsWatch::process_ends(Duration now) {
  if (is_other_) ran_ = ran_ + (now - counted_from_);
  counted_from_ = now;
}

bool SettingsWatch::look(const gateway::Gateway& gateway, Duration now, bool is_medium_well) {
  const stores::Settings& settings = gateway.settings();
  if (revision_ != settings.revision()) {
    note_change(settings, now);
    if (is_poison(settings.in_force())) return true;
  }
  if (!is_other_) return false;
  is_excused_ = is_excused_ || !is_medium_well;
  const bool is_on_trial = settings.trial().on_trial();
  if (is_on_trial) judge(now);
  if (!is_on_trial && is_unlivable(settings.in_force()) && !is_excused_) {
    findings_.note(Promise::no_lock_out, "unlivable settings were confirmed by " + clock_face(now));
    is_excused_ = true;
  }
  return now >= ends_at_;
}

void SettingsWatch::judge(Duration now) {
  const Duration most = kProbation + milliseconds(kForgottenByACut.ms * interruptions_) + kLastStep;
  const Duration ran = ran_ + (now - counted_from_);
  if (ran <= most || is_excused_) return;
  findings_.note(Promise::no_lock_out, "a version was on trial for too long by " + clock_face(now));
  is_excused_ = true;  // told once
}

bool SettingsWatch::may_be_spoilt(const gateway::Gateway& gateway) const {
  const stores::TrialRecord& trial = gateway.settings().trial();
  return !is_other_ && trial.last_good != 0 && trial.in_force == trial.last_good;
}

void SettingsWatch::note_answer(std::string_view answer) {
  const bool is_refused = answer.starts_with(R"({"ok":false)");
  const bool is_told = answer.find(R"("text":")") != std::string_view::npos &&
                       answer.find(R"("text":"")") == std::string_view::npos;
  if (!is_refused || !is_told) {
    findings_.note(Promise::no_lock_out, "not refused with a reason: " + std::string(answer));
  }
}

void SettingsWatch::check_mended(const gateway::Gateway& gateway) {
  if (is_other_) findings_.note(Promise::no_lock_out, "in the end bad settings were in force");
  if (!may_be_spoilt(gateway)) {
    findings_.note(Promise::no_lock_out, "in the end no confirmed version was in force");
  }
}

}  // namespace hf::simulation
