// A command from upstream that comes again because a hub was killed, to a gateway whose power went
// at any moment of the first time: it is done at most once.
#include <CppUTest/TestHarness.h>

#include <memory>
#include <new>
#include <optional>
#include <string>

#include "gateway/gateway.h"
#include "platform/sim/board.h"
#include "platform/sim/mqtt/hub.h"
#include "tests/support/status_equal.h"
#include "vocabulary/bytes.h"
#include "wire/channel/control_line.h"

using namespace hf;
using gateway::Gateway;

namespace {

gateway::GatewayMemory commanded_memory;  // as large as the board's: not for a stack

constexpr std::string_view kCommand =
    R"({"v":1,"id":"c-1","verb":"equipment.set","arguments":{"id":"pump","set":{"name":"sent"}}})";

}  // namespace

TEST_GROUP(Commanded) {
  std::unique_ptr<sim::Board> board;
  std::unique_ptr<sim::Hub> hub;
  GatewayId id;
  std::optional<Gateway> gateway;

  void teardown() override { end(); }
  void end() {
    gateway.reset();
    hub.reset();
    board.reset();
  }
  void begin() {
    end();
    STATUS_EQUAL(Status::ok, GatewayId::parse("press-7", id));
    board = std::make_unique<sim::Board>(21);
    hub = std::make_unique<sim::Hub>(board->agenda, board->broker, 22);
    board->network.set_route("eth0", hal::LinkKind::wired, hal::LinkCost::free);
    start();
  }
  void start() {
    gateway.reset();
    new (&commanded_memory) gateway::GatewayMemory{};
    gateway.emplace(board->board(), commanded_memory, id);
    CHECK(is_ok(gateway->start().status));
    board->clock.sync();
    flows::UplinkSettings settings;
    settings.host.assign("broker.example");
    gateway->set_uplink(settings);
    pass(seconds(5));  // it is connected and has subscribed
  }
  void pass(Duration time) {
    const Duration end = board->agenda.now() + time;
    while (board->agenda.now() < end && board->is_on()) {
      board->pass(milliseconds(50));
      if (board->is_on()) gateway->step(board->clock.uptime());
    }
  }
  void send() {
    const auto bytes = bytes_of(kCommand);
    hub->send("press-7", wire::TopicClass::command, {bytes.begin(), bytes.end()});
    pass(seconds(3));
  }
  std::string ask(std::string_view line) {
    auto room = std::make_unique<std::array<char, wire::kControlAnswerBytesMax>>();
    return std::string(gateway->answer(line, *room));
  }
  bool is_name(std::string_view name) {
    const std::string text = ask(R"(equipment.get {"id":"pump"})");
    return text.find("\"name\":\"" + std::string(name) + "\"") != std::string::npos;
  }
};

TEST(Commanded, one_that_comes_again_after_a_cut_at_any_moment_is_not_done_twice) {
  bool was_cut = true;
  int done_before_the_cut = 0;
  for (std::uint64_t changes = 0; was_cut; ++changes) {
    begin();
    board->lose_power_after(changes);
    send();
    was_cut = !board->is_on();
    if (was_cut) board->power_on();
    start();
    const bool was_done = is_name("sent");
    done_before_the_cut += was_cut && was_done ? 1 : 0;
    ask(R"(equipment.set {"id":"pump","set":{"name":"by hand"}})");
    CHECK(is_name("by hand"));
    send();  // by another worker, which does not know
    CHECK_TRUE_TEXT(!was_done || is_name("by hand"), std::to_string(changes).c_str());
  }
  CHECK(done_before_the_cut > 0);
}
