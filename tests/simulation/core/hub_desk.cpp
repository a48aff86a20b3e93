#include "tests/simulation/core/hub_desk.h"

#include "vocabulary/bytes.h"

namespace hf::simulation {
namespace {

constexpr std::string_view kName = "simulated";
constexpr std::string_view kAuthor = "dora";
constexpr Duration kTurn = seconds(5);  // while errands wait

bool speaks_of_documents(wire::FrameKind kind) {
  return kind == wire::FrameKind::state || kind == wire::FrameKind::alert ||
         kind == wire::FrameKind::sync;
}

}  // namespace

HubDesk::HubDesk(sim::Board& board, sim::Hub& hub, std::uint64_t seed)
    : board_(board),
      hub_(hub),
      mirror_(tables_, seed),
      correspondence_(std::make_unique<hub::Correspondence>(table_, mirror_.graveyard())) {}

void HubDesk::stored(const sim::Hub::Stored& stored) {
  if (!speaks_of_documents(stored.header.kind)) return;
  hub::CheckedFrame& frame = frames_.emplace_back();
  frame.header = stored.header;
  frame.bytes = stored.frame;
}

void HubDesk::committed() {
  const UtcTime now = board_.clock.true_utc();
  mirror_.graveyard().step(now);
  if (frames_.empty()) return;
  std::vector<const hub::CheckedFrame*> frames;
  for (const hub::CheckedFrame& frame : frames_) frames.push_back(&frame);
  hub::Transaction transaction(tables_);
  mirror_.take(HubTables::kGateway, frames, now, told_);
  transaction.commit();
  frames_.clear();
  correspondence_->note(std::exchange(told_.questions, {}));
  speak();
}

void HubDesk::began_again() {
  correspondence_ = std::make_unique<hub::Correspondence>(table_, mirror_.graveyard());
  if (is_online()) correspondence_->greet(HubTables::kGateway);
  speak();
}

Status HubDesk::set(const documents::DocumentId& id, std::span<const documents::Change> changes) {
  const Status status =
      mirror_.set(HubTables::kGateway, id, changes, kAuthor, board_.clock.true_utc());
  speak_later();
  return status;
}

Status HubDesk::remove(const documents::DocumentId& id) {
  const Status status = mirror_.remove(HubTables::kGateway, id, kAuthor, board_.clock.true_utc());
  speak_later();
  return status;
}

Status HubDesk::restore(std::uint64_t number) {
  const Status status =
      mirror_.restore(HubTables::kGateway, number, kAuthor, board_.clock.true_utc());
  speak_later();
  return status;
}

bool HubDesk::is_online() const {
  const auto gateway = hub_.gateways().find(std::string{kName});
  return gateway != hub_.gateways().end() && gateway->second.is_online;
}

void HubDesk::speak() {
  if (!hub_.is_running()) return;
  tables_.set_online(is_online());
  std::vector<std::int64_t> carried;
  for (const hub::Letter& letter : correspondence_->letters(board_.clock.true_utc())) {
    const auto bytes = bytes_of(letter.payload);
    hub_.send(std::string{kName}, letter.topic_class, {bytes.begin(), bytes.end()});
    if (letter.errand_id != 0) carried.push_back(letter.errand_id);
  }
  correspondence_->sent();
  table_.done(carried);
  if (tables_.errands() > 0) speak_later();
}

// The broker is next door: what was given to it, it has.
void HubDesk::speak_later() {
  if (will_speak_) return;
  will_speak_ = true;
  board_.agenda.after(kTurn, [this] {
    will_speak_ = false;
    if (hub_.is_running()) return speak();
    if (tables_.errands() > 0) speak_later();
  });
}

}  // namespace hf::simulation
