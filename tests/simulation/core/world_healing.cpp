// Of the world: its end, when everything is well again and all that waits has to arrive.
#include <limits>

#include "tests/simulation/core/checks/convergence.h"
#include "tests/simulation/core/checks/liveness.h"
#include "tests/simulation/core/world.h"
#include "vocabulary/bytes.h"

namespace hf::simulation {
namespace {

constexpr Duration kTrialMost = minutes(15);  // of settings, without further trouble

}  // namespace

// Nothing goes wrong any more, and no new reading comes: how long until all is there?
void World::heal() {
  incidents_.end_all(*this);
  if (course_.is_dark) {
    note_harm(Area::link, false);
    change_carrier(1);
  }
  is_healing_ = true;
  short_boots_ = 0;
  board.lose_power_after(std::numeric_limits<std::uint64_t>::max());
  if (course_.bug == Bug::never_drained) return;
  if (!board.is_on()) come_back();  // after hours, maybe: nothing is well before it has power
  const Duration healed_at = now();
  live_until(now() + kConvalescence);
  heal_settings();
  field.stop();
  live_until(now() + kWindow * 2);  // what was measured last comes into the queue
  while (!is_drained() && now() < healed_at + kDrainMost) live_until(now() + seconds(10));
  outcome_.drained_after = now() - healed_at;
  for (const auto& checker : checkers_) checker->drained(outcome_.drained_after, is_drained());
  heal_documents(healed_at);
  ending_ = Ending::orderly;
  bury_process();
  board.pass(seconds(10));  // what is under way arrives
  std::vector<std::uint64_t> streams;
  for (const auto& [id, gateway] : hub.gateways()) {
    for (const auto& [key, lane] : gateway.lanes) {
      if (!lane.has_ended) streams.push_back(key.first);
    }
  }
  upstream_.note_known(streams);
}

// What was written last is left by now, or a person puts it right; then a good version is taken.
void World::heal_settings() {
  if (settings.written() == 0) return;
  live_until(now() + kTrialMost);
  mend_settings(*this);
  live_until(now() + kTrialMost);
  if (board.is_on()) settings.check_mended(*gateway_);
}

// Whoever writes in the future is believed by nobody, so such a clock is put right; no other, since
// a clock that is set has both ends compare, and that would heal what they left undone.
void World::heal_documents(Duration healed_at) {
  if (written.all().empty()) return;
  if (is_time_wrong()) {
    board.clock.sync();
    note_synced();
  }
  const Duration until = now() + kConvergeMost;
  while (!are_documents_alike() && now() < until) live_until(now() + seconds(10));
  outcome_.converged_after = now() - healed_at;
  const hub::MirroredSet theirs = desk.all();
  const DocumentsInTheEnd end{.gateway = gateway_->state().replica(),
                              .hub = theirs,
                              .written = written,
                              .now = board.clock.true_utc()};
  for (const auto& checker : checkers_) checker->documents_ended(end);
  for (std::uint32_t place = 0; place < theirs.count(); ++place) {
    trace_.note(theirs.at(place).bytes());
    documents::DocumentView ours;
    const bool is_there = end.gateway.find(theirs.at(place).id(), ours);
    const bool is_alike = is_there && text_of(ours.bytes()) == text_of(theirs.at(place).bytes());
    outcome_.documents_alike += is_alike ? 1 : 0;
  }
}

bool World::is_time_wrong() {
  const UtcTime truly = board.clock.true_utc();
  const UtcReading shown = board.clock.utc();
  const Duration off = shown.at - truly;
  const bool is_off = off > minutes(1) || off < milliseconds(-minutes(1).ms);
  const state::Replica& ours = gateway_->state().replica();
  bool is_ahead = false;
  for (std::uint32_t place = 0; place < ours.count(); ++place) {
    is_ahead = is_ahead || ours.at(place).latest().ms > truly.ms;
  }
  return is_ahead || (is_off && shown.quality >= TimeQuality::coarse);
}

bool World::are_documents_alike() {
  const state::Replica& ours = gateway_->state().replica();
  const hub::MirroredSet theirs = desk.all();
  for (std::uint32_t place = 0; place < ours.count(); ++place) {
    documents::DocumentView document;
    const bool is_there = theirs.find(ours.at(place).id(), document);
    if (!is_there || text_of(document.bytes()) != text_of(ours.at(place).bytes())) return false;
  }
  return theirs.count() == ours.count();
}

}  // namespace hf::simulation
