#include "tests/simulation/core/world.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "stores/settings/reading.h"
#include "wire/channel/control_line.h"

namespace hf::simulation {
namespace {

constexpr Duration kScanPeriod = seconds(1);
constexpr Duration kLookPeriod = minutes(10);

// After trouble: an uplink whose transports all failed tries again at its next burst, and then has
// to come to terms.
constexpr Duration kSettling = flows::UplinkSettings{}.burst_period + minutes(5);

constexpr std::int64_t kDriftPpmMost = 100;  // a crystal in the heat
constexpr Duration kToSayTheTime = minutes(2);

// What a process lives with settings that end it: less than an answer from upstream takes.
constexpr Duration kPoisonTakesMost = milliseconds(1500);

constexpr Duration kLightBeforeDark = hours(1);

// In the dark, so that the queue is full after weeks of a sensor or two: the least it may be.
constexpr std::string_view kQueueBytesInTheDark = "16777216";

constexpr std::uint64_t kMediumBytes = 512ULL * 1024 * 1024;

gateway::GatewayMemory gateway_memory;  // as large as the board's: not for a stack

// As a loader gives it to a new process.
void renew_memory() { new (&gateway_memory) gateway::GatewayMemory{}; }

std::uint64_t chance_of_the_day() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

void say_in_the_dark(stores::SettingSet& file) {
  stores::SettingsProblems problems;
  HF_ASSERT(is_ok(stores::read_setting("queue.bytes", kQueueBytesInTheDark,
                                       stores::SettingsLayer::file, file, problems)));
}

void use_heap() {
  const auto kept = std::make_unique<volatile int>(7);
  *kept = 8;
}

}  // namespace

World::World(const Course& course)
    : seeds_(course.seed),
      board(seeds_.next()),
      hub(board.agenda, board.broker, seeds_.next()),
      field(seeds_.next(), course.sensors, kScanPeriod, course.is_dark),
      random(course.bug == Bug::chance_of_the_day ? chance_of_the_day() : seeds_.next()),
      settings(findings_),
      desk(board, hub, course.seed),
      course_(course),
      outside_(board.board()),
      incidents_(seeds_.next(), course.weather, course.only),
      upstream_(truth_, findings_, trace_),
      checkers_(all_checkers(findings_, truth_)) {
  HF_ASSERT(is_ok(GatewayId::parse("simulated", id_)));
  board.link.set_doors(door_of);
  hub.on_rows = [this](const sim::Hub::Stored& frame) { stored(frame); };
  hub.on_commit = [this] { desk.committed(); };
  drift_ppm_ = seeds_.between(-kDriftPpmMost, kDriftPpmMost);
  board.clock.set_drift_ppm(static_cast<std::int32_t>(drift_ppm_));
  if (seeds_.chance(2, 3)) {
    board.network.set_route("eth0", hal::LinkKind::wired, hal::LinkCost::free);
  }
  if (course.is_dark) say_in_the_dark(settings.base.file);
  upstream_.tell(checkers_);
  upstream_.set_bug(course.bug);
  plant_medium_bug();
}

World::~World() = default;

Outcome World::run() {
  const heap_seal::Watching world(false);
  begin_boot();
  outcome_.boots = 1;
  field.power_on(now());
  due_from_ = Uptime{-1};
  start_process();
  if (course_.is_dark) go_dark();
  live_until(course_.length);
  heal();
  for (const auto& checker : checkers_) checker->hub_ended(hub, upstream_);
  for (const auto& checker : checkers_) checker->run_ended(truth_, upstream_);
  trace_.note(board.flash.counters().bytes_written);
  outcome_.readings = truth_.measured();
  outcome_.arrived = truth_.arrived();
  outcome_.condensed = truth_.condensed();
  outcome_.dropped = truth_.dropped();
  outcome_.flooded = truth_.flooded();
  outcome_.frames = upstream_.frames();
  outcome_.incidents = incidents_.begun();
  outcome_.settings_written = settings.written();
  outcome_.settings_taken = settings.taken();
  outcome_.written = written.counts();
  outcome_.documents_merged = desk.merged();
  outcome_.flash_bytes_written = board.flash.counters().bytes_written;
  outcome_.trace = trace_.hash();
  outcome_.findings = findings_;
  return outcome_;
}

void World::go_dark() {
  live_until(std::min(kLightBeforeDark, course_.length));
  note_harm(Area::link, true);
  change_carrier(-1);
}

void World::live_until(Duration end) {
  while (now() < end) turn(end);
}

// To the next moment at which anything is due, and what is due then.
void World::turn(Duration end) {
  const Duration next = std::min({end, wake_at_, field.next_at(), incidents_.next_at()});
  if (next > now()) board.pass(next - now());
  if (board.is_on() && incidents_.next_at() <= now()) incidents_.act(*this);
  if (!board.is_on()) return come_back();
  if (ending_ != Ending::none) {
    bury_process();
    return start_process();
  }
  const bool is_scanned = field.next_at() <= now();
  if (is_scanned) {
    field.scan(board, truth_);
    tamper_with_field();
  }
  step();
  if (!board.is_on()) return come_back();
  note_due();
  if (is_scanned) note_fairness();
  if (now() >= look_at_) look();
}

void World::step() {
  const Uptime uptime = board.clock.uptime();
  Uptime again;
  {
    const heap_seal::Watching core(true);
    again = gateway_->step(uptime);
    if (course_.bug == Bug::heap_used && outcome_.steps % 1000 == 7) use_heap();
  }
  ++outcome_.steps;
  if (board.is_on() && settings.look(*gateway_, now(), is_medium_well())) ending_ = Ending::killed;
  again = std::min(again, uptime + kLookPeriod);
  wake_at_ = now() + std::max(again - board.clock.uptime(), milliseconds(1));
}

void World::look() {
  look_at_ = now() + kLookPeriod;
  for (const auto& checker : checkers_) checker->looked_at(*gateway_, board);
  const bool is_synced = board.clock.utc().quality == TimeQuality::synced;
  const bool had_time = now() - std::max(process_began_at_, synced_since_) >= kToSayTheTime;
  if (is_synced && had_time && is_medium_well()) truth_.lives().back().knew_the_time = true;
  outcome_.flash_bytes_most = std::max(outcome_.flash_bytes_most, board.flash.bytes_taken());
  if (course_.progress != nullptr) course_.progress(now());
}

// The lives of the core.

void World::begin_boot() {
  truth_.begin_boot(board.clock.boot_id(), now(), board.clock.true_utc(), drift_ppm_);
}

void World::start_process() {
  renew_memory();
  truth_.begin_process();
  ending_ = Ending::none;
  ++outcome_.processes;
  gateway_.emplace(outside_.board(), gateway_memory, id_);
  for (std::uint16_t sensor = 0; sensor < field.sensors(); ++sensor) {
    stores::SensorFacts facts;
    HF_ASSERT(is_ok(EquipmentId::parse("machine", facts.equipment)));
    HF_ASSERT(is_ok(SensorId::parse("sensor-" + std::to_string(sensor), facts.sensor)));
    HF_ASSERT(gateway_->know(facts).ok());
  }
  static_cast<void>(is_ok(
      gateway_->want({.role = hal::Role::link, .number = 0}, limits::kBoard.link_role_bytes_max)));
  gateway_->set_base(settings.base, settings.base_is_sound);
  const lifecycle::BootReport report = gateway_->start();
  flows::UplinkSettings uplink;
  uplink.host.assign("broker.example");
  gateway_->set_uplink(uplink);
  process_began_at_ = now();
  settings.process_started(*gateway_, now(), kPoisonTakesMost);
  if (board.is_on() && !is_ok(report.status)) {
    findings_.note(Promise::liveness,
                   "the gateway did not start: " + std::string(report.halted_at));
  }
  wake_at_ = now();
  look_at_ = now() + kLookPeriod;
}

void World::bury_process() {
  note_due();
  look();
  if (ending_ == Ending::orderly) {
    const Status stopped = gateway_->stop();
    const bool had_to = is_medium_well() && board.is_on();
    if (had_to && is_ok(stopped)) truth_.note_due(due_from_, board.clock.uptime());
    if (had_to && !is_ok(stopped)) {
      findings_.note(Promise::liveness, "an orderly end was not possible at " + clock_face(now()));
    }
  }
  settings.process_ends(now());
  gateway_.reset();
  trace_.note(board.flash.bytes_taken());
  board.restart_process();
  due_from_ = board.clock.uptime();
}

// The power went; after a while it is there again.
void World::come_back() {
  note_due();
  settings.process_ends(now());
  gateway_.reset();
  ++outcome_.boots;
  const bool is_brown_out = short_boots_ > 0;
  const std::int64_t off_most = is_brown_out ? 2'000 : random.chance(1, 5) ? hours(8).ms : 600'000;
  board.pass(milliseconds(random.between(100, off_most)));
  constexpr sim::Rtc kRtcs[] = {sim::Rtc::none, sim::Rtc::none, sim::Rtc::wrong, sim::Rtc::good};
  board.power_on(kRtcs[random.below(std::size(kRtcs))]);
  for (const auto& [name, bytes] : board.flash.image()) {
    trace_.note(name);
    trace_.note(bytes);
  }
  begin_boot();
  due_from_ = Uptime{-1};
  ending_ = Ending::none;
  if (is_brown_out) {
    --short_boots_;
    board.lose_power_after(random.below(200));
  } else if (!is_healing_ && random.chance(1, 3)) {
    board.lose_power_after(random.below(30));
  }
  tell("board", "is on again");
  field.power_on(now());
  start_process();
}

// After several short boots the queue writes more rarely for the first while.
Duration World::window_in_force() {
  const bool may_hold_off = board.clock.uptime() <= Uptime{} + stores::queue::kHoldOff;
  return may_hold_off ? std::max(kWindow, gateway_->queue_figures().window) : kWindow;
}

// What the core promised by now.
void World::note_due() {
  const Uptime uptime = board.clock.uptime();
  if (is_medium_well()) {
    truth_.note_due(due_from_, uptime - window_in_force());
  } else {
    due_from_ = uptime;
  }
}

bool World::is_well(Area area, Duration for_at_least) const {
  const Harm& harm = harms_[static_cast<std::size_t>(area)];
  return harm.count == 0 && (harm.over_at == Duration{} || now() >= harm.over_at + for_at_least);
}

bool World::is_medium_well() const { return is_well(Area::medium, kConvalescence); }

// Whether somebody upstream may expect something now.
void World::note_fairness() {
  const bool is_settled = now() - process_began_at_ >= kSettling;
  if (!is_settled || !settings.is_well(now(), kSettling)) return;
  if (!is_well(Area::link, kSettling) || !is_well(Area::medium, kSettling)) return;
  const bool is_metered = board.network.state().cost != hal::LinkCost::free;
  for (const auto& checker : checkers_) checker->fair_second_passed(now(), is_metered);
}

bool World::is_drained() {
  const stores::QueueFigures figures = gateway_->queue_figures();
  return figures.readings_rows_to_send + figures.events_to_send + figures.rows_in_flight == 0;
}

// A frame that the hub has for good.
void World::stored(const sim::Hub::Stored& stored) {
  trace_.note(static_cast<std::uint64_t>(stored.sent_at.ms));
  upstream_.take(stored.frame, stored.topic_class, stored.sent_at);
  desk.stored(stored);
}

// Hands.

std::string World::ask(std::string_view line) {
  static std::array<char, wire::kControlAnswerBytesMax> room;
  return std::string{gateway_->answer(line, room)};
}

void World::tell(const char* what, const char* how) {
  trace_.note(std::string_view{what});
  trace_.note(static_cast<std::uint64_t>(now().ms));
  if (!course_.is_told) return;
  std::fprintf(stderr, "%s  %s %s\n", clock_face(now()).c_str(), what, how);
}

void World::note_harm(Area area, bool begins) {
  Harm& harm = harms_[static_cast<std::size_t>(area)];
  harm.count = begins ? harm.count + 1 : harm.count - 1;
  harm.over_at = now();
}

// When the last harm is over: those that overlap end together.
void World::heal_medium() {
  if (harms_[static_cast<std::size_t>(Area::medium)].count > 0) return;
  board.flash.forget_plans();
  board.flash.set_model({.capacity_bytes = kMediumBytes});
  board.flash.set_state(hal::MediumState::writable);
  plant_medium_bug();
}

void World::plant_medium_bug() {
  if (course_.bug != Bug::sync_left_out) return;
  sim::PlannedFault forgetting;
  forgetting.call = sim::FlashCall::sync;
  forgetting.fault = sim::Fault::forgotten;
  forgetting.times = sim::kForEver;
  board.flash.plan(forgetting);
}

void World::tamper_with_field() {
  if (++scans_ % 100 != 7 || field.scanned().empty()) return;
  Reading reading = field.scanned().front();
  if (course_.bug == Bug::reading_invented) reading.value = 1e9;
  const bool is_planted =
      course_.bug == Bug::reading_invented || course_.bug == Bug::reading_repeated;
  if (is_planted) board.sensors.measure(reading);
}

}  // namespace hf::simulation
