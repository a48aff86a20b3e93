#include "stores/activity/activity.h"

#include <CppUTest/TestHarness.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/activity_on_sim.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::test;
using stores::ActivityEntry;
using stores::ActivityKind;

TEST_GROUP(Activity) {
  ActivityOnSim site;
  void setup() override { STATUS_EQUAL(Status::ok, site.start()); }

  // The bytes of an entry, with another text in it: as whoever edits the file would make them.
  std::vector<std::byte> record_that_says(std::uint64_t number, std::string_view what) {
    ActivityEntry entry;
    STATUS_EQUAL(Status::ok, site.activity->read(number, entry));
    stores::ActivityMark mark;
    STATUS_EQUAL(Status::ok, site.activity->read_mark(number, mark));
    entry.what.assign(what);
    std::vector<std::byte> bytes(limits::kActivityEntryBytesMax);
    bytes.resize(stores::write_activity_entry(entry, bytes));
    bytes.insert(bytes.end(), mark.digest.begin(), mark.digest.end());
    return bytes;
  }
};

TEST(Activity, an_entry_says_who_did_what_and_when) {
  site.pass(seconds(90));
  site.note(ActivityKind::edit, "equipment pump-1: name", "anna");
  site.pass({});
  ActivityEntry entry;
  STATUS_EQUAL(Status::ok, site.activity->read(1, entry));
  CHECK(entry.kind == ActivityKind::edit);
  STRCMP_EQUAL("anna", entry.who.c_str());
  STRCMP_EQUAL("equipment pump-1: name", entry.what.c_str());
  CHECK_EQUAL(90'000, entry.uptime.ms);
  CHECK_EQUAL(1'700'000'090'000, entry.utc.ms);
  CHECK(entry.quality == TimeQuality::synced);
  CHECK(entry.boot == BootId{site.on.boots});
  STATUS_EQUAL(Status::not_found, site.activity->read(2, entry));
}

TEST(Activity, AC1_entries_come_back_in_order_after_a_power_cut) {
  site.edits(12);
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  site.edits(3);
  CHECK_EQUAL(15u, site.newest());
  for (std::uint64_t number = 1; number <= 15; ++number) {
    STRCMP_EQUAL(("edit " + std::to_string(number)).c_str(), site.says(number).c_str());
  }
  STRCMP_EQUAL("sound", site.check().c_str());
}

TEST(Activity, AC2_a_text_that_is_edited_is_found) {
  site.edits(9);
  const auto bytes = record_that_says(4, "nothing of importance");
  site.tamper("UPDATE record SET bytes = ?1, checksum = ?2 WHERE ring = 2 AND number = 4", bytes);
  STATUS_EQUAL(Status::ok, site.start());
  STRCMP_EQUAL("nothing of importance", site.says(4).c_str());
  STRCMP_EQUAL("edited 4", site.check().c_str());
}

TEST(Activity, AC2_an_entry_that_is_taken_out_is_found) {
  site.edits(9);
  site.tamper("DELETE FROM record WHERE ring = 2 AND number = 4");
  STATUS_EQUAL(Status::ok, site.start());
  STRCMP_EQUAL("missing 4", site.check().c_str());
  site.edits(2);
  STRCMP_EQUAL("missing 4", site.check().c_str());
}

TEST(Activity, AC2_an_entry_that_is_taken_out_with_the_others_moved_up_is_found) {
  site.edits(9);
  site.tamper("DELETE FROM record WHERE ring = 2 AND number = 4");
  site.tamper("UPDATE record SET number = number - 1 WHERE ring = 2 AND number > 4");
  STATUS_EQUAL(Status::ok, site.start());
  STRCMP_EQUAL("edited 4", site.check().c_str());
}

TEST(Activity, AC2_an_end_that_is_cut_off_is_found_and_told_in_the_activity) {
  site.edits(9);
  site.tamper("DELETE FROM record WHERE ring = 2 AND number > 6");
  STATUS_EQUAL(Status::ok, site.start());
  STRCMP_EQUAL("the newest entry should be 9 and is 6: somebody changed the file",
               site.says(7).c_str());
  STRCMP_EQUAL("edited 7", site.check().c_str());
  site.edits(5);
  STRCMP_EQUAL("edited 7", site.check().c_str());
}

TEST(Activity, AC2_an_end_that_is_cut_off_while_it_runs_is_found) {
  site.edits(9);
  state::Batch batch(*site.on.shelf);
  STATUS_EQUAL(Status::ok, batch.begin());
  CHECK(site.on.shelf->append(stores::kActivityRing, bytes_of("x"), 1000).ok());
  STATUS_EQUAL(Status::ok, batch.commit());
  STRCMP_EQUAL("edited 10", site.check().c_str());
}

TEST(Activity, AC2_a_beginning_that_is_cut_off_is_found) {
  site.edits(9);
  site.tamper("DELETE FROM record WHERE ring = 2 AND number < 3");
  STATUS_EQUAL(Status::ok, site.start());
  STRCMP_EQUAL("missing 1", site.check().c_str());
}

TEST(Activity, AC2_all_taken_away_with_the_chain_shows_in_a_digest_that_upstream_has) {
  site.edits(9);
  const stores::ActivityMark known_upstream = site.activity->newest();
  site.tamper("DELETE FROM record WHERE ring = 2");
  site.tamper("DELETE FROM item WHERE collection = 'activity'");
  STATUS_EQUAL(Status::ok, site.start());
  site.edits(9);
  STRCMP_EQUAL("sound", site.check().c_str());  // it is another one, and holds
  stores::ActivityMark mark;
  STATUS_EQUAL(Status::ok, site.activity->read_mark(known_upstream.number, mark));
  CHECK_FALSE(mark == known_upstream);
}

TEST(Activity, AC3_what_is_left_after_the_oldest_were_let_go_still_holds) {
  site.entries_most = 5;
  STATUS_EQUAL(Status::ok, site.start());
  site.edits(23);
  CHECK_EQUAL(19u, site.activity->oldest());
  STRCMP_EQUAL("not_found", site.says(18).c_str());
  STRCMP_EQUAL("edit 19", site.says(19).c_str());
  STRCMP_EQUAL("sound", site.check().c_str());
  site.entries_most = 3;  // a setting was lowered
  STATUS_EQUAL(Status::ok, site.start());
  site.edits(1);
  CHECK_EQUAL(22u, site.activity->oldest());
  STRCMP_EQUAL("sound", site.check().c_str());
  site.entries_most = 6;
  STATUS_EQUAL(Status::ok, site.start());
  site.edits(2);
  CHECK_EQUAL(22u, site.activity->oldest());
  STRCMP_EQUAL("sound", site.check().c_str());
}

TEST(Activity, AC3_the_trace_of_an_edit_goes_only_with_the_entry) {
  site.entries_most = 5;
  STATUS_EQUAL(Status::ok, site.start());
  site.edits(9);
  const auto bytes = record_that_says(6, "nothing");
  site.tamper("UPDATE record SET bytes = ?1, checksum = ?2 WHERE ring = 2 AND number = 6", bytes);
  STATUS_EQUAL(Status::ok, site.start());
  STRCMP_EQUAL("edited 6", site.check().c_str());
  site.edits(1);
  STRCMP_EQUAL("edited 6", site.check().c_str());
  site.edits(2);
  STRCMP_EQUAL("sound", site.check().c_str());
}

TEST(Activity, AC4_a_link_that_flaps_all_day_is_told_at_its_pace_and_nothing_is_uncounted) {
  std::uint64_t noted = 0;
  for (int cycle = 0; cycle < 24 * 360; ++cycle) {
    site.note(ActivityKind::link, "connected", "gateway");
    site.pass(seconds(5));
    site.note(ActivityKind::link, "disconnected: timed out", "gateway");
    site.pass(seconds(5));
    noted += 2;
  }
  site.note(ActivityKind::link, "connected for good", "gateway");
  ++noted;
  for (int minute = 0; minute < 12; ++minute) site.pass(minutes(1));
  std::uint64_t told = 0;
  for (std::uint64_t number = 1; number <= site.newest(); ++number) {
    ActivityEntry entry;
    STATUS_EQUAL(Status::ok, site.activity->read(number, entry));
    told += 1 + entry.left_out;
  }
  CHECK_EQUAL(noted, told);
  CHECK(site.newest() <= 6 + 24 * 6 + 2);
  CHECK(site.activity->counts().commits <= 6 + 24 * 6 + 2);
  STRCMP_EQUAL("connected for good", site.says(site.newest()).c_str());
}

TEST(Activity, what_a_person_did_is_on_flash_in_the_next_step_and_a_connection_waits_for_others) {
  site.note(ActivityKind::link, "connected");
  site.pass(seconds(1));
  CHECK_EQUAL(0u, site.newest());
  site.note(ActivityKind::edit, "rules heat: limit");
  site.pass({});
  CHECK_EQUAL(2u, site.newest());  // in one commit
  CHECK_EQUAL(1u, site.activity->counts().commits);
  site.note(ActivityKind::link, "disconnected");
  site.pass(seconds(59));
  CHECK_EQUAL(2u, site.newest());
  site.pass(seconds(1));
  CHECK_EQUAL(3u, site.newest());
}

TEST(Activity, an_orderly_end_leaves_nothing_in_memory) {
  site.note(ActivityKind::link, "connected");
  STATUS_EQUAL(Status::ok, site.activity->flush(site.moment()));
  STATUS_EQUAL(Status::ok, site.start());
  STRCMP_EQUAL("connected", site.says(1).c_str());
}

TEST(Activity, AC5_without_a_medium_memory_is_bounded_and_the_newest_of_each_kind_stays) {
  sim::PlannedFault away;
  away.call = sim::FlashCall::any;
  away.fault = sim::Fault::io_error;
  away.times = sim::kForEver;
  site.on.flash.plan(away);
  for (int minute = 0; minute < 300; ++minute) {
    site.note(ActivityKind::edit, "edit " + std::to_string(minute));
    site.pass(minutes(1));
    site.on.shelf->serve(site.on.now);
  }
  site.on.flash.forget_plans();
  for (int minute = 0; minute < 30; ++minute) {
    site.on.shelf->serve(site.on.now);
    site.pass(minutes(1));
  }
  CHECK_EQUAL(limits::kActivityWaitingMax + 1, site.newest());
  STRCMP_EQUAL("edit 0", site.says(1).c_str());
  STRCMP_EQUAL("edit 299", site.says(site.newest()).c_str());
  ActivityEntry last;
  STATUS_EQUAL(Status::ok, site.activity->read(site.newest(), last));
  CHECK_EQUAL(300u, site.newest() + last.left_out);
  STRCMP_EQUAL("sound", site.check().c_str());
}

TEST(Activity, a_text_that_is_too_long_is_cut_between_characters) {
  std::string text(limits::kActivityWhatBytesMax - 1, 'x');
  site.edit(text + "\xc3\xa9");
  STRCMP_EQUAL(text.c_str(), site.says(1).c_str());
}

TEST(Activity, the_worked_example_of_the_format_description_is_what_is_written) {
  std::ifstream file(std::string(HOLDFAST_GOLDEN_DIR) + "/../../docs/formats/activity.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  std::istringstream block(page.substr(page.find("<!-- bytes: record -->")));
  std::string expected;
  for (std::string line; std::getline(block, line);) {
    if (const std::size_t bar = line.find('|'); bar != std::string::npos) {
      std::erase_if(line, [&](const char& c) { return &c >= line.data() + bar || c == ' '; });
      expected += line;
    }
  }
  ActivityEntry entry;
  entry.kind = ActivityKind::edit;
  entry.quality = TimeQuality::synced;
  entry.utc = UtcTime{1'763'600'000'000};
  entry.boot = BootId{0x99AABBCCDDEEFF00};
  entry.uptime = Uptime{3'600'000};
  entry.left_out = 2;
  entry.who.assign("anna");
  entry.what.assign("rules hot: limit=80");
  std::vector<std::byte> bytes(limits::kActivityEntryBytesMax);
  bytes.resize(stores::write_activity_entry(entry, bytes));
  std::array<std::byte, 8> number{std::byte{1}};
  const files::Digest digest = files::digest_of({files::Digest{}, number, bytes});
  bytes.insert(bytes.end(), digest.begin(), digest.end());
  std::string actual;
  for (const std::byte byte : bytes) {
    actual += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4U];
    actual += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15U];
  }
  STRCMP_EQUAL(expected.c_str(), actual.c_str());
}

TEST(Activity, bytes_that_are_no_entry_are_corrupt) {
  ActivityEntry entry;
  entry.who.assign("anna");
  std::array<std::byte, limits::kActivityEntryBytesMax> bytes{};
  const std::uint32_t size = stores::write_activity_entry(entry, bytes);
  STATUS_EQUAL(Status::ok, stores::read_activity_entry(std::span{bytes}.first(size), entry));
  for (std::uint32_t cut = 1; cut < size; ++cut) {
    STATUS_EQUAL(Status::corrupt, stores::read_activity_entry(std::span{bytes}.first(cut), entry));
  }
  bytes[1] = std::byte{200};
  STATUS_EQUAL(Status::corrupt, stores::read_activity_entry(std::span{bytes}.first(size), entry));
  bytes[0] = std::byte{2};
  STATUS_EQUAL(Status::unsupported,
               stores::read_activity_entry(std::span{bytes}.first(size), entry));
}
