// One setting: what a person may change, in the words that person reads.
//
// Every number is held as a double: durations in milliseconds, sizes in bytes, choices by their
// index. All are whole and far below 2^53, so nothing is lost, and one pair of bounds fits all.
#pragma once

#include <cstdint>
#include <string_view>

#include "vocabulary/time.h"

namespace hf::settings {

enum class Kind : std::uint8_t {
  duration,    // "10 s"; kept in milliseconds
  bytes,       // 65536 or "64 KiB"
  count,       // a whole number
  real,        // any number
  boolean,     // true or false
  choice,      // one of a few words
  text,        // at most `most` bytes of UTF-8 without control characters
  identifier,  // a text that may stand in topics and file names: vocabulary/identifiers.h
};

// When a new value is in force.
enum class Effect : std::uint8_t {
  at_once,  // while everything runs
  link,     // at once; the link connects anew for it
  start,    // when the gateway starts next
};

struct Setting {
  std::string_view path;  // "uplink.backoff.first": groups, then the name
  Kind kind = Kind::count;
  Effect effect = Effect::start;
  double initial = 0;
  double least = 0;        // of texts: bytes
  double most = 0;         // of texts: bytes
  std::string_view words;  // choice: "hub|broker"; texts: the initial one
  std::string_view about;  // one sentence; what zero means, where it means something
};

constexpr double number_of(Duration duration) { return static_cast<double>(duration.ms); }

// The rows of the tables below config/settings/groups are made with these.
constexpr Setting duration(std::string_view path, Effect effect, Duration initial, Duration least,
                           Duration most, std::string_view about) {
  return {path, Kind::duration, effect, number_of(initial), number_of(least), number_of(most),
          {},   about};
}
constexpr Setting bytes(std::string_view path, Effect effect, double initial, double least,
                        double most, std::string_view about) {
  return {path, Kind::bytes, effect, initial, least, most, {}, about};
}
constexpr Setting count(std::string_view path, Effect effect, double initial, double least,
                        double most, std::string_view about) {
  return {path, Kind::count, effect, initial, least, most, {}, about};
}
constexpr Setting real(std::string_view path, Effect effect, double initial, double least,
                       double most, std::string_view about) {
  return {path, Kind::real, effect, initial, least, most, {}, about};
}
constexpr Setting boolean(std::string_view path, Effect effect, bool initial,
                          std::string_view about) {
  return {path, Kind::boolean, effect, initial ? 1.0 : 0.0, 0, 1, {}, about};
}
constexpr Setting text(std::string_view path, Effect effect, std::string_view initial, double least,
                       double most, std::string_view about) {
  return {path, Kind::text, effect, 0, least, most, initial, about};
}
constexpr Setting identifier(std::string_view path, Effect effect, std::string_view initial,
                             std::string_view about) {
  return {path, Kind::identifier, effect, 0, 1, 32, initial, about};
}

constexpr bool is_textual(Kind kind) { return kind == Kind::text || kind == Kind::identifier; }

// The words of a choice, by index; empty: there are no more.
constexpr std::string_view choice_word(const Setting& setting, std::size_t index) {
  std::string_view rest = setting.words;
  for (; index > 0 && !rest.empty(); --index) {
    const std::size_t bar = rest.find('|');
    rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
  }
  return rest.substr(0, rest.find('|'));
}

// `initial` is the index of the word that is.
constexpr Setting choice(std::string_view path, Effect effect, std::size_t initial,
                         std::string_view words, std::string_view about) {
  Setting setting{path, Kind::choice, effect, static_cast<double>(initial), 0, 0, words, about};
  for (const char c : words) setting.most += c == '|' ? 1 : 0;
  return setting;
}

}  // namespace hf::settings
