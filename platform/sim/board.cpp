#include "platform/sim/board.h"

namespace hf::sim {

Board::Board(std::uint64_t seed)
    : seed_(seed),
      seeds_(seed),
      clock(seeds_.next()),
      agenda(clock),
      flash(supply, clock, seeds_.next()),
      path(agenda, network, seeds_.next()),
      broker(agenda, seeds_.next()),
      link(agenda, network, path, broker),
      sensors(clock),
      watchdog(agenda,
               [this] {
                 if (is_on()) next_reset_ = hal::ResetCause::watchdog;
                 cut_power();
               }),
      entropy(seeds_.next()),
      keys(supply, seeds_.next()),
      processes(agenda,
                [this](hal::RoleInstance who, bool runs) {
                  if (who.role == hal::Role::link) link.set_running(runs);
                }),
      slots(supply),
      log(clock),
      board_{.clock = clock,
             .flash = flash,
             .link = link,
             .sensors = sensors,
             .watchdog = watchdog,
             .power = power,
             .entropy = entropy,
             .keys = keys,
             .network = network,
             .processes = processes,
             .slots = slots,
             .log = log} {
  link.set_running(false);  // until its role is started
  supply.call_at_loss([this] { link.lose_power(); });
}

void Board::pass(Duration time) {
  agenda.pass(time);
  log.note_time();
  if (is_on() && slots.take_reboot()) {
    next_reset_ = hal::ResetCause::software;
    flash.shut_down();
    cut_power();
  }
}

void Board::cut_power() { supply.cut(); }

void Board::power_on(Rtc rtc) {
  cut_power();
  supply.restore();
  clock.power_on(rtc);
  flash.power_on();
  sensors.power_on();
  watchdog.power_on(next_reset_);
  processes.restart_process();
  slots.power_on();
  log.power_on();
  next_reset_ = hal::ResetCause::power_on;
}

void Board::restart_process() {
  clock.restart_process();
  flash.restart_process();
  link.restart_process();
  sensors.restart_process();
  watchdog.restart_process();
  processes.restart_process();
}

}  // namespace hf::sim
