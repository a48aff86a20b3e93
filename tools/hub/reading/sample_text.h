// Samples as text: CSV, JSON lines, or InfluxDB's line protocol. docs/formats/hub.md names the
// columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/hub/reading/sample.h"

namespace hf::hub {

enum class TextFormat { csv, json, influx };

// csv, json, influx. Empty: no such word.
std::optional<TextFormat> text_format(std::string_view word);

// What stands before the first sample; empty but for CSV.
std::string head_of(TextFormat format);

// One line, with its end. Empty: the format cannot say it; line protocol has neither a value that
// is no number nor a sample without a time.
std::string line_of(const Sample& sample, TextFormat format);

// Whether the sample is of that sensor: its name, EQUIPMENT/SENSOR, or #INDEX; empty: any.
bool is_wanted(const Sample& sample, std::string_view sensor);

// 2026-11-20T06:59:58.123Z
std::string iso_text(UtcTime at);
// The reverse; also a date alone, or milliseconds since 1970. Empty: none of these.
std::optional<UtcTime> parse_time(std::string_view text);

std::string number_text(double number);
std::string hex_text(std::uint64_t number);
std::string_view quality_text(TimeQuality quality);
std::string_view resolution_text(wire::Resolution resolution);

}  // namespace hf::hub
