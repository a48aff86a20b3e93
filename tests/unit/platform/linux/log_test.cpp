// What is special to lines on a descriptor, with a clock of the test's own.
#include "platform/linux/log.h"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "platform/linux/descriptor.h"

using namespace hf;
using namespace hf::on_linux;

namespace {

class HandClock final : public hal::Clock {
 public:
  Uptime uptime() const override { return now; }
  UtcReading utc() const override { return {}; }
  BootId boot_id() const override { return {}; }
  bool take_step(hal::ClockStep&) override { return false; }
  void raise_floor(UtcTime /*not_before*/) override {}

  Uptime now;
};

struct Pipe {
  Pipe() {
    int ends[2];
    CHECK(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    out = Descriptor{ends[0]};
    in = Descriptor{ends[1]};
  }
  std::string read_all() const {
    std::string text(262'144, '\0');
    std::size_t size = 0;
    for (;;) {
      const auto count = ::read(out.number(), text.data() + size, text.size() - size);
      if (count <= 0) break;
      size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return text;
  }
  Descriptor out;
  Descriptor in;
};

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

}  // namespace

TEST_GROUP(LogOnADescriptor) {
  HandClock clock;
  Pipe pipe;
  Log log{clock, pipe.in.number(), LogForm::words};
};

TEST(LogOnADescriptor, a_level_is_a_word_for_people_and_a_priority_for_the_journal) {
  log.write(hal::LogLevel::warning, "link_lost", "after_s=45");
  Log journal{clock, pipe.in.number(), LogForm::journal};
  journal.write(hal::LogLevel::error, "disk_full", "");
  journal.write(hal::LogLevel::detail, "turn", "ms=3");
  STRCMP_EQUAL("warning link_lost after_s=45\n<3>disk_full\n<7>turn ms=3\n",
               pipe.read_all().c_str());
}

TEST(LogOnADescriptor, the_end_of_a_flood_is_said_in_one_line) {
  for (int i = 0; i < 100; ++i) log.write(hal::LogLevel::warning, "sensor_stuck", "sensor=9");
  clock.now = clock.now + seconds(59);
  log.note_time();
  CHECK(pipe.read_all().find("held_back") == std::string::npos);
  clock.now = clock.now + seconds(1);
  log.note_time();
  STRCMP_EQUAL("note sensor_stuck held_back=80\n", pipe.read_all().c_str());
  clock.now = clock.now + minutes(5);
  log.note_time();
  STRCMP_EQUAL("", pipe.read_all().c_str());
}

TEST(LogOnADescriptor, a_flood_that_goes_on_costs_no_more_lines_than_a_minute_may) {
  for (int minute = 0; minute < 10; ++minute) {
    for (int i = 0; i < 1000; ++i) log.write(hal::LogLevel::warning, "sensor_stuck", "");
    UNSIGNED_LONGS_EQUAL(hal::kLogLinesPerMinute, count_of(pipe.read_all(), "\n"));
    clock.now = clock.now + minutes(1);
  }
}

TEST(LogOnADescriptor, more_codes_than_can_be_told_apart_share_one_count) {
  for (int i = 0; i < 300; ++i) {
    log.write(hal::LogLevel::note, "code_" + std::to_string(i), "");
  }
  const std::size_t lines = count_of(pipe.read_all(), "\n");
  UNSIGNED_LONGS_EQUAL(Log::kCodesMax - 1 + hal::kLogLinesPerMinute, lines);
  clock.now = clock.now + minutes(2);
  log.note_time();
  CHECK(pipe.read_all().find("other_codes held_back=") != std::string::npos);
}

TEST(LogOnADescriptor, a_reader_that_stalls_costs_lines_and_never_time_and_is_told) {
  for (int i = 0; i < 3000; ++i) {  // far more than a pipe holds
    clock.now = clock.now + minutes(1);
    log.write(hal::LogLevel::note, "turn", std::string(300, 'x'));
  }
  const std::string before = pipe.read_all();
  CHECK(before.ends_with("\n"));
  const std::size_t kept = count_of(before, "turn");
  log.write(hal::LogLevel::note, "again", "");
  STRCMP_EQUAL(
      ("warning log_not_read lines=" + std::to_string(3000 - kept) + "\nnote again\n").c_str(),
      pipe.read_all().c_str());
}

TEST(LogOnADescriptor, a_socket_as_the_journal_gives_takes_lines_too_and_cannot_block) {
  int ends[2];
  CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const Descriptor reader{ends[0]};
  const Descriptor writer{ends[1]};
  Log journal{clock, writer.number(), LogForm::journal};
  for (int i = 0; i < 3000; ++i) {
    clock.now = clock.now + minutes(1);
    journal.write(hal::LogLevel::note, "turn", std::string(300, 'x'));
  }
  std::array<char, 16> front;
  LONGS_EQUAL(16, ::read(reader.number(), front.data(), front.size()));
  STRCMP_EQUAL("<6>turn xxxxxxxx", std::string(front.data(), front.size()).c_str());
}

TEST(LogOnADescriptor, the_journal_is_believed_only_where_it_reads_itself) {
  struct stat found {};
  CHECK(::fstat(pipe.in.number(), &found) == 0);
  const std::string ours = std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino);
  CHECK(::setenv("JOURNAL_STREAM", ours.c_str(), 1) == 0);
  CHECK(log_form_of(pipe.in.number()) == LogForm::journal);
  CHECK(::setenv("JOURNAL_STREAM", "1:2", 1) == 0);
  CHECK(log_form_of(pipe.in.number()) == LogForm::words);
  CHECK(::unsetenv("JOURNAL_STREAM") == 0);
  CHECK(log_form_of(pipe.in.number()) == LogForm::words);
}
