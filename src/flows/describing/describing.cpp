#include "flows/describing/describing.h"

#include "state/fields.h"

namespace hf::flows {

using documents::Change;
using documents::DocumentView;
using documents::Part;
using documents::Value;
using state::Fields;

namespace {

constexpr Uptime kNotDue{INT64_MAX};
constexpr Duration kTurn = milliseconds(100);  // while reports are left

}  // namespace

Describing::Describing(state::Replica& replica, stores::Roster& roster)
    : replica_(replica), roster_(roster) {
  replica_.observe(*this);
}

void Describing::changed(const state::Changed& change) {
  if (change.delta.id().collection != state::kSensors) return;
  is_news_ = is_news_ || change.from != documents::Side::gateway;
}

Uptime Describing::step(Uptime now, const UtcReading& utc) {
  if (std::exchange(is_news_, false)) take_documents();
  std::uint32_t written = 0;
  for (; reports_left_from_ < roster_.count(); ++reports_left_from_) {
    if (written == kReportsPerStep) return now + kTurn;  // DE4
    if (report({static_cast<std::uint16_t>(reports_left_from_)}, utc)) ++written;
  }
  return kNotDue;
}

// DE1, DE3
void Describing::take_documents() {
  for (std::uint32_t index = 0; index < roster_.count(); ++index) {
    const SensorIndex sensor{static_cast<std::uint16_t>(index)};
    const state::ItemKey key = stores::key_of(roster_.at(sensor));
    stores::SensorWords words;
    DocumentView document;
    if (replica_.find({.collection = state::kSensors, .key = key.view()}, document)) {
      const Fields fields(document);
      for (const stores::SensorWord& word : stores::sensor_words()) {
        const Value value = fields.value(Part::desired, word.name);
        if (!value.is_nothing()) static_cast<void>(words.say(word.name, value));  // it is a word
      }
    }
    if (!is_ok(roster_.describe(sensor, words))) ++refused_;
  }
  has_changed_ = true;
  look_again();
}

// DE2. True: something had to be written.
bool Describing::report(SensorIndex sensor, const UtcReading& utc) {
  const stores::SensorFacts& facts = roster_.at(sensor);
  const state::ItemKey key = stores::key_of(facts);
  const documents::DocumentId id{.collection = state::kSensors, .key = key.view()};
  DocumentView document;
  const bool is_there = replica_.find(id, document);
  const Fields fields(document);
  FixedVector<Change, limits::kDocumentFieldsMax> changes;
  const std::span<const stores::SensorWord> words = stores::sensor_words();
  for (std::size_t word = 0; word < words.size(); ++word) {
    const bool is_said = (roster_.said_by_name(sensor) & (1U << word)) != 0;
    const Value value = is_said ? words[word].give(facts) : Value{};
    const Value before = is_there ? fields.value(Part::reported, words[word].name) : Value{};
    if (!(before == value)) {
      changes.push({.field = {Part::reported, words[word].name}, .value = value});
    }
  }
  if (changes.empty()) return false;
  const Status status = replica_.create(
      id, changes.span(), {.side = documents::Side::gateway, .author = "gateway"}, utc);
  static_cast<void>(status);  // not written now: the next look finds it unwritten
  return true;
}

}  // namespace hf::flows
