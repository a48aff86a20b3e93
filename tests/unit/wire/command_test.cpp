#include "wire/uplink/command.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <memory>
#include <string>

#include "tests/support/golden.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

TEST_GROUP(Commands) {
  std::unique_ptr<Command> command = std::make_unique<Command>();
  std::array<std::byte, kCommandMemoryBytes> memory{};
  std::array<char, 256> space{};

  void teardown() override { command.reset(); }
  Status read(std::string_view text) { return read_command(text, memory, *command); }
};

TEST(Commands, a_command_is_a_line_of_the_control_socket_with_an_id_and_a_last_moment) {
  STATUS_EQUAL(Status::ok,
               read(R"({"v":1,"id":"c-17","expires_utc_ms":1763600000000,"verb":"settings.set",)"
                    R"("arguments":{"set":{"uplink.port":8883,"x":-0.5},"a":["b",{"c":[1]}],)"
                    R"("d":true,"e":null,"f":"q\"z"}})"));
  STRCMP_EQUAL("c-17", command->id.c_str());
  CHECK(command->has_expiry && command->expires == UtcTime{1'763'600'000'000});
  STRCMP_EQUAL(R"(settings.set {"set":{"uplink.port":8883,"x":-0.5},"a":["b",{"c":[1]}],)"
               R"("d":true,"e":null,"f":"q\"z"})",
               command->line.c_str());
  STATUS_EQUAL(Status::ok, read(R"({"v":1,"id":"1","verb":"status"})"));
  STRCMP_EQUAL("status", command->line.c_str());
  CHECK(!command->has_expiry);
}

TEST(Commands, what_is_no_command_is_refused) {
  STATUS_EQUAL(Status::corrupt, read("status"));
  STATUS_EQUAL(Status::invalid, read("{}"));
  STATUS_EQUAL(Status::invalid, read(R"({"v":1,"verb":"status"})"));
  STATUS_EQUAL(Status::invalid, read(R"({"v":1,"id":"../x","verb":"status"})"));
  STATUS_EQUAL(Status::invalid, read(R"({"v":1,"id":"x"})"));
  STATUS_EQUAL(Status::invalid, read(R"({"v":1,"id":"x","verb":"rm -rf"})"));
  STATUS_EQUAL(Status::invalid, read(R"({"v":1,"id":"x","verb":"status\nhelp"})"));
  STATUS_EQUAL(Status::invalid, read(R"({"v":1,"id":"x","verb":"status","arguments":[1]})"));
  STATUS_EQUAL(Status::invalid, read(R"({"v":1,"id":"x","verb":"a","expires_utc_ms":1.5})"));
  STATUS_EQUAL(Status::unsupported, read(R"({"v":2,"id":"x","verb":"status"})"));
  const std::string long_text(kControlRequestBytesMax, 'x');
  STATUS_EQUAL(Status::full,
               read(R"({"v":1,"id":"x","verb":"a","arguments":{"t":")" + long_text + "\"}}"));
}

TEST(Commands, a_result_says_whose_it_is_and_fits_or_is_none) {
  CommandId id;
  id.assign("c-17");
  constexpr std::string_view kAnswer = R"({"ok":true,"answer":{}})";
  const std::string whole{write_command_result(id, kAnswer, space)};
  STRCMP_EQUAL(R"({"v":1,"id":"c-17","result":{"ok":true,"answer":{}}})", whole.c_str());
  CHECK(whole.size() <= kAnswer.size() + kCommandResultHeadBytes);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(write_command_result(id, kAnswer, std::span{space}.first(size)).empty());
  }
}

TEST(Commands, example_of_the_format_description) {
  const std::string page = format_page("topics.md");
  const std::size_t from = page.find(R"({"v":1,"id":)");
  CHECK(from != std::string::npos);
  STATUS_EQUAL(Status::ok, read(std::string_view{page}.substr(from, page.find('\n', from) - from)));
  CHECK(command->line.view().starts_with("alerts.ack {"));
  const std::string result{write_command_result(command->id, R"({"ok":true,"answer":{}})", space)};
  CHECK(page.find(result + "\n") != std::string::npos);
}
