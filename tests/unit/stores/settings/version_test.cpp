// Versions and trials as bytes: what is written is read back, and whatever else comes is refused.
#include "stores/settings/version.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "stores/settings/reading.h"
#include "stores/settings/templates.h"
#include "stores/settings/trial.h"
#include "vocabulary/checksum.h"
#include "vocabulary/random.h"
#include "wire/byte_cursor.h"

using namespace hf;
using namespace hf::stores;
using settings::at;

TEST_GROUP(SettingsVersionBytes) {
  std::vector<std::byte> bytes = std::vector<std::byte>(kVersionBytesMax);
  SettingLayers layers;
  SettingsProblems problems;
  ReadVersion read;
  SettingLayers found;

  void say(std::string_view path, std::string_view text, SettingsLayer layer, SettingSet & set) {
    CHECK(is_ok(read_setting(path, text, layer, set, problems)));
  }
  std::size_t write() {
    VersionHead head{
        .number = 7, .parent = 6, .made_at = {1'700'000'000'000}, .cause = VersionCause::remote};
    head.author.assign("anna");
    head.comment.assign("why");
    return write_version(head, layers, bytes).value();
  }
};

TEST(SettingsVersionBytes, what_is_written_is_read_back) {
  say("durability.window", "20 s", SettingsLayer::file, layers.file);
  say("durability.window", "30 s", SettingsLayer::remote, layers.edits);
  say("history.persist", "false", SettingsLayer::environment, layers.environment);
  const std::size_t size = write();
  CHECK(is_ok(read_version(std::span{bytes}.first(size), read, found, problems)));
  CHECK(found == layers && read.left_out == 0);
  CHECK(read.head.number == 7 && read.head.parent == 6 && read.head.author.view() == "anna");
  CHECK(read.head.cause == VersionCause::remote && read.head.made_at.ms == 1'700'000'000'000);
}

TEST(SettingsVersionBytes, every_setting_in_two_layers_fits) {
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    const settings::Setting& setting = settings::kTable[i];
    SettingValue value = initial_value(setting);
    if (settings::is_textual(setting.kind)) {
      value.text.assign(std::string(static_cast<std::size_t>(setting.most), 'x'));
    }
    layers.file.put({i}, value, SettingsLayer::file);
    layers.edits.put({i}, value, SettingsLayer::local);
  }
  CHECK(write() <= kVersionBytesMax);
}

TEST(SettingsVersionBytes, any_change_of_a_byte_and_any_cut_is_noticed) {
  say("durability.window", "20 s", SettingsLayer::file, layers.file);
  const std::size_t size = write();
  for (std::size_t i = 0; i < size; ++i) {
    CHECK(read_version(std::span{bytes}.first(i), read, found, problems) == Status::corrupt);
    bytes[i] ^= std::byte{1};
    CHECK(read_version(std::span{bytes}.first(size), read, found, problems) == Status::corrupt);
    bytes[i] ^= std::byte{1};
  }
}

TEST(SettingsVersionBytes, a_setting_of_another_release_is_left_out_and_counted) {
  wire::ByteWriter out(bytes);
  const std::size_t size = write();
  // The body, then settings that nobody knows or that are out of bounds, sealed anew.
  out.advance(size - sizeof(std::uint32_t));
  for (const auto& [path, value] :
       {std::pair{"coffee.strength", "9"}, std::pair{"durability.window", "900 s"},
        std::pair{"queue.refusals_max", "9"}}) {
    out.put(static_cast<std::uint8_t>(SettingsLayer::local));
    out.put_text(path);
    out.put_text(value);
  }
  out.put(crc32c(std::span{bytes}.first(out.at())));
  CHECK(is_ok(read_version(std::span{bytes}.first(out.at()), read, found, problems)));
  LONGS_EQUAL(2, read.left_out);
  LONGS_EQUAL(9, found.edits.number(at("queue.refusals_max")));
}

TEST(SettingsVersionBytes, hostile_bytes_with_a_good_checksum_are_refused_or_hold_what_they_say) {
  std::size_t taken = 0;
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    Random random(seed);
    layers = {};
    say("durability.window", "20 s", SettingsLayer::file, layers.file);
    say("queue.refusals_max", "7", SettingsLayer::local, layers.edits);
    const std::size_t size = write() - sizeof(std::uint32_t);
    for (std::uint64_t n = 0; n <= random.below(4); ++n) {
      bytes[random.below(size)] = static_cast<std::byte>(random.below(256));
    }
    const std::size_t cut = random.chance(1, 2) ? size : random.below(size + 1);
    store(std::span{bytes}.subspan(cut), crc32c(std::span{bytes}.first(cut)));
    const auto hostile = std::span{bytes}.first(cut + sizeof(std::uint32_t));
    const Status status = read_version(hostile, read, found, problems);
    CHECK(is_ok(status) || status == Status::corrupt || status == Status::unsupported);
    taken += is_ok(status) ? 1U : 0U;
  }
  CHECK(taken > 1000);
}

TEST(SettingsVersionBytes, a_trial_is_read_back_and_nothing_else_is_taken_for_one) {
  TrialRecord trial{.newest = 9,
                    .in_force = 9,
                    .last_good = 4,
                    .starts = 2,
                    .elapsed_ms = 1234,
                    .refused_base = 77};
  trial.places[3] = {.number = 9, .state = VersionState::on_trial};
  trial.places[5] = {.number = 4, .state = VersionState::good};
  std::array<std::byte, kTrialBytes> record{};
  write_trial(trial, record);
  TrialRecord again;
  CHECK(is_ok(read_trial(record, again)));
  CHECK(again.in_force == 9 && again.last_good == 4 && again.elapsed_ms == 1234 &&
        again.on_trial());
  for (std::byte& byte : record) {
    byte ^= std::byte{0x10};
    CHECK(read_trial(record, again) == Status::corrupt);
    byte ^= std::byte{0x10};
  }
  trial.last_good = 5;  // has no place
  write_trial(trial, record);
  CHECK(read_trial(record, again) == Status::corrupt);
}

TEST(SettingsVersionBytes, each_template_says_settings_that_go_together) {
  for (const SettingsTemplate& known : kSettingsTemplates) {
    std::array<std::byte, 4096> memory{};
    wire::JsonReader json(memory);
    SettingSet set;
    CHECK(is_ok(json.read(known.json)));
    CHECK_TEXT(is_ok(read_settings(json.root(), SettingsLayer::local, set, problems)),
               known.json.data());
    CHECK_TEXT(is_ok(check_rules(set, problems)), known.json.data());
  }
}
