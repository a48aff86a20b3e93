// A JSON text of any length, by the house's writer, which writes into bytes that are given.
#pragma once

#include <string>

#include "wire/channel/json_writer.h"

namespace hf::hub {

// `write(json)` is called again with more room until it fits; it must write the same each time.
template <typename Write>
std::string json_text(Write write) {
  constexpr std::size_t kFirst = 1U << 16;
  for (std::string bytes(kFirst, '\0');; bytes.assign(bytes.size() * 4, '\0')) {
    wire::JsonWriter json(bytes);
    write(json);
    if (is_ok(json.status())) return std::string{json.text()} + "\n";
  }
}

}  // namespace hf::hub
