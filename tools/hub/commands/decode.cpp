// Frames out of files, or as they pass a broker, as text.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "tools/hub/broker/broker_connection.h"
#include "tools/hub/commands/commands.h"
#include "vocabulary/bytes.h"
#include "wire/frames/anchor_frame.h"
#include "wire/uplink/topics.h"

namespace hf::hub {
namespace {

constexpr std::chrono::milliseconds kLook{100};
constexpr std::size_t kBytesAtOnce = 1U << 20;

std::atomic<bool> is_asked_to_end = false;  // by a signal

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return {};
}

// Empty when it is no hexadecimal.
std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const auto high = hex_digit(text[i]);
    const auto low = hex_digit(text[i + 1]);
    if (!high || !low) return {};
    bytes.push_back(static_cast<char>(*high << 4 | *low));
  }
  return text.size() % 2 == 0 ? bytes : std::string{};
}

// What one gateway has said so far: its clock and its sensors.
struct Heard {
  GatewayClock clock;
  std::map<std::pair<std::uint32_t, std::uint16_t>, wire::RosterEntry> sensors;
};

class Decoding {
 public:
  explicit Decoding(const Options& options) : options_(options) {}

  // Anchors and rosters are noted, the readings of others come out.
  void learn(const std::string& gateway, std::string_view bytes) {
    CheckedFrame frame;
    if (checker_.check(bytes_of(bytes), frame)) return;
    Heard& heard = heard_[gateway];
    heard.clock.hear(frame.header.boot, frame.header.last);
    if (frame.header.kind == wire::FrameKind::anchor) {
      heard.clock.add({frame.header.boot, frame.header.first, frame.utc.at, frame.utc.error,
                       frame.utc.quality});
    }
    for (const RosterLine& line : frame.roster) {
      heard.sensors[{frame.header.roster, line.sensor.value}] = line.entry;
    }
  }

  void show(const std::string& gateway, std::string_view bytes) {
    wire::OpenedFrame opened;
    const Status status = wire::open_frame(bytes_of(bytes), opened);
    if (!is_ok(status)) {
      ++refused_;
      return;
    }
    if (wire::lane_of(opened.header.kind) == wire::Lane::events) return;
    Heard& heard = heard_[gateway];
    const auto find = [&](std::uint32_t roster, SensorIndex sensor) -> const wire::RosterEntry* {
      const auto known = heard.sensors.find({roster, sensor.value});
      return known == heard.sensors.end() ? nullptr : &known->second;
    };
    const auto place = [&](BootId boot, Uptime at) { return heard.clock.place(boot, at); };
    const auto take = [&](const Sample& sample) {
      if (!is_wanted(sample, options_.sensor)) return;
      Sample named = sample;
      named.gateway = gateway;
      const std::string line = line_of(named, options_.format);
      if (line.empty()) ++left_out_;
      std::cout << line;
    };
    const Interval all{opened.header.position, opened.header.position + opened.header.row_count};
    if (!reader_.read(bytes_of(bytes), std::span{&all, 1}, find, place, take)) ++refused_;
  }

  int sum_up() const {
    if (left_out_ > 0) {
      std::cerr << "holdfast-hub: " << left_out_
                << " samples have no time yet, or no number, and line protocol cannot say them\n";
    }
    if (refused_ > 0) std::cerr << "holdfast-hub: " << refused_ << " frames cannot be read\n";
    return refused_ > 0 || !std::cout ? kFailed : kWell;
  }

 private:
  const Options& options_;
  FrameChecker checker_;
  SampleReader reader_;
  std::map<std::string, Heard> heard_;
  std::uint64_t refused_ = 0;
  std::uint64_t left_out_ = 0;
};

// The frames in a file: the whole of it, or a line each.
bool read_frames(const std::string& name, std::vector<std::string>& frames) {
  std::string all;
  if (name == "-") {
    all.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream file{name, std::ios::binary};
    if (!file) {
      std::cerr << "holdfast-hub: cannot read '" << name << "'\n";
      return false;
    }
    all.assign(std::istreambuf_iterator<char>(file), {});
  }
  if (all.starts_with("HF")) {
    frames.push_back(std::move(all));
    return true;
  }
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    const std::string line = all.substr(at, end - at);
    at = end + 1;
    if (line.empty()) continue;
    frames.push_back(from_hex(line));
    if (!frames.back().empty()) continue;
    std::cerr << "holdfast-hub: '" << name
              << "' is neither a frame, which begins with HF, nor lines of hexadecimal\n";
    return false;
  }
  return true;
}

int decode_files(const Options& options) {
  std::vector<std::string> frames;
  for (const std::string& name : options.words) {
    if (!read_frames(name, frames)) return kFailed;
  }
  Decoding decoding(options);
  for (const std::string& each : frames) decoding.learn(options.gateway, each);
  std::cout << head_of(options.format);
  for (const std::string& each : frames) decoding.show(options.gateway, each);
  std::cout.flush();
  return decoding.sum_up();
}

ConnectionSettings listening(const Options& options) {
  ConnectionSettings settings;
  settings.broker = options.broker;
  settings.client_id = "holdfast-decode-" + std::to_string(::getpid());
  for (const wire::TopicClass each :
       {wire::TopicClass::frames, wire::TopicClass::live, wire::TopicClass::state}) {
    wire::TopicFilter filter;
    if (is_ok(wire::write_filter({}, options.root, each, filter))) {
      settings.filters.emplace_back(filter.view());
    }
  }
  return settings;
}

int decode_broker(const Options& options) {
  std::signal(SIGTERM, [](int) { is_asked_to_end = true; });
  std::signal(SIGINT, [](int) { is_asked_to_end = true; });
  Inbox inbox;
  BrokerConnection connection(inbox, listening(options));
  Decoding decoding(options);
  std::cout << head_of(options.format) << std::flush;
  while (!is_asked_to_end && std::cout) {
    if (connection.state() == BrokerConnection::State::lost) {
      std::cerr << "holdfast-hub: " << options.broker.uri() << ": " << connection.problem() << "\n";
      return kNotReachable;
    }
    for (const Message& message : inbox.take(kLook, kBytesAtOnce)) {
      wire::ParsedTopic topic;
      if (!is_ok(wire::parse_topic(message.topic, topic))) continue;
      const std::string gateway{topic.owner.gateway};
      if (!options.gateway.empty() && gateway != options.gateway) continue;
      decoding.learn(gateway, message.payload);
      decoding.show(gateway, message.payload);
    }
    std::cout.flush();
  }
  return decoding.sum_up();
}

}  // namespace

int decode(const Options& options) {
  if (options.has_store) return export_samples(options);
  return options.has_broker ? decode_broker(options) : decode_files(options);
}

}  // namespace hf::hub
