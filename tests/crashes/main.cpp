// after_crash FOLDER SENSORS [BOOT:FIRST:COUNTED:PROMISED...]: what a cut has left there, as one
// line of JSON. Each boot that is known is told by its id, when its sensors were first read, from
// when on none was missed, and until when all that was taken was safe; then the readings are judged
// too.
//
// The status is 1 when the folder does not open. Whether what was found is well is the caller's to
// say.
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <string_view>
#include <utility>

#include "tests/crashes/left_behind.h"

using namespace hf;
using namespace hf::test;

namespace {

template <typename Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(stopped - text.data()));
  if (text.starts_with(':')) text.remove_prefix(1);
  return true;
}

bool read_words(int count, char** words, std::uint16_t& sensors, std::vector<KnownBoot>& boots) {
  if (count < 3) return false;
  std::string_view number = words[2];
  if (!take_number(number, sensors) || !number.empty()) return false;
  for (int at = 3; at < count; ++at) {
    std::string_view text = words[at];
    KnownBoot boot;
    if (!take_number(text, boot.id) || !take_number(text, boot.first.ms) ||
        !take_number(text, boot.counted.ms) || !take_number(text, boot.promised.ms) ||
        !text.empty()) {
      return false;
    }
    boots.push_back(boot);
  }
  return true;
}

void print(const LeftBehind& left, const Judgement& judgement) {
  const std::pair<const char*, std::uint64_t> figures[] = {
      {"lost", judgement.lost},
      {"corrupt", judgement.corrupt + left.frames_corrupt},
      {"duplicated", judgement.twice + left.rows_twice},
      {"frames", left.frames},
      {"events", left.events},
      {"gaps", left.gaps},
      {"files_aside", left.files_aside}};
  std::printf("{\"on_flash\": %s", left.is_on_flash ? "true" : "false");
  for (const auto& [name, figure] : figures) std::printf(", \"%s\": %" PRIu64, name, figure);
  std::printf(", \"note\": \"%s\", \"boots\": [", left.note.c_str());
  const char* between = "";
  for (const auto& [id, span] : left.readings.boots()) {
    std::printf("%s{\"id\": %" PRIu64 ", \"first_ms\": %" PRId64 ", \"last_ms\": %" PRId64
                ", \"readings\": %" PRIu64 "}",
                between, id, span.first.ms, span.last.ms, span.readings);
    between = ", ";
  }
  std::printf("]}\n");
}

}  // namespace

int main(int count, char** words) {
  std::uint16_t sensors = 0;
  std::vector<KnownBoot> boots;
  if (!read_words(count, words, sensors, boots)) {
    std::fprintf(stderr,
                 "usage: after_crash FOLDER SENSORS [BOOT:FIRST_MS:COUNTED_MS:PROMISED_MS...]\n");
    return 2;
  }
  LeftBehind left(sensors);
  if (const std::string problem = left.read(words[1]); !problem.empty()) {
    std::fprintf(stderr, "after_crash: %s\n", problem.c_str());
    return 1;
  }
  print(left, left.readings.judge(boots));
  return 0;
}
