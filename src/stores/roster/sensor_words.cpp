#include "stores/roster/sensor_words.h"

#include <algorithm>
#include <array>

#include "vocabulary/assertion.h"

namespace hf::stores {
namespace {

using documents::Value;
using documents::ValueKind;

double number(const Value& value) {
  return value.kind() == ValueKind::integer ? static_cast<double>(value.as_integer())
                                            : value.as_real();
}

// A row for a member of the facts, by the kind that it has.
template <auto member>
constexpr SensorWord real_word(std::string_view name) {
  return {.name = name,
          .take = [](SensorFacts& facts, const Value& value) { facts.*member = number(value); },
          .give = [](const SensorFacts& facts) { return Value::real(facts.*member); },
          .copy = [](SensorFacts& to, const SensorFacts& from) { to.*member = from.*member; }};
}
template <auto member>
constexpr SensorWord duration_word(std::string_view name) {
  return {.name = name,
          .take = [](SensorFacts& facts,
                     const Value& value) { facts.*member = milliseconds(value.as_integer()); },
          .give = [](const SensorFacts& facts) { return Value::integer((facts.*member).ms); },
          .copy = [](SensorFacts& to, const SensorFacts& from) { to.*member = from.*member; }};
}
template <auto member>
constexpr SensorWord text_word(std::string_view name) {
  return {.name = name,
          .take =
              [](SensorFacts& facts, const Value& value) {
                (facts.*member).assign(value.as_text().substr(0, (facts.*member).capacity()));
              },
          .give = [](const SensorFacts& facts) { return Value::text((facts.*member).view()); },
          .copy = [](SensorFacts& to, const SensorFacts& from) { to.*member = from.*member; }};
}

void take_node(SensorFacts& facts, const Value& value) {
  static_cast<void>(is_ok(NodeId::parse(value.as_text(), facts.node)));  // else as before
}
Value give_node(const SensorFacts& facts) { return Value::text(facts.node.text()); }
void copy_node(SensorFacts& to, const SensorFacts& from) { to.node = from.node; }

void take_rate(SensorFacts& facts, const Value& value) {
  facts.rate_max_per_second =
      static_cast<std::uint16_t>(std::clamp<std::int64_t>(value.as_integer(), 0, UINT16_MAX));
}
Value give_rate(const SensorFacts& facts) { return Value::integer(facts.rate_max_per_second); }
void copy_rate(SensorFacts& to, const SensorFacts& from) {
  to.rate_max_per_second = from.rate_max_per_second;
}

// In the order of the table of documents.
constexpr std::array kWords{
    real_word<&SensorFacts::dead_band>("dead_band"),
    text_word<&SensorFacts::group>("group"),
    real_word<&SensorFacts::high_limit>("high_limit"),
    real_word<&SensorFacts::low_limit>("low_limit"),
    duration_word<&SensorFacts::max_silence>("max_silence_ms"),
    SensorWord{.name = "node", .take = take_node, .give = give_node, .copy = copy_node},
    real_word<&SensorFacts::offset>("offset"),
    duration_word<&SensorFacts::period>("period_ms"),
    SensorWord{.name = "rate_max", .take = take_rate, .give = give_rate, .copy = copy_rate},
    real_word<&SensorFacts::scale>("scale"),
    duration_word<&SensorFacts::stale_after>("stale_after_ms"),
    duration_word<&SensorFacts::stuck_after>("stuck_after_ms"),
    text_word<&SensorFacts::unit>("unit"),
};
static_assert(kWords.size() <= 32, "a bit for each");

}  // namespace

std::span<const SensorWord> sensor_words() { return kWords; }

WordIndex word_at(std::string_view name) {
  const auto* const word = std::ranges::find(kWords, name, &SensorWord::name);
  HF_ASSERT(word != kWords.end());
  return static_cast<WordIndex>(word - kWords.begin());
}

Status SensorWords::say(std::string_view name, const Value& value) {
  const auto* const word = std::ranges::find(kWords, name, &SensorWord::name);
  if (word == kWords.end()) return Status::not_found;
  word->take(values, value);
  said |= 1U << static_cast<unsigned>(word - kWords.begin());
  return Status::ok;
}

void SensorWords::put_over(const SensorWords& other) {
  for (WordIndex word = 0; word < kWords.size(); ++word) {
    if (other.says(word)) kWords[word].copy(values, other.values);
  }
  said |= other.said;
}

state::ItemKey key_of(const SensorFacts& facts) {
  return state::join_key({facts.equipment.text(), facts.sensor.text()});
}

SensorWords words_in(const SensorFacts& facts) {
  SensorWords words{.values = facts};
  const SensorFacts nothing;
  for (WordIndex word = 0; word < kWords.size(); ++word) {
    if (!(kWords[word].give(facts) == kWords[word].give(nothing))) words.said |= 1U << word;
  }
  return words;
}

}  // namespace hf::stores
