#include "state/joined_key.h"

#include <array>

#include "vocabulary/bytes.h"
#include "vocabulary/checksum.h"

namespace hf::state {
namespace {

// The end of a key that had to be cut: '-' and eight digits of a checksum of all of it.
constexpr std::size_t kCutBytes = 9;

}  // namespace

ItemKey join_key(std::initializer_list<std::string_view> names) {
  FixedString<3 * limits::kDocumentKeyBytesMax + 2> whole;
  for (const std::string_view name : names) {
    if (!whole.empty()) HF_ASSERT(is_ok(whole.try_append(".")));
    HF_ASSERT(is_ok(whole.try_append(name)));
  }
  ItemKey key;
  if (is_ok(key.try_assign(whole.view()))) return key;
  key.assign(whole.view().substr(0, limits::kDocumentKeyBytesMax - kCutBytes));
  std::array<char, kCutBytes> cut{'-'};
  std::uint32_t sum = crc32c(bytes_of(whole.view()));
  for (std::size_t i = 1; i < cut.size(); ++i, sum <<= 4) {
    cut[i] = "0123456789abcdef"[sum >> 28];
  }
  HF_ASSERT(is_ok(key.try_append({cut.data(), cut.size()})));
  return key;
}

}  // namespace hf::state
