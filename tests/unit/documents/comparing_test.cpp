// Two sets of documents that talk until they are alike, over a wire that may lose and repeat.
#include "documents/comparing.h"

#include <CppUTest/TestHarness.h>

#include <deque>
#include <map>
#include <string>

#include "tests/unit/documents/copies.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::documents;

namespace {

constexpr std::array<std::string_view, 2> kTwoCollections{"equipment", "rules"};

struct NoLosses final : LossSink {
  void lost(const Loss& /*loss*/) override {}
};

struct Sent {
  MessageKind kind;
  Bytes body;
};

class End final : public DocumentSet, public MessageOut {
 public:
  End(Side side, std::uint32_t origin) : side_(side), origin_{origin} {}

  std::uint32_t count() const override { return static_cast<std::uint32_t>(all.size()); }
  DocumentView at(std::uint32_t place) const override {
    return view_of(std::next(all.begin(), static_cast<std::ptrdiff_t>(place))->second);
  }
  std::uint32_t first_of(std::string_view collection) const override {
    const auto first = all.lower_bound({std::string(collection), std::string()});
    return static_cast<std::uint32_t>(std::distance(all.begin(), first));
  }
  bool find(const DocumentId& id, DocumentView& document) const override {
    const auto found = all.find({std::string(id.collection), std::string(id.key)});
    if (found != all.end()) document = view_of(found->second);
    return found != all.end();
  }
  Status say(const Message& message) override {
    CHECK(message.body.size() <= kMessageBytesMax);
    sent.push_back({message.kind, copied(message.body)});
    return Status::ok;
  }

  void write(const DocumentId& id, std::string_view field, const Value& value, std::int64_t ms) {
    const Change change{.field = desired(field), .value = value};
    const Bytes knowing = known(id);
    const Stamp stamp{std::max(ms, view_of(knowing).latest().ms + 1), 0, origin_};
    CHECK(is_ok(create(view_of(knowing), {&change, 1}, {stamp, side_, "x"}, *room_)));
    merge_in(room_->view());
  }
  void erase(const DocumentId& id, std::int64_t ms) {
    const Bytes knowing = known(id);
    const Stamp stamp{std::max(ms, view_of(knowing).latest().ms + 1), 0, origin_};
    if (is_ok(bury(view_of(knowing), {stamp, side_, "x"}, *room_))) merge_in(room_->view());
  }
  void hear(const Sent& message) {
    if (message.kind == MessageKind::delta) {
      merge_in(view_of(message.body));
    } else {
      Comparing comparing(*this, *this, *scratch_);
      CHECK(is_ok(comparing.answer({message.kind, message.body})));
    }
  }
  void begin() {
    Comparing comparing(*this, *this, *scratch_);
    CHECK(is_ok(comparing.begin(kTwoCollections)));
  }

  std::map<std::pair<std::string, std::string>, Bytes> all;
  std::deque<Sent> sent;

 private:
  Bytes known(const DocumentId& id) {
    DocumentView document;
    if (find(id, document)) return copied(document.bytes());
    room_->begin(id);
    return copied(room_->view().bytes());
  }
  void merge_in(const DocumentView& delta) {
    const Bytes told = copied(delta.bytes());
    const Bytes ours = known(delta.id());
    NoLosses none;
    merge(view_of(ours), view_of(told), Policy::last_write, *room_, none);
    const DocumentView merged = room_->view();
    all[{std::string(merged.id().collection), std::string(merged.id().key)}] =
        copied(merged.bytes());
  }

  Side side_;
  Origin origin_;
  std::unique_ptr<Document> room_ = std::make_unique<Document>();
  std::unique_ptr<Document> scratch_ = std::make_unique<Document>();
};

// Delivers until nobody has anything to say. Returns how many messages it took.
int talk(End& site, End& hub, Random& luck, std::uint64_t lose_of_ten = 0) {
  int count = 0;
  while (!site.sent.empty() || !hub.sent.empty()) {
    CHECK(++count < 20'000);  // P3
    End& from = hub.sent.empty() || (!site.sent.empty() && luck.chance(1, 2)) ? site : hub;
    End& to = &from == &site ? hub : site;
    // Not always the oldest first.
    const std::size_t which = luck.chance(1, 4) ? luck.below(from.sent.size()) : 0;
    const Sent message = from.sent[which];
    from.sent.erase(from.sent.begin() + static_cast<std::ptrdiff_t>(which));
    if (luck.chance(lose_of_ten, 10)) continue;
    to.hear(message);
    if (lose_of_ten > 0 && luck.chance(1, 10)) to.hear(message);
  }
  return count;
}

std::string key_of(std::uint64_t number) { return "thing-" + std::to_string(number); }

void scribble(End& end, Random& luck, int edits) {
  for (int edit = 0; edit < edits; ++edit) {
    const std::string key = key_of(luck.below(120));
    const DocumentId id{kTwoCollections[luck.below(2)], key};
    const auto ms = static_cast<std::int64_t>(1000 + luck.below(100'000));
    if (luck.chance(1, 12)) {
      end.erase(id, ms);
    } else {
      const std::string text(luck.below(250), 'x');
      end.write(id, "field-" + std::to_string(luck.below(12)), Value::text(text), ms);
    }
  }
}

}  // namespace

TEST_GROUP(Comparing) {
  End site{Side::local, 10};
  End hub{Side::upstream, 11};
};

TEST(Comparing, P1_one_comparison_makes_two_ends_equal_whatever_they_held) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random luck(seed);
    End here(Side::local, 10);
    End there(Side::upstream, 11);
    scribble(here, luck, 300);
    scribble(there, luck, static_cast<int>(luck.below(300)));
    here.begin();
    talk(here, there, luck);
    CHECK_TEXT(here.all == there.all, ("seed " + std::to_string(seed)).c_str());
  }
}

TEST(Comparing, P2_equal_sets_cost_one_message) {
  Random luck(1);
  scribble(site, luck, 200);
  hub.all = site.all;
  site.begin();
  LONGS_EQUAL(1, talk(site, hub, luck));
}

TEST(Comparing, P2_over_a_wire_that_loses_and_repeats_another_comparison_finds_the_rest) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Random luck(seed);
    End here(Side::local, 10);
    End there(Side::upstream, 11);
    scribble(here, luck, 200);
    scribble(there, luck, 200);
    for (int round = 0; round < 6 && here.all != there.all; ++round) {
      (round % 2 == 0 ? here : there).begin();
      talk(here, there, luck, 2);
    }
    here.begin();
    talk(here, there, luck);
    CHECK_TEXT(here.all == there.all, ("seed " + std::to_string(seed)).c_str());
  }
}

TEST(Comparing, of_one_field_changed_one_field_travels) {
  Random luck(1);
  for (int field = 0; field < 40; ++field) {
    site.write(kPump, "field-" + std::to_string(field), Value::text(std::string(200, 'x')), 1000);
  }
  hub.all = site.all;
  site.write(kPump, "field-7", Value::integer(5), 2000);
  site.begin();
  std::size_t delta_bytes = 0;
  while (!site.sent.empty() || !hub.sent.empty()) {
    End& from = site.sent.empty() ? hub : site;
    const Sent message = from.sent.front();
    from.sent.pop_front();
    if (message.kind == MessageKind::delta) delta_bytes += message.body.size();
    (&from == &site ? hub : site).hear(message);
  }
  CHECK(site.all == hub.all);
  CHECK(delta_bytes < 120);
}

TEST(Comparing, bytes_that_are_no_message_are_corrupt_and_read_nothing_beyond_them) {
  Random luck(7);
  scribble(site, luck, 50);
  std::unique_ptr<Document> scratch = std::make_unique<Document>();
  Comparing comparing(site, site, *scratch);
  for (int round = 0; round < 20'000; ++round) {
    Bytes body(luck.below(60));
    for (std::byte& octet : body) octet = static_cast<std::byte>(luck.next());
    if (body.size() > 14 && luck.chance(1, 2)) {
      body[0] = std::byte{9};
      std::memcpy(body.data() + 1, "equipment", 9);
    }
    const auto kind = static_cast<MessageKind>(luck.below(8));
    const Status status = comparing.answer({kind, body});
    CHECK(status == Status::ok || status == Status::corrupt || status == Status::invalid);
    site.sent.clear();
  }
}

TEST(Comparing, what_goes_down_is_opened_only_as_it_was_sealed) {
  std::array<std::byte, 200> payload;
  std::size_t size = kDownHeadBytes;
  CHECK(is_ok(append_message({MessageKind::refusal, bytes_of("abc")}, payload, size)));
  CHECK(is_ok(append_message({MessageKind::delta, bytes_of("de")}, payload, size)));
  const std::span whole = std::span{payload}.first(size);
  seal_down(whole);
  std::span<const std::byte> messages;
  CHECK(is_ok(open_down(whole, messages)));
  Message message;
  CHECK(is_ok(take_message(messages, message)));
  CHECK(message.kind == MessageKind::refusal && text_of(message.body) == "abc");
  CHECK(is_ok(take_message(messages, message)));
  CHECK(take_message(messages, message) == Status::not_found);
  whole.back() ^= std::byte{1};
  CHECK(open_down(whole, messages) == Status::corrupt);
  CHECK(open_down(whole.first(4), messages) == Status::corrupt);
}
