// Hours without a link, in seconds: the whole core on a simulated board whose queue is so small
// that most of what it measured has lost resolution. What its flash then holds is written into
// FOLDER, where the real program goes on with it.
//
//   dark_gateway FOLDER GATEWAY HOURS SENSORS QUEUE_KIB SEED
//
// Ends with a line of JSON: how many readings were measured, and what the queue holds of envelopes.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/settings/table.h"
#include "gateway/gateway.h"
#include "platform/sim/board.h"
#include "vocabulary/random.h"

namespace {

using namespace hf;

gateway::GatewayMemory memory;  // as large as the board's: not for a stack

std::uint64_t number_in(const char* text) {
  std::uint64_t number = 0;
  std::from_chars(text, text + std::string_view{text}.size(), number);
  return number;
}

// Smaller than a person may make it: what 16 MiB hold takes too long to fill and to send.
stores::SettingLayers small_queue(std::uint64_t bytes) {
  stores::SettingLayers layers;
  layers.file.put(settings::at("queue.bytes"), {.number = static_cast<double>(bytes)},
                  stores::SettingsLayer::file);
  // The key would stay behind on the simulated board.
  layers.file.put(settings::at("flash.sealed"), {.number = 0}, stores::SettingsLayer::file);
  return layers;
}

void know_sensors(gateway::Gateway& gateway, std::uint16_t count) {
  for (std::uint16_t sensor = 0; sensor < count; ++sensor) {
    stores::SensorFacts facts;
    HF_ASSERT(is_ok(EquipmentId::parse("machine", facts.equipment)));
    HF_ASSERT(is_ok(SensorId::parse("sensor-" + std::to_string(sensor), facts.sensor)));
    HF_ASSERT(gateway.know(facts).ok());
  }
}

// A scan each second, of values that no code makes small.
std::uint64_t live(sim::Board& board, gateway::Gateway& gateway, std::uint16_t sensors,
                   Duration time, Random& random) {
  std::uint64_t readings = 0;
  for (Duration passed; passed < time; passed = passed + seconds(1)) {
    for (std::uint16_t sensor = 0; sensor < sensors; ++sensor, ++readings) {
      Reading reading;
      reading.sensor = SensorIndex{sensor};
      reading.at = board.clock.uptime();
      reading.value = random.fraction();
      board.sensors.measure(reading);
    }
    const Duration until = board.clock.elapsed() + seconds(1);
    while (board.clock.elapsed() < until) {
      const Uptime again = gateway.step(board.clock.uptime());
      const Duration pause = std::max(again - board.clock.uptime(), milliseconds(1));
      board.pass(std::min(pause, until - board.clock.elapsed()));
    }
  }
  return readings;
}

void write_image(const sim::Flash& flash, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& [name, bytes] : flash.image()) {
    std::ofstream file{folder / name, std::ios::binary};
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 7) return 2;
  const auto sensors = static_cast<std::uint16_t>(number_in(words[4]));
  const std::uint64_t seed = number_in(words[6]);
  GatewayId id;
  HF_ASSERT(is_ok(GatewayId::parse(words[2], id)));
  sim::Board board{seed};
  board.clock.sync();
  board.network.set_carrier(hal::Carrier::down);
  Random random{seed};
  gateway::Gateway gateway{board.board(), memory, id};
  know_sensors(gateway, sensors);
  gateway.set_base(small_queue(number_in(words[5]) * limits::kKiB), true);
  HF_ASSERT(is_ok(gateway.start().status));
  const std::uint64_t readings =
      live(board, gateway, sensors, hours(static_cast<std::int64_t>(number_in(words[3]))), random);
  HF_ASSERT(is_ok(gateway.stop()));
  const stores::QueueFigures figures = gateway.queue_figures();
  write_image(board.flash, words[1]);
  const auto of_10s = figures.holdings[stores::queue::index_of(stores::queue::Tier::ten_seconds)];
  const auto of_1min = figures.holdings[stores::queue::index_of(stores::queue::Tier::one_minute)];
  std::printf(R"({"readings": %llu, "frames_of_10s": %lld, "frames_of_1min": %lld, )"
              R"("bytes_of_1min": %lld})"
              "\n",
              static_cast<unsigned long long>(readings), static_cast<long long>(of_10s.frames),
              static_cast<long long>(of_1min.frames), static_cast<long long>(of_1min.bytes));
}
