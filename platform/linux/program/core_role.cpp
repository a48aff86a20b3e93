#include "platform/linux/program/core_role.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gateway/gateway.h"
#include "lifecycle/heap_seal/heap_seal.h"
#include "platform/linux/board.h"
#include "platform/linux/control_socket.h"
#include "platform/linux/program/demonstration_sensors.h"
#include "platform/linux/program/model_keys.h"
#include "platform/linux/program/secrets.h"
#include "platform/linux/program/sensor_files.h"
#include "platform/linux/program/settings_files.h"
#include "platform/linux/replayed_sensors.h"

namespace hf::program {
namespace {

constexpr int kWell = 0;
constexpr int kFailed = 1;

// Longer than the slowest write of a medium that still works (half a minute), during which the
// core's one thread stands still and is not broken.
constexpr Duration kWatchdogPeriod = seconds(60);

gateway::GatewayMemory gateway_memory;  // static: sized by the class of board, zeroed by the loader

// The sensors this run has, and where their readings come from.
struct SensorsOfThisRun {
  std::unique_ptr<on_linux::ReplayedSensors> replayed;
  std::unique_ptr<DemonstrationSensors> demonstration;
  std::uint32_t count = 0;

  on_linux::SensorSource* source() const {
    if (replayed) return replayed.get();
    return demonstration.get();
  }
  std::string name_of(SensorIndex sensor) const {
    if (replayed) return std::string(replayed->name_of(sensor).text());
    return "sensor-" + std::to_string(sensor.value);
  }
};

bool find_sensors(const Options& options, SensorsOfThisRun& sensors) {
  if (!options.replay.empty()) {
    sensors.replayed = std::make_unique<on_linux::ReplayedSensors>(options.speed);
    if (!is_ok(sensors.replayed->open(options.replay.c_str(), on_linux::boot_clock_now()))) {
      const std::string_view problem = sensors.replayed->problem();
      std::fprintf(stderr, "holdfast: %.*s\n", static_cast<int>(problem.size()), problem.data());
      return false;
    }
    sensors.count = sensors.replayed->sensor_count();
  } else if (options.generate > 0) {
    sensors.demonstration = std::make_unique<DemonstrationSensors>(options.generate);
    sensors.count = options.generate;
  }
  return true;
}

constexpr std::string_view kEquipment = "machine";  // of which all sources give the sensors

bool enter_sensors(const SensorsOfThisRun& sensors, const std::string& config,
                   gateway::Gateway& gateway) {
  std::vector<std::string> keys;
  for (std::uint32_t i = 0; i < sensors.count; ++i) {
    keys.push_back(std::string(kEquipment) + "." +
                   sensors.name_of(SensorIndex{static_cast<std::uint16_t>(i)}));
  }
  const SensorFiles files = read_sensor_files(config, keys);
  for (const std::string& problem : files.problems) {
    std::fprintf(stderr, "holdfast: %s\n", problem.c_str());
  }
  for (std::uint32_t i = 0; i < sensors.count; ++i) {
    stores::SensorFacts facts;
    HF_ASSERT(is_ok(EquipmentId::parse(kEquipment, facts.equipment)));
    const std::string name = sensors.name_of(SensorIndex{static_cast<std::uint16_t>(i)});
    if (!is_ok(SensorId::parse(name, facts.sensor))) return false;
    if (sensors.replayed) facts.rate_max_per_second = UINT16_MAX;  // faster than life, on purpose
    const auto words = files.words.find(keys[i]);
    const stores::SensorWords by_name =
        words == files.words.end() ? stores::SensorWords{} : words->second;
    if (!gateway.know(facts, by_name).ok()) return false;
  }
  return true;
}

// The link role lies beside us, as a program of its own: docs/decisions/0031.
std::string link_program() {
  std::error_code error;
  const auto ours = std::filesystem::read_symlink("/proc/self/exe", error);
  return (ours.parent_path() / "holdfast-link").string();
}

void choose_link(const Options& options, const std::string& program,
                 on_linux::BoardOptions& board) {
  static constexpr hal::Role kRoles[] = {hal::Role::link};
  board.processes = {.program = program.c_str(), .arguments = {}, .roles = kRoles};
  board.link_cost = options.broker.cost;
  constexpr std::string_view kAuthorities = "/etc/ssl/certs";
  const std::string_view ca = options.broker.ca.empty() ? kAuthorities : options.broker.ca;
  const bool is_folder = std::filesystem::is_directory(ca);
  (is_folder ? board.link_role.ca_folder : board.link_role.ca_file).assign(ca);
}

std::string_view answer(void* gateway, std::string_view line, std::span<char> room,
                        const on_linux::Peer& peer) {
  using gateway::Gateway;
  const Gateway::Way way = peer.is_owner ? Gateway::Way::owner : Gateway::Way::group;
  return static_cast<Gateway*>(gateway)->answer(line, room, way);
}

bool connect_link(const Options& options, on_linux::Board& board, gateway::Gateway& gateway) {
  std::string problem;
  if (!store_secrets(options.broker, board.hal().keys, problem)) {
    std::fprintf(stderr, "holdfast: %s\n", problem.c_str());
    return false;
  }
  gateway.set_version(HOLDFAST_VERSION);
  gateway.set_uplink(options.broker.uplink);
  gateway.set_data_plan(options.broker.plan);
  return true;
}

// Where nothing guards us we run all the same: a gateway without a watchdog is better than none.
void be_guarded(hal::Board& board) {
  const auto period = board.watchdog.start(kWatchdogPeriod);
  if (!period.ok() && period.status() != Status::unavailable) {
    board.log.write(hal::LogLevel::warning, "watchdog.not_started", to_text(period.status()));
  }
}

// A file that is wrong stops nothing: the settings of before stay, and everything wrong is told.
void take_outside_settings(const Options& options, gateway::Gateway& gateway) {
  const auto outside = read_outside_settings(options.config, environ);
  std::fputs(as_lines(outside->problems).c_str(), stderr);
  gateway.set_base(outside->base, outside->is_sound());
}

int complain(const char* what, Status status) {
  const std::string_view word = to_text(status);
  std::fprintf(stderr, "holdfast: %s: %.*s\n", what, static_cast<int>(word.size()), word.data());
  return kFailed;
}

}  // namespace

std::string control_path(const Options& options) { return options.state + "/control"; }

int run_core(const Options& options) {
  std::error_code error;
  std::filesystem::create_directories(options.state, error);
  if (error) return complain(options.state.c_str(), Status::unavailable);

  SensorsOfThisRun sensors;
  if (!find_sensors(options, sensors)) return kFailed;

  const std::string link = link_program();
  on_linux::BoardOptions board_options;
  choose_link(options, link, board_options);
  board_options.data_directory = options.state;
  board_options.built = UtcTime{seconds(HOLDFAST_BUILT_S).ms};
  board_options.sensors = sensors.source();
  board_options.watchdog_device = options.watchdog;
  on_linux::read_environment(board_options);
  on_linux::Board board(board_options);

  GatewayId id;
  HF_ASSERT(is_ok(GatewayId::parse(options.gateway, id)));  // the command line has checked it
  const auto gateway = std::make_unique<gateway::Gateway>(board.hal(), gateway_memory, id);
  if (!connect_link(options, board, *gateway)) return kFailed;
  take_outside_settings(options, *gateway);
  gateway->state().models().trust(read_model_keys(options.config));
  if (!enter_sensors(sensors, options.config, *gateway))
    return complain("the sensors", Status::invalid);

  const auto control = std::make_unique<on_linux::ControlSocket>(
      board.loop(), on_linux::Answerer{answer, gateway.get()});
  if (const Status status = control->listen(control_path(options)); !is_ok(status)) {
    return complain(control_path(options).c_str(), status);
  }
  be_guarded(board.hal());
  if (const Status status = gateway->start().status; !is_ok(status)) {
    return complain("the start", status);
  }
  static_cast<void>(board.notify_socket().tell_ready());
  heap_seal::seal(heap_seal::OnAllocation::count);
  while (board.loop().wait_until(gateway->step(board.hal().clock.uptime())) !=
         on_linux::Woken::stop) {
    board.hal().watchdog.feed();  // a whole turn was made: that is progress
  }
  static_cast<void>(board.notify_socket().tell_stopping());
  const Status stopped = gateway->stop();
  heap_seal::begin_closing();
  static_cast<void>(board.hal().watchdog.stop());  // one that cannot be stopped resets the board
  return is_ok(stopped) ? kWell : complain("the end", stopped);
}

}  // namespace hf::program
