#include "files/journal/journal.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/files/journal/journal_on_sim.h"
#include "vocabulary/bytes.h"
#include "vocabulary/checksum.h"

using namespace hf;

TEST_GROUP(Journal) {
  JournalOnSim on;

  void setup() override { CHECK(is_ok(on.start())); }

  Journal::Position append(std::uint64_t name, std::size_t bytes = 1000) {
    const auto position = on.journal->append(JournalOnSim::record(name, bytes));
    CHECK(position.ok());
    return position.value_or(0);
  }
  void append_many(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t name = first; name <= last; ++name) append(name);
  }
  void check_reads(std::uint64_t first, std::uint64_t last, std::size_t bytes = 1000) {
    const auto all = on.read_all();
    UNSIGNED_LONGLONGS_EQUAL(last + 1 - first, all.size());
    for (const auto& read : all) {
      UNSIGNED_LONGLONGS_EQUAL(first, read.position);
      CHECK(read.bytes == JournalOnSim::record(first, bytes));
      ++first;
    }
  }
  void restart(Journal::Position kept_through = 0) {
    on.journal.reset();
    CHECK(is_ok(on.start(kept_through)));
  }
  void rot(std::size_t block) {
    on.journal.reset();
    on.flash.flip_bit(JournalOnSim::kName, (block * JournalOnSim::kBlock + 100) * 8);
  }
};

TEST(Journal, a_new_one_is_empty_and_reserved_in_full) {
  UNSIGNED_LONGLONGS_EQUAL(0, on.found.record_count);
  CHECK(on.read_all().empty());
  UNSIGNED_LONGLONGS_EQUAL(JournalOnSim::kCapacityBytes,
                           on.flash.image().at(JournalOnSim::kName).size());
}

TEST(Journal, J1_acked_record_survives_cut) {
  append(1);
  append(2, 4 * 4096 - 28);
  append(3, 0);
  on.cut_power();
  CHECK(is_ok(on.start()));
  UNSIGNED_LONGLONGS_EQUAL(3, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(0, on.found.lost_count);
  const auto all = on.read_all();
  UNSIGNED_LONGLONGS_EQUAL(3, all.size());
  CHECK(all[0].bytes == JournalOnSim::record(1, 1000));
  CHECK(all[1].bytes == JournalOnSim::record(2, 4 * 4096 - 28));
  CHECK(all[2].bytes.empty());
}

TEST(Journal, J2_no_block_of_a_needed_record_is_written_again) {
  append(1);
  append(2, 5000);
  // Marks in the unused ends of the two records stay: nobody wrote those blocks.
  const Bytes mark(8, std::byte{0x5A});
  on.flash.overwrite(JournalOnSim::kName, 4088, mark);
  on.flash.overwrite(JournalOnSim::kName, 3 * 4096 - 8, mark);
  append_many(3, 12);
  const auto file = on.flash.image().at(JournalOnSim::kName);
  CHECK(std::equal(mark.begin(), mark.end(), file.begin() + 4088));
  CHECK(std::equal(mark.begin(), mark.end(), file.begin() + 3 * 4096 - 8));
}

TEST(Journal, J3_an_append_is_one_write_and_one_sync) {
  const auto before = on.flash.counters();
  append(1, 5000);
  const auto after = on.flash.counters();
  UNSIGNED_LONGLONGS_EQUAL(1, after.writes - before.writes);
  UNSIGNED_LONGLONGS_EQUAL(1, after.syncs - before.syncs);
  UNSIGNED_LONGLONGS_EQUAL(2 * 4096, after.bytes_written - before.bytes_written);
}

TEST(Journal, J4_an_earlier_generation_is_never_taken_for_the_present_one) {
  append_many(1, 5);
  on.journal->start_over();
  append(6);
  check_reads(6, 6);
  restart(5);
  UNSIGNED_LONGLONGS_EQUAL(1, on.found.record_count);
  check_reads(6, 6);
  restart(0);  // not even when the reader knows of nothing that was kept
  UNSIGNED_LONGLONGS_EQUAL(1, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(0, on.found.lost_count);
  check_reads(6, 6);
}

TEST(Journal, J5_a_cut_append_leaves_no_trace) {
  append(1);
  on.flash.set_model({.tears_sectors = true});
  on.supply.lose_after(0);  // in the middle of the write
  CHECK_FALSE(on.journal->append(JournalOnSim::record(2, 9000)).ok());
  on.come_back();
  CHECK(is_ok(on.start()));
  UNSIGNED_LONGLONGS_EQUAL(0, on.found.lost_count);
  append(2, 1000);
  check_reads(1, 2);
}

TEST(Journal, J6_a_rotten_record_is_counted_and_those_behind_it_are_served) {
  append_many(1, 5);
  rot(1);
  CHECK(is_ok(on.start()));
  UNSIGNED_LONGLONGS_EQUAL(4, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(1, on.found.lost_count);
  const auto all = on.read_all();
  UNSIGNED_LONGLONGS_EQUAL(4, all.size());
  UNSIGNED_LONGLONGS_EQUAL(1, all[0].position);
  UNSIGNED_LONGLONGS_EQUAL(3, all[1].position);
  UNSIGNED_LONGLONGS_EQUAL(6, append(6));  // behind all that is still needed
  UNSIGNED_LONGLONGS_EQUAL(5, on.read_all().size());
}

TEST(Journal, J6_a_rotten_record_that_is_kept_elsewhere_is_missed_by_nobody) {
  append_many(1, 5);
  rot(1);
  CHECK(is_ok(on.start(2)));
  UNSIGNED_LONGLONGS_EQUAL(3, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(0, on.found.lost_count);
}

TEST(Journal, J6_a_sync_that_lied_is_found) {
  append(1);
  on.flash.plan({.call = sim::FlashCall::write, .fault = sim::Fault::forgotten});
  append(2);
  append(3);
  on.cut_power();
  CHECK(is_ok(on.start()));
  UNSIGNED_LONGLONGS_EQUAL(2, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(1, on.found.lost_count);
}

TEST(Journal, J7_what_is_kept_elsewhere_is_skipped_whether_or_not_it_started_over) {
  append_many(1, 4);
  restart(4);  // the batch was committed, and then the power went
  UNSIGNED_LONGLONGS_EQUAL(0, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(0, on.journal->bytes_used());
  UNSIGNED_LONGLONGS_EQUAL(5, append(5));
  restart(4);
  check_reads(5, 5);
}

TEST(Journal, J7_positions_go_on_behind_what_is_kept_when_the_file_is_gone) {
  append_many(1, 4);
  on.journal.reset();
  CHECK(is_ok(on.flash.remove(JournalOnSim::kName)));
  CHECK(is_ok(on.start(9)));
  UNSIGNED_LONGLONGS_EQUAL(10, append(10));
}

TEST(Journal, J8_a_failed_append_is_not_trusted_even_when_it_can_be_read) {
  append(1);
  on.flash.plan({.call = sim::FlashCall::sync, .fault = sim::Fault::io_error});
  LONGS_EQUAL(Status::unavailable, on.journal->append(JournalOnSim::record(99, 1000)).status());
  LONGS_EQUAL(Status::unavailable, on.journal->append(JournalOnSim::record(2, 1000)).status());
  CHECK(is_ok(on.journal->open(0, on.found)));
  UNSIGNED_LONGLONGS_EQUAL(1, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(2, append(2));
  check_reads(1, 2);
}

TEST(Journal, is_full_before_it_overwrites_anything) {
  append_many(1, 24);
  LONGS_EQUAL(Status::full, on.journal->append(JournalOnSim::record(25, 1)).status());
  check_reads(1, 24);
  on.journal->start_over();
  UNSIGNED_LONGLONGS_EQUAL(25, append(25));
}

TEST(Journal, boot_from_all_nul_store) {
  append_many(1, 4);
  on.journal.reset();
  on.flash.zero(JournalOnSim::kName);
  CHECK(is_ok(on.start(2)));
  UNSIGNED_LONGLONGS_EQUAL(0, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(3, append(3));
  check_reads(3, 3);
}

TEST(Journal, boot_from_truncated_tail_keeps_head) {
  append_many(1, 4);
  on.journal.reset();
  on.flash.truncate(JournalOnSim::kName, 2 * 4096 + 10);
  CHECK(is_ok(on.start()));
  check_reads(1, 2);
  UNSIGNED_LONGLONGS_EQUAL(3, append(3));  // in a file of full size again
  check_reads(1, 3);
}

TEST(Journal, one_bad_block_does_not_stop_start) {
  append_many(1, 4);
  on.journal.reset();
  on.flash.plan({.call = sim::FlashCall::read, .fault = sim::Fault::io_error, .after = 4});
  CHECK(is_ok(on.start()));  // the header of the third record answers an error, once
  UNSIGNED_LONGLONGS_EQUAL(3, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(1, on.found.lost_count);
  UNSIGNED_LONGLONGS_EQUAL(1, on.found.unreadable_block_count);
}

TEST(Journal, a_foreign_file_is_an_empty_journal) {
  on.journal.reset();
  on.flash.overwrite(JournalOnSim::kName, 0, JournalOnSim::record(7, 24 * 4096));
  CHECK(is_ok(on.start()));
  UNSIGNED_LONGLONGS_EQUAL(0, on.found.record_count);
  UNSIGNED_LONGLONGS_EQUAL(1, append(1));
  check_reads(1, 1);
}

TEST(Journal, says_that_there_is_no_space_and_works_once_there_is) {
  on.journal.reset();
  CHECK(is_ok(on.flash.remove(JournalOnSim::kName)));
  on.flash.plan({.call = sim::FlashCall::reserve, .fault = sim::Fault::no_space});
  LONGS_EQUAL(Status::full, on.start());
  LONGS_EQUAL(Status::unavailable, on.journal->append(JournalOnSim::record(1, 1)).status());
  CHECK(is_ok(on.journal->open(0, on.found)));
  UNSIGNED_LONGLONGS_EQUAL(1, append(1));
}

TEST(Journal, says_that_the_medium_is_read_only_and_works_once_it_is_not) {
  on.flash.set_state(hal::MediumState::read_only);
  LONGS_EQUAL(Status::unavailable, on.journal->append(JournalOnSim::record(1, 1)).status());
  LONGS_EQUAL(Status::unavailable, on.journal->open(0, on.found));
  on.flash.set_state(hal::MediumState::writable);
  CHECK(is_ok(on.journal->open(0, on.found)));
  UNSIGNED_LONGLONGS_EQUAL(1, append(1));
}

// The table in docs/formats/journal.md.
TEST(Journal, example_of_the_format_description) {
  append(1);
  append(2, 5000);
  append(3);
  on.journal->start_over();
  append(4);
  const auto file = on.flash.image().at(JournalOnSim::kName);
  struct Row {
    std::size_t block;
    std::uint64_t generation, position;
    std::uint32_t length;
  };
  for (const Row row : {Row{0, 4, 4, 1000}, Row{1, 1, 2, 5000}, Row{3, 1, 3, 1000}}) {
    const auto block = std::span{file}.subspan(row.block * 4096);
    STRNCMP_EQUAL("HFJ1", text_of(block).data(), 4);
    UNSIGNED_LONGLONGS_EQUAL(row.generation, load_u64(block.subspan(8)));
    UNSIGNED_LONGLONGS_EQUAL(row.position, load_u64(block.subspan(16)));
    UNSIGNED_LONGLONGS_EQUAL(row.length, load_u32(block.subspan(24)));
    UNSIGNED_LONGLONGS_EQUAL(crc32c(block.subspan(8, 20 + row.length)), load_u32(block.subspan(4)));
  }
}
