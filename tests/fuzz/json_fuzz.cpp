// Any bytes at all as a JSON text: refused, or a tree that can be walked. What the check lets
// through, cJSON must build: `full` in much memory would mean that the two disagree.
#include <array>
#include <cstdlib>

#include "vocabulary/bytes.h"
#include "wire/json/json_reader.h"

using namespace hf;
using namespace hf::wire;

namespace {

std::array<std::byte, 4 * 1024 * 1024> memory;

std::size_t weigh(JsonValue value) {
  std::size_t weight = value.text().size() + value.name().size();
  for (const JsonValue child : value) weight += weigh(child) + value.find(child.name()).count();
  return weight;
}

}  // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {  // NOLINT
  if (size > 16 * 1024) return 0;  // a tree of that fits into the memory, whatever it says
  JsonReader json(memory);
  const Status status = json.read(text_of(std::as_bytes(std::span{data, size})));
  if (!is_ok(status) && status != Status::corrupt) std::abort();
  static volatile std::size_t weight;
  weight = weigh(json.root());
  return 0;
}
