// A frame of readings as one JSON text that anything behind a broker can read: for people who have
// Telegraf, Node-RED or ThingsBoard there and no hub. docs/formats/topics.md has an example.
//
// Row by row, each with its time and the values of the sensors that are in it, because that is what
// such programs take without being taught. It costs about 14 bytes a reading with short names and
// 40 with long ones, where the frame costs one: the profile is a convenience, not the default.
//
// Frames hold columns and the text holds rows, so the frame is read once for every kRowsAtOnce of
// its rows; who sends cuts frames so that the text fits, which bounds the work. Nothing allocates;
// the object is about 80 KiB on the small board, so it is a member of something.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/limits/limits.h"
#include "wire/channel/json_writer.h"
#include "wire/frames/readings_frame.h"

namespace hf::wire {

inline constexpr std::size_t kReadingNameCharactersMax = 2 * kIdentifierCharactersMax + 1;
using ReadingName = FixedString<kReadingNameCharactersMax>;

// What a frame leaves to others to know.
class ReadingsContext {
 public:
  // ok: "equipment.sensor".  not_found: of a roster that is not known here any more; the reading
  // is then called by its number, "#17".
  virtual Status name_of(std::uint32_t roster, SensorIndex sensor, ReadingName& name) const = 0;

  // False: nobody knows that boot's time of day; the row then has boot and uptime instead.
  virtual bool utc_of(BootId boot, Uptime uptime, UtcTime& utc) const = 0;

 protected:
  ~ReadingsContext() = default;
};

class ReadingsJson {
 public:
  static constexpr std::uint32_t kRowsAtOnce = 16;

  // The text, in `out`. full: it does not fit.  invalid: no frame of readings.  corrupt.
  Result<std::uint32_t> write(std::span<const std::byte> frame, std::string_view gateway,
                              const ReadingsContext& context, std::span<char> out);

 private:
  static constexpr std::uint32_t kSensorsMax = limits::kBoard.sensors_max;
  struct Cell {
    double value = 0;
    Quality quality = Quality::good;
    bool is_there = false;
  };

  Status take_rows(std::span<const std::byte> frame, std::uint32_t from, std::uint32_t count);
  void write_row(JsonWriter& json, std::uint32_t row, const std::array<Cell, kSensorsMax>& cells,
                 const ReadingsContext& context) const;

  ReadingsCursor cursor_;
  ColumnRoom room_;
  std::array<Uptime, kFrameRowsMax> rows_;
  std::array<std::array<Cell, kSensorsMax>, kRowsAtOnce> cells_;
};

}  // namespace hf::wire
