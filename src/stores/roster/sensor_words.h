// What is said of one sensor by name, in a file or a document: some of its facts, each a word.
//
// One table of words (sensor_words.cpp) tells what each is called, takes it from a value and gives
// it back, so a file, an edit and a report speak of the same things by the same names. What a word
// may say is in the table of documents (state/schema.h), and was judged before it comes here.
//
// Pure. Cost: looking a word up walks the table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/settings/table.h"
#include "documents/value.h"
#include "state/joined_key.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::stores {

inline constexpr std::int8_t kDecimalsUnknown = -1;
inline constexpr Duration kStaleAfterDefault = settings::initial_duration("sensors.stale_after");
inline constexpr auto kRateMaxDefault = settings::initial<std::uint16_t>("sensors.rate_max");
inline constexpr Duration kPeriodDefault = settings::initial_duration("sensors.period");

// What is known of a sensor. Zero or unknown means: not said, do nothing special.
struct SensorFacts {
  EquipmentId equipment;
  SensorId sensor;
  NodeId node;  // the device that it hangs on; empty: named as its equipment
  FixedString<15> unit;
  FixedString<kIdentifierCharactersMax> group;  // who may see it; empty: whoever may see anything
  double scale = 1;                             // value = what the field gives * scale + offset
  double offset = 0;
  double low_limit = 0;  // physical limits: outside is out_of_range. Equal: no limits
  double high_limit = 0;
  double dead_band = 0;              // a change of at most this much is not worth keeping …
  Duration max_silence;              // … unless this much time has passed
  Duration period = kPeriodDefault;  // how often it is read
  Duration stale_after = kStaleAfterDefault;
  Duration stuck_after;  // an unchanged value this old is marked stuck
  std::uint16_t rate_max_per_second =
      kRateMaxDefault;                      // more than this is a flood: counted, not kept
  std::int8_t decimals = kDecimalsUnknown;  // of the value, when the device says so

  // Of what the field gives. Exactly that, where nothing is said of scale and offset.
  double value_of(double raw) const {
    return scale == 1 && offset == 0 ? raw : raw * scale + offset;
  }
  std::string_view node_id() const { return node.empty() ? equipment.text() : node.text(); }
};

using WordIndex = std::size_t;

struct SensorWord {
  std::string_view name;  // as in the documents of the collection "sensors"
  // Takes over what `value` says. REQUIRES: the table of documents allows it.
  void (*take)(SensorFacts& facts, const documents::Value& value);
  documents::Value (*give)(const SensorFacts& facts);
  void (*copy)(SensorFacts& to, const SensorFacts& from);
};

std::span<const SensorWord> sensor_words();
// REQUIRES: there is a word of that name.
WordIndex word_at(std::string_view name);

struct SensorWords {
  SensorFacts values;
  std::uint32_t said = 0;  // a bit for each word of the table

  bool says(WordIndex word) const { return (said & (1U << word)) != 0; }
  // ok.  not_found: there is no such word.
  Status say(std::string_view name, const documents::Value& value);
  // What `other` says is said here too, whatever was before.
  void put_over(const SensorWords& other);
};

// Those of `facts` that are not what is known of any sensor: they count as said.
SensorWords words_in(const SensorFacts& facts);

// "equipment.sensor".
state::ItemKey key_of(const SensorFacts& facts);

}  // namespace hf::stores
