// The simulated board under the contract suites: it offers every hand there is.
#include "platform/sim/board.h"
#include "tests/contract/board_under_test.h"
#include "vocabulary/bytes.h"

namespace hf::contract {
namespace {

constexpr std::uint64_t kSeed = 20;  // any; a failure here repeats itself

constexpr hal::RoleInstance kLinkRole{.role = hal::Role::link, .number = 0};
constexpr std::uint64_t kLinkMemory = 8 * 1024 * 1024;

class SimBroker final : public BrokerInTest {
 public:
  explicit SimBroker(sim::Board& board) : board_(board) {
    board_.broker.attach("#", [this](const std::string&, const sim::BrokerMessage& message) {
      received_.push_back(message.topic + " " + std::string{text_of(message.payload)});
    });
  }

  hal::LinkAddress address() override {
    hal::LinkAddress address;
    address.host.assign("broker");
    address.port = 8883;
    return address;
  }
  std::vector<std::string> received() override { return received_; }

  bool send(std::string_view topic, std::string_view payload) override {
    const auto bytes = bytes_of(payload);
    board_.broker.send({.topic = std::string{topic}, .payload = {bytes.begin(), bytes.end()}});
    return true;
  }
  bool send_everything_twice() override {
    return with([](sim::BrokerManners& manners) { manners.duplicates_percent = 100; });
  }
  bool acknowledge_nothing() override {
    return with([](sim::BrokerManners& manners) { manners.never_acknowledges_percent = 100; });
  }
  bool refuse_publishes(hal::LinkReason reason) override {
    return with([=](sim::BrokerManners& manners) { manners.refuses_publishes = reason; });
  }
  bool refuse_connections(hal::LinkReason reason) override {
    return with([=](sim::BrokerManners& manners) { manners.refuses_connections = reason; });
  }
  bool announce(std::uint16_t receive_max, std::uint32_t packet_bytes_max) override {
    return with([=](sim::BrokerManners& manners) {
      manners.receive_max = receive_max;
      manners.packet_bytes_max = packet_bytes_max;
    });
  }
  bool close_connections() override {
    board_.broker.restart(true);
    return true;
  }
  bool fall_silent() override {
    board_.path.set_silent(true);
    return true;
  }

 private:
  template <typename Change>
  bool with(Change change) {
    sim::BrokerManners manners = board_.broker.manners();
    change(manners);
    board_.broker.set_manners(manners);
    return true;
  }

  sim::Board& board_;
  std::vector<std::string> received_;
};

class SimBoard final : public BoardUnderTest {
 public:
  hal::Board& board() override { return sim_.board(); }
  void pass(Duration time) override { sim_.pass(time); }
  void restart_process() override { sim_.restart_process(); }

  bool cut_power() override {
    sim_.cut_power();
    sim_.power_on();
    return true;
  }
  bool cut_power_in_next_change() override {
    sim_.lose_power_after(0);
    return true;
  }
  bool pass_at_once(Duration time) override {
    sim_.pass(time);
    return true;
  }

  bool set_utc(UtcTime to) override {
    sim_.clock.set_utc(to);
    return true;
  }
  bool suspend(Duration time) override {
    sim_.pass(time);
    return true;
  }
  bool sync_clock() override {
    sim_.clock.sync();
    return true;
  }

  bool fail_next_flash_write() override { return fail_next(sim::FlashCall::write); }
  bool fail_next_flash_sync() override { return fail_next(sim::FlashCall::sync); }
  bool limit_flash(std::uint64_t bytes_total) override {
    sim_.flash.set_model({.capacity_bytes = bytes_total});
    return true;
  }
  bool make_flash_read_only() override {
    sim_.flash.set_state(hal::MediumState::read_only);
    return true;
  }

  bool empty_entropy_pool() override {
    sim_.entropy.set_ready(false);
    return true;
  }
  bool damage_secret(hal::SecretId id) override { return sim_.keys.damage(id); }
  bool measure(const Reading& reading) override {
    sim_.sensors.measure(reading);
    return true;
  }

  bool fit_watchdog(bool is_stoppable) override {
    sim_.watchdog.set_stoppable(is_stoppable);
    return true;
  }
  bool see_reset(bool& was_reset) override {
    was_reset = !sim_.is_on();
    if (was_reset) sim_.power_on();
    return true;
  }

  bool set_power(const hal::PowerState& state) override {
    sim_.power.set(state);
    return true;
  }
  bool warn_of_power_loss(bool is_failing) override {
    sim_.power.set_failing(is_failing);
    return true;
  }
  bool set_carrier(hal::Carrier carrier) override {
    sim_.network.set_carrier(carrier);
    return true;
  }

  bool end_role(hal::RoleInstance who, std::int32_t code) override {
    return sim_.processes.end(who, code);
  }
  bool kill_role(hal::RoleInstance who, std::int32_t signal) override {
    return sim_.processes.kill(who, signal);
  }
  bool make_role_deaf(hal::RoleInstance who) override { return sim_.processes.hang(who); }
  bool let_role_take(hal::RoleInstance who, std::uint64_t bytes) override {
    return sim_.processes.take_memory(who, bytes);
  }
  bool see_alive(hal::RoleInstance who, bool& is_alive) override {
    is_alive = sim_.processes.runs(who);
    return true;
  }

  bool try_other_slot(std::uint8_t boots) override {
    sim_.slots.try_other(boots);
    return true;
  }
  bool see_reboot(bool& rebooted) override { return see_reset(rebooted); }

  BrokerInTest* broker() override {
    if (!sim_.processes.runs(kLinkRole)) {
      static_cast<void>(sim_.processes.start(kLinkRole, kLinkMemory));
    }
    return &broker_;
  }

  bool log_lines(std::vector<std::string>& lines) override {
    lines.assign(sim_.log.lines().begin(), sim_.log.lines().end());
    return true;
  }

 private:
  bool fail_next(sim::FlashCall call) {
    sim_.flash.plan({.call = call, .fault = sim::Fault::io_error});
    return true;
  }

  sim::Board sim_{kSeed};
  SimBroker broker_{sim_};
};

}  // namespace

std::unique_ptr<BoardUnderTest> make_board_under_test() { return std::make_unique<SimBoard>(); }

}  // namespace hf::contract
