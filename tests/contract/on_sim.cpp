// The simulated board under the contract suites: it offers every hand there is.
#include "platform/sim/board.h"
#include "tests/contract/board_under_test.h"

namespace hf::contract {
namespace {

constexpr std::uint64_t kSeed = 20;  // any; a failure here repeats itself

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
  bool pass_minutes_at_once(int count) override {
    sim_.pass(minutes(count));
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
};

}  // namespace

std::unique_ptr<BoardUnderTest> make_board_under_test() { return std::make_unique<SimBoard>(); }

}  // namespace hf::contract
