// The worked example of docs/formats/documents.md, byte by byte, read from the page itself.
#include <charconv>
#include <fstream>

#include "tests/unit/documents/copies.h"

using namespace hf;
using namespace hf::documents;

namespace {

constexpr std::int64_t kBeginningMs = 1'700'000'000'000;
const FieldName kSpeed = desired("speed");

void append_bytes(std::string_view hexadecimal, Bytes& bytes) {
  while (hexadecimal.size() >= 2) {
    std::uint8_t octet = 0;
    const auto [end, error] =
        std::from_chars(hexadecimal.data(), hexadecimal.data() + 2, octet, 16);
    if (error == std::errc{}) bytes.push_back(static_cast<std::byte>(octet));
    hexadecimal.remove_prefix(error == std::errc{} ? 2 : 1);
  }
}

// The bytes that the page gives under "<!-- bytes: NAME -->", up to the end of that block.
Bytes from_page(const std::string& name) {
  std::ifstream page(HOLDFAST_FORMATS_DIR "/documents.md");
  Bytes bytes;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "<!-- bytes: " + name + " -->") {
      inside = true;
    } else if (inside && line == "```" && !bytes.empty()) {
      break;
    } else if (inside && line.find('|') != std::string::npos) {
      append_bytes(std::string_view(line).substr(0, line.find('|')), bytes);
    }
  }
  return bytes;
}

}  // namespace

TEST_GROUP(WorkedExample){};

TEST(WorkedExample, is_what_the_code_does) {
  Copy site{Side::local, "anna", Policy::last_write, {10}};
  Copy hub{Side::upstream, "hub", Policy::last_write, {11}};
  site.writes(kSpeed, 5, kBeginningMs);
  CHECK(site.bytes() == from_page("site"));
  hub.writes(kSpeed, 9, kBeginningMs + 1000);
  CHECK(hub.bytes() == from_page("hub"));

  const Bytes from_site = site.bytes();
  site.hears(hub);
  hub.hears(from_site);
  CHECK(site.bytes() == from_page("merged"));
  CHECK(hub.bytes() == from_page("merged"));
  LONGS_EQUAL(9, site.says(kSpeed));

  hub.hears(site.writes(kSpeed, 5, kBeginningMs + 2000));
  CHECK(site.bytes() == from_page("restored"));
  CHECK(hub.bytes() == from_page("restored"));
  LONGS_EQUAL(5, hub.says(kSpeed));
}
