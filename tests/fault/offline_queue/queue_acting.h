// How each act of a script is done; the other half of queue_script.h.
#pragma once

#include "tests/fault/offline_queue/queue_script.h"

namespace hf::test {

inline void QueueWork::note_failure() {
  if (!on.queue) return;
  met_memory_refusal_ = met_memory_refusal_ || on.engine->arena_use().refusals > 0;
  met_failure_ = met_failure_ || queue().counters().medium_failures > 0 ||
                 queue().keeping() == stores::Keeping::in_memory;
}

inline void QueueWork::note_first(Tally& tally, const std::string& where) const {
  tally.corrupt += static_cast<std::uint64_t>(hub.corrupt);
  tally.duplicated += static_cast<std::uint64_t>(hub.duplicated);
  if (!tally.first.empty() || tally.is_clean()) return;
  tally.first = where + ": lost " + std::to_string(tally.lost) + ", corrupt " +
                std::to_string(tally.corrupt) + ", duplicated " + std::to_string(tally.duplicated) +
                ", untold " + std::to_string(tally.untold) + ", not open " +
                std::to_string(tally.refused);
}

inline std::span<const std::uint64_t> QueueWork::known_streams() {
  return std::span{known_}.first(queue().streams(known_));
}

inline bool QueueWork::perform(const Act& act) {
  switch (act.what) {
    case Do::keep: return keep(act.count, 6);
    case Do::fill: return keep(act.count, 60);
    case Do::event: return keep_events(act.count);
    case Do::wait: on.pass(on.settings.window); return serve();
    case Do::batch: on.pass(on.settings.batch_period); return serve();
    case Do::fail_power:
      if (is_ok(queue().make_safe(on.now))) promises_.promise(on.now);
      return is_on();
    case Do::send: return send(act.count);
    case Do::receive: return receive();
    case Do::restart: return restart();
    case Do::close: return close();
    case Do::link_lost: queue().link_lost(); return true;
    case Do::day: on.pass(on.settings.history); return serve();
    case Do::upkeep: return tend(act.count);
  }
  return true;
}

inline bool QueueWork::serve() {
  queue().serve(on.now);
  if (is_on() && queue().keeping() == stores::Keeping::on_flash) {
    promises_.promise(on.now - on.settings.window);
  }
  return is_on();
}

inline bool QueueWork::keep(int count, std::uint32_t rows_max) {
  note_failure();
  for (int frame = 0; frame < count; ++frame) {
    const auto rows = static_cast<std::uint32_t>(rows_max / 2 + random_.below(rows_max / 2 + 1));
    const auto bytes = plain_frame(promises_.next_serial(), rows, on.now, on.boot());
    // Refused: who keeps still has it, and comes again. Only a medium that fails for ever brings
    // that about, with so few positions reserved that every process begins a stream of its own.
    if (!is_ok(queue().keep(bytes, on.now))) continue;
    const stores::QueueFigures figures = queue().figures(on.now);
    promises_.note_places(figures.stream, wire::Lane::readings, figures.readings_next, rows);
    promises_.note_young(on.now, rows);
    on.pass(seconds(1));
    if (!serve()) return false;
  }
  return is_on();
}

inline bool QueueWork::keep_events(int count) {
  for (int event = 0; event < count; ++event) {
    const std::uint64_t serial = promises_.next_serial();
    const auto bytes = plain_frame(serial, 1, on.now, on.boot(), wire::FrameKind::alert);
    const bool is_kept = is_ok(queue().keep_event(bytes, on.now));
    const stores::QueueFigures figures = queue().figures(on.now);
    promises_.note_places(figures.stream, wire::Lane::events, figures.events_next, 1);
    if (is_kept || promises_early) promises_.promise_serial(serial);
    if (!is_on()) return false;
  }
  return true;
}

inline bool QueueWork::send(int count) {
  for (const auto choice :
       {stores::Choice::events, stores::Choice::live, stores::Choice::backlog}) {
    stores::Offer offer;
    while (count > 0 && is_ok(queue().peek(choice, on.now, queue_room().out, offer))) {
      hub.take(offer);
      if (!is_ok(queue().mark_in_flight(offer))) break;
      --count;
    }
  }
  return is_on();
}

inline bool QueueWork::receive() {
  for (const auto& [key, lane] : hub.lanes) {
    static_cast<void>(is_ok(queue().acknowledge(hub.receipt(key.first, key.second), on.now)));
  }
  return is_on();
}

inline bool QueueWork::restart() {
  on.end();
  on.flash.restart_process();
  return start();
}

inline bool QueueWork::close() {
  if (is_ok(queue().close(on.now))) promises_.promise(on.now);
  if (!is_on()) return false;
  on.end();
  return start();
}

inline bool QueueWork::tend(int count) {
  for (int step = 0; step < count; ++step) {
    on.pass(seconds(60));
    queue().serve(on.now);
    if (!is_on()) return false;
  }
  return true;
}

}  // namespace hf::test
