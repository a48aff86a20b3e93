// Many gateways in one program, as far as a hub can tell: each sends the rows of a stream in frames
// of any size, over and over, until receipts say that every row is there. It believes nothing but
// receipts, as a real one does, and what it sends follows from the row's number.
//
//   hub_gateways URL COUNT ROWS SEED
//
// Ends with 0 and a line of JSON when all is receipted; with 1 when that takes longer than
// kPatience and a second for each thousand rows, and says what is missing.
#include <unistd.h>

#include <charconv>
#include <iostream>
#include <thread>

#include "tests/hub/sent_frames.h"
#include "tools/hub/broker/broker_connection.h"
#include "tools/hub/coverage/coverage.h"
#include "vocabulary/random.h"
#include "wire/uplink/receipt.h"

namespace hf::test {
namespace {

using hub::Coverage;
using stores::queue::Position;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{240};
constexpr std::chrono::milliseconds kSilence{1500};  // then everything goes again; a real one: 60 s
constexpr std::chrono::milliseconds kTurn{20};
constexpr Position kFrameRowsMost = 60;
constexpr Position kAheadMost = 600;  // rows that are sent and not receipted
constexpr int kExpiryS = 60;

template <typename Number>
Number number_in(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

struct Gateway {
  std::string name;
  std::uint64_t stream = 0;
  Coverage receipted;
  Position sent = 0;
  bool is_born = false;
  Steady::time_point heard;
};

class Gateways {
 public:
  Gateways(const hub::BrokerAddress& broker, std::uint64_t count, Position rows, std::uint64_t seed)
      : rows_(rows), random_(seed) {
    settings_.broker = broker;
    settings_.client_id = "gateways-" + std::to_string(::getpid());
    settings_.filters = {"holdfast/v1/default/+/receipt"};
    for (std::uint64_t i = 0; i < count; ++i) {
      gateways_.push_back({"g" + std::to_string(i), random_.next(), {}, 0, false, {}});
    }
  }

  bool run() {
    const auto rows = static_cast<std::int64_t>(rows_ * gateways_.size());
    const auto until = Steady::now() + kPatience + std::chrono::seconds{rows / 1000};
    while (!is_done() && Steady::now() < until) {
      reach();
      for (const hub::Message& message : inbox_.take(kTurn, 1U << 20)) take(message);
      if (!is_connected()) continue;
      for (Gateway& each : gateways_) send(each);
    }
    return is_done();
  }

  void sum_up() const {
    std::uint64_t receipted = 0;
    for (const Gateway& each : gateways_) receipted += each.receipted.next_unheard(0);
    std::cout << "{\"gateways\":" << gateways_.size() << ",\"rows\":" << rows_ * gateways_.size()
              << ",\"readings\":" << rows_ * gateways_.size() * kSentSensors
              << ",\"receipted_rows\":" << receipted << ",\"frames_sent\":" << frames_sent_
              << ",\"sent_again\":" << sent_again_ << "}" << std::endl;
  }

 private:
  bool is_done() const {
    return std::ranges::all_of(
        gateways_, [&](const Gateway& each) { return each.receipted.next_unheard(0) >= rows_; });
  }
  bool is_connected() const {
    return connection_->state() == hub::BrokerConnection::State::connected;
  }

  void reach() {
    const bool is_lost =
        connection_ != nullptr && connection_->state() == hub::BrokerConnection::State::lost;
    if (is_lost) connection_.reset();
    if (connection_ != nullptr) return;
    connection_ = std::make_unique<hub::BrokerConnection>(inbox_, settings_);
    for (Gateway& each : gateways_) each.is_born = false;
  }

  void take(const hub::Message& message) {
    for (Gateway& each : gateways_) {
      if (message.topic == "holdfast/v1/default/" + each.name + "/receipt") {
        take_receipt(each, message.payload);
      }
    }
  }

  void take_receipt(Gateway& gateway, const std::string& payload) {
    wire::ReceiptReader reader;
    HF_ASSERT(is_ok(reader.open(bytes_of(payload))));
    std::array<wire::PositionRun, wire::kReceiptHolesMax> space;
    wire::ReceiptEntry entry;
    while (is_ok(reader.next(space, entry))) {
      if (entry.stream != gateway.stream || entry.lane != wire::Lane::readings) continue;
      gateway.heard = Steady::now();
      Position at = 0;
      for (const wire::PositionRun& hole : entry.holes) {
        if (at < hole.first) gateway.receipted.take({{at, hole.first}, wire::Resolution::full});
        at = hole.end;
      }
      const Position through = std::max(entry.through, entry.watermark);
      if (at < through) gateway.receipted.take({{at, through}, wire::Resolution::full});
    }
  }

  void send(Gateway& gateway) {
    const Position watermark = gateway.receipted.next_unheard(0);
    if (watermark >= rows_) return;
    const auto now = Steady::now();
    if (!gateway.is_born) {
      publish(gateway, "health", health_text(gateway.name, true, {gateway.stream}));
      gateway.is_born = true;
      gateway.heard = now;
      gateway.sent = watermark;
    }
    if (now - gateway.heard > kSilence) {
      gateway.heard = now;
      gateway.sent = watermark;
      ++sent_again_;
    }
    gateway.sent = std::max(gateway.sent, watermark);
    if (gateway.sent >= rows_ || gateway.sent > watermark + kAheadMost) return;
    const Position end = std::min(rows_, gateway.sent + 1 + random_.below(kFrameRowsMost));
    publish(gateway, random_.chance(1, 3) ? "live" : "frames",
            readings_frame(gateway.stream, {gateway.sent, end}));
    gateway.sent = end;
    ++frames_sent_;
  }

  void publish(const Gateway& gateway, std::string_view word, std::string payload) {
    connection_->publish({.topic = "holdfast/v1/default/" + gateway.name + "/" + std::string{word},
                          .payload = std::move(payload),
                          .expires_s = kExpiryS});
  }

  Position rows_;
  Random random_;
  hub::ConnectionSettings settings_;
  hub::Inbox inbox_;
  std::vector<Gateway> gateways_;
  std::unique_ptr<hub::BrokerConnection> connection_;
  std::uint64_t frames_sent_ = 0;
  std::uint64_t sent_again_ = 0;
};

}  // namespace
}  // namespace hf::test

int main(int count, char** words) {
  const auto broker = count == 5 ? hf::hub::parse_broker_url(words[1]) : std::nullopt;
  if (!broker) {
    std::cerr << "usage: hub_gateways URL COUNT ROWS SEED\n";
    return 2;
  }
  hf::test::Gateways gateways(*broker, hf::test::number_in<std::uint64_t>(words[2]),
                              hf::test::number_in<std::uint64_t>(words[3]),
                              hf::test::number_in<std::uint64_t>(words[4]));
  const bool is_done = gateways.run();
  gateways.sum_up();
  return is_done ? 0 : 1;
}
