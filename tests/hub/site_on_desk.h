// A gateway as far as a hub's mirror can tell: documents in a map, merged and compared by the
// gateway's code, told in frames. (The whole gateway's state cannot stand beside a hub's SQLite in
// one program: each configures that library for itself. tests/hub/state_in_test.py has both.)
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "documents/comparing.h"
#include "documents/edit.h"
#include "documents/merge.h"
#include "state/collections.h"
#include "state/schema.h"
#include "tests/hub/sent_frames.h"

namespace hf::test {

class SiteOnDesk final : private documents::DocumentSet, private documents::MessageOut {
 public:
  explicit SiteOnDesk(std::uint64_t stream) : stream_(stream) {}

  void set(const documents::DocumentId& id, std::string_view field, const documents::Value& value,
           std::int64_t ms) {
    const std::string ours = known(id);
    const documents::Change change{.field = {documents::Part::desired, field}, .value = value};
    const documents::Signature by{.stamp = {std::max(ms, view_of(ours).latest().ms + 1), 0, {10}},
                                  .author = "anna"};
    HF_ASSERT(is_ok(documents::create(view_of(ours), {&change, 1}, by, *delta_)));
    const std::string delta{text_of(delta_->view().bytes())};
    merge_in(view_of(delta));
    tell(view_of(delta));
  }
  std::string says(const documents::DocumentId& id, std::string_view field) const {
    documents::DocumentView document;
    documents::Field found;
    if (!find(id, document)) return "no document";
    document.find({documents::Part::desired, field}, found);
    const documents::Write* write =
        documents::in_effect(found, documents::policy_of(id.collection));
    return write == nullptr ? "nothing" : std::string{write->value.as_text()};
  }
  void bury(const documents::DocumentId& id, std::int64_t ms) {
    const std::string ours = known(id);
    const documents::Signature by{.stamp = {std::max(ms, view_of(ours).latest().ms + 1), 0, {10}},
                                  .author = "anna"};
    HF_ASSERT(is_ok(documents::bury(view_of(ours), by, *delta_)));
    const std::string delta{text_of(delta_->view().bytes())};
    merge_in(view_of(delta));
    tell(view_of(delta));
  }
  void compare() {
    documents::Comparing comparing(*this, *this, *scratch_);
    HF_ASSERT(is_ok(comparing.begin(state::kCollections)));
  }
  void push_all() {
    for (const auto& [id, bytes] : all) tell(view_of(bytes));
  }
  // A payload of the topic class state/down.
  void hear(std::string_view payload) {
    std::span<const std::byte> messages;
    HF_ASSERT(is_ok(documents::open_down(bytes_of(payload), messages)));
    documents::Message message;
    while (is_ok(documents::take_message(messages, message))) {
      if (message.kind == documents::MessageKind::delta) {
        take(view_of(text_of(message.body)));
      } else {
        documents::Comparing comparing(*this, *this, *scratch_);
        HF_ASSERT(is_ok(comparing.answer(message)));
      }
    }
  }

  std::map<std::pair<std::string, std::string>, std::string> all;
  std::deque<std::string> frames;  // on their way to the hub
  bool refuses_long_gone = false;  // of what it knows nothing of, as a gateway that knows the time

 private:
  std::uint32_t count() const override { return static_cast<std::uint32_t>(all.size()); }
  documents::DocumentView at(std::uint32_t place) const override {
    return view_of(std::next(all.begin(), place)->second);
  }
  std::uint32_t first_of(std::string_view collection) const override {
    const auto first = all.lower_bound({std::string{collection}, {}});
    return static_cast<std::uint32_t>(std::distance(all.begin(), first));
  }
  bool find(const documents::DocumentId& id, documents::DocumentView& document) const override {
    const auto found = all.find({std::string{id.collection}, std::string{id.key}});
    if (found != all.end()) document = view_of(found->second);
    return found != all.end();
  }
  Status say(const documents::Message& message) override {
    std::vector<std::byte> body{message.body.begin(), message.body.end()};
    auto kind = wire::FrameKind::state;
    if (message.kind != documents::MessageKind::delta) {
      kind = wire::FrameKind::sync;
      body.resize(documents::kEnvelopeBytes + message.body.size());
      std::size_t size = 0;
      HF_ASSERT(is_ok(documents::append_message(message, body, size)));
    }
    frames.push_back(event_frame(kind, stream_, position_++, body));
    return Status::ok;
  }
  void tell(const documents::DocumentView& delta) {
    documents::Comparing comparing(*this, *this, *scratch_);
    HF_ASSERT(is_ok(comparing.say_document(delta)));
  }

  // As the gateway's inbox: what the schema refuses is not merged.
  void take(const documents::DocumentView& delta) {
    documents::DocumentView ours;
    if (refuses_long_gone && delta.is_tombstone() && !find(delta.id(), ours)) return;
    documents::Field field;
    for (documents::FieldCursor cursor = delta.fields(); cursor.next(field);) {
      const documents::Write& write = field.at(documents::Place::upstream);
      const bool is_refused = write.present() && state::judge(delta.id().collection, field.name,
                                                              write.value) == Status::invalid;
      if (!is_refused) continue;
      const documents::Refusal refusal{delta.id(), field.name, write.stamp, "no"};
      std::array<std::byte, documents::kMessageBytesMax> room;
      static_cast<void>(say({.kind = documents::MessageKind::refusal,
                             .body = documents::write_refusal(refusal, room)}));
      return;
    }
    merge_in(delta);
  }
  void merge_in(const documents::DocumentView& delta) {
    struct NoLosses final : documents::LossSink {
      void lost(const documents::Loss& /*loss*/) override {}
    } none;
    const std::string ours = known(delta.id());
    documents::merge(view_of(ours), delta, documents::policy_of(delta.id().collection), *merged_,
                     none);
    const documents::DocumentView merged = merged_->view();
    all[{std::string{merged.id().collection}, std::string{merged.id().key}}] =
        text_of(merged.bytes());
  }
  std::string known(const documents::DocumentId& id) {
    documents::DocumentView document;
    if (find(id, document)) return std::string{text_of(document.bytes())};
    merged_->begin(id);
    return std::string{text_of(merged_->view().bytes())};
  }
  static documents::DocumentView view_of(std::string_view bytes) {
    documents::DocumentView view;
    HF_ASSERT(is_ok(documents::DocumentView::parse(bytes_of(bytes), view)));
    return view;
  }

  std::uint64_t stream_;
  std::uint64_t position_ = 0;
  std::unique_ptr<documents::Document> delta_ = std::make_unique<documents::Document>();
  std::unique_ptr<documents::Document> merged_ = std::make_unique<documents::Document>();
  std::unique_ptr<documents::Document> scratch_ = std::make_unique<documents::Document>();
};

}  // namespace hf::test
