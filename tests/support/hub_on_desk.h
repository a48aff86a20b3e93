// A hub that hears what a gateway's queue offers, and answers as a hub does.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "documents/comparing.h"
#include "documents/merge.h"
#include "state/collections.h"
#include "tests/support/replica_on_sim.h"
#include "wire/frames/frame.h"

namespace hf::test {

// The hub's copy. Whole documents in a map, merged by the same code.
class HubOnDesk final : public documents::DocumentSet, public documents::MessageOut {
 public:
  using Bytes = std::vector<std::byte>;
  using Key = std::pair<std::string, std::string>;

  std::uint32_t count() const override { return static_cast<std::uint32_t>(all.size()); }
  documents::DocumentView at(std::uint32_t place) const override {
    return view_of(std::next(all.begin(), static_cast<std::ptrdiff_t>(place))->second);
  }
  std::uint32_t first_of(std::string_view collection) const override {
    return static_cast<std::uint32_t>(
        std::distance(all.begin(), all.lower_bound({std::string(collection), std::string()})));
  }
  bool find(const documents::DocumentId& id, documents::DocumentView& document) const override {
    const auto found = all.find({std::string(id.collection), std::string(id.key)});
    if (found != all.end()) document = view_of(found->second);
    return found != all.end();
  }
  Status say(const documents::Message& message) override {
    Bytes payload(documents::kDownHeadBytes + documents::kEnvelopeBytes + message.body.size());
    std::size_t size = documents::kDownHeadBytes;
    HF_ASSERT(is_ok(documents::append_message(message, payload, size)));
    documents::seal_down(payload);
    down.push_back(payload);
    return Status::ok;
  }

  void set(const documents::DocumentId& id, std::string_view field, const documents::Value& value,
           std::int64_t ms) {
    const Bytes ours = known(id);
    const std::int64_t at = std::max(ms, view_of(ours).latest().ms + 1);
    const Bytes delta = copied(pen_.writes(view_of(ours), field, value, at).bytes());
    merge_in(view_of(delta));
    static_cast<void>(say({documents::MessageKind::delta, delta}));
  }
  void compare() {
    documents::Comparing comparing(*this, *this, *scratch_);
    static_cast<void>(comparing.begin(state::kCollections));
  }
  // A frame as the gateway's queue offered it.
  void hear(std::span<const std::byte> frame) {
    wire::OpenedFrame opened;
    if (!is_ok(wire::open_frame(frame, opened))) return;
    kinds.push_back(opened.header.kind);
    if (opened.header.kind != wire::FrameKind::sync) {
      documents::DocumentView delta;
      if (is_ok(documents::DocumentView::parse(opened.body, delta))) merge_in(delta);
      return;
    }
    documents::Message message;
    std::span<const std::byte> left = opened.body;
    while (is_ok(documents::take_message(left, message))) {
      if (message.kind == documents::MessageKind::refusal) ++refusals;
      documents::Comparing comparing(*this, *this, *scratch_);
      static_cast<void>(comparing.answer(message));
    }
  }

  std::map<Key, Bytes> all;
  std::deque<Bytes> down;  // payloads on their way to the gateway
  std::vector<wire::FrameKind> kinds;
  int refusals = 0;

 private:
  struct NoLosses final : documents::LossSink {
    void lost(const documents::Loss& /*loss*/) override {}
  };
  static Bytes copied(std::span<const std::byte> bytes) { return {bytes.begin(), bytes.end()}; }
  static documents::DocumentView view_of(const Bytes& bytes) {
    documents::DocumentView view;
    HF_ASSERT(is_ok(documents::DocumentView::parse(bytes, view)));
    return view;
  }
  Bytes known(const documents::DocumentId& id) {
    documents::DocumentView document;
    if (find(id, document)) return copied(document.bytes());
    room_->begin(id);
    return copied(room_->view().bytes());
  }
  void merge_in(const documents::DocumentView& delta) {
    const Bytes ours = known(delta.id());
    NoLosses none;
    documents::merge(view_of(ours), delta, documents::policy_of(delta.id().collection), *room_,
                     none);
    const documents::DocumentView merged = room_->view();
    all[{std::string(merged.id().collection), std::string(merged.id().key)}] =
        copied(merged.bytes());
  }

  HubPen pen_;
  std::unique_ptr<documents::Document> room_ = std::make_unique<documents::Document>();
  std::unique_ptr<documents::Document> scratch_ = std::make_unique<documents::Document>();
};

}  // namespace hf::test
