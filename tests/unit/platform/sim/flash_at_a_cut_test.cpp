// What a simulated medium does to unsynced changes at a cut: that each thing that may happen does
// happen for some seed, and what may not happen never does.
#include <CppUTest/TestHarness.h>

#include <set>

#include "tests/support/flash_on_desk.h"

using namespace hf;
using sim::FlashOnDesk;

namespace {

constexpr std::uint64_t kSeeds = 400;

// How often each outcome came, over many seeds.
struct Tally {
  int old_bytes = 0;
  int new_bytes = 0;
  int mixed = 0;
  int other = 0;

  void note(const std::string& found, const std::string& before, const std::string& after) {
    if (found == before) {
      ++old_bytes;
    } else if (found == after) {
      ++new_bytes;
    } else if (found.size() == before.size()) {
      ++mixed;
    } else {
      ++other;
    }
  }
};

// The contents of "file" after `old_bytes` were synced, `new_bytes` were written over them, and a
// cut.
Tally overwrite_and_cut(const sim::MediumModel& model, std::size_t bytes) {
  const std::string before(bytes, 'o');
  const std::string after(bytes, 'n');
  Tally tally;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    FlashOnDesk desk{seed, model};
    desk.put("file", before);
    desk.write("file", 0, after);
    desk.cut_power();
    tally.note(desk.contents("file"), before, after);
  }
  return tally;
}

}  // namespace

TEST_GROUP(FlashAtACut){};

TEST(FlashAtACut, an_unsynced_write_may_vanish_survive_or_survive_in_part) {
  const Tally tally = overwrite_and_cut({}, 4 * 512);
  CHECK(tally.old_bytes > 20);
  CHECK(tally.new_bytes > 20);
  CHECK(tally.mixed > 20);
  LONGS_EQUAL(0, tally.other);
}

TEST(FlashAtACut, a_sector_is_torn_only_on_a_medium_that_tears) {
  CHECK(overwrite_and_cut({.tears_sectors = true}, 512).mixed > 0);
  LONGS_EQUAL(0, overwrite_and_cut({.tears_sectors = false}, 512).mixed);
}

TEST(FlashAtACut, a_synced_write_never_vanishes) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    FlashOnDesk desk{seed};
    desk.put("file", "synced");
    desk.write("file", 6, " and not");
    desk.cut_power();
    STRCMP_EQUAL("synced", desk.contents("file").substr(0, 6).c_str());
  }
}

TEST(FlashAtACut, a_later_write_may_survive_an_earlier_one_only_on_a_medium_that_reorders) {
  const auto later_alone = [](const sim::MediumModel& model) {
    int count = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      FlashOnDesk desk{seed, model};
      desk.put("one", "old");
      desk.put("two", "old");
      desk.write("one", 0, "new");
      desk.write("two", 0, "new");
      desk.cut_power();
      if (desk.contents("one") == "old" && desk.contents("two") == "new") ++count;
    }
    return count;
  };
  CHECK(later_alone({}) > 20);
  LONGS_EQUAL(0, later_alone({.reorders = false}));
}

TEST(FlashAtACut, a_write_that_survives_in_part_is_a_beginning_on_a_medium_in_order) {
  int parts = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    FlashOnDesk desk{seed, {.tears_sectors = false, .reorders = false}};
    desk.put("file", std::string(4'096, 'o'));
    desk.write("file", 0, std::string(4'096, 'n'));
    desk.cut_power();
    const std::string found = desk.contents("file");
    const std::size_t begins_old = std::min(found.find('o'), found.size());
    CHECK(found.find('n', begins_old) == std::string::npos);
    if (begins_old > 0 && begins_old < found.size()) ++parts;
  }
  CHECK(parts > 20);
}

TEST(FlashAtACut, an_appended_tail_may_be_missing_or_read_as_zeros) {
  int missing = 0;
  int zeros = 0;
  int whole = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    FlashOnDesk desk{seed};
    desk.put("file", "head");
    desk.write("file", 4, "tail");
    desk.cut_power();
    const std::string found = desk.contents("file");
    if (found == "head") ++missing;
    if (found == std::string("head\0\0\0\0", 8)) ++zeros;
    if (found == "headtail") ++whole;
    STRCMP_EQUAL("head", found.substr(0, 4).c_str());
  }
  CHECK(missing > 20);
  CHECK(zeros > 10);
  CHECK(whole > 20);
}

TEST(FlashAtACut, a_truncation_that_survives_leaves_nothing_of_what_was_beyond_it) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    FlashOnDesk desk{seed, {.reorders = false}};
    desk.put("file", std::string(5'000, 'o'));
    desk.resize("file", 0);
    desk.resize("file", 5'000);
    desk.cut_power();
    const std::string found = desk.contents("file");
    CHECK(found == std::string(5'000, 'o') || found.empty() || found == std::string(5'000, '\0'));
  }
}

TEST(FlashAtACut, a_new_name_may_vanish_although_its_file_was_synced) {
  int vanished = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    FlashOnDesk desk{seed};
    desk.write("file", 0, "synced");
    desk.sync("file");
    desk.cut_power();
    if (!desk.exists("file")) ++vanished;
    if (desk.exists("file")) STRCMP_EQUAL("synced", desk.contents("file").c_str());
  }
  CHECK(vanished > 20);
  CHECK(vanished < static_cast<int>(kSeeds));
}

TEST(FlashAtACut, a_removed_or_replaced_file_may_come_back) {
  int removal_undone = 0;
  int rename_undone = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    FlashOnDesk desk{seed};
    desk.put("settings", "old");
    desk.put("settings.new", "new");
    desk.put("trash", "bytes");
    CHECK(is_ok(desk.flash.rename("settings.new", "settings")));
    CHECK(is_ok(desk.flash.remove("trash")));
    desk.cut_power();
    const std::string found = desk.contents("settings");
    CHECK(found == "old" || found == "new");
    CHECK_EQUAL(found == "old", desk.exists("settings.new"));
    if (found == "old") ++rename_undone;
    if (desk.exists("trash")) ++removal_undone;
  }
  CHECK(removal_undone > 20);
  CHECK(rename_undone > 20);
}

TEST(FlashAtACut, a_rename_may_overtake_its_data_unless_the_file_system_makes_it_wait) {
  const auto emptied = [](const sim::MediumModel& model) {
    int count = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      FlashOnDesk desk{seed, model};
      desk.put("settings", "old");
      desk.write("settings.new", 0, "new");  // and no sync: the bug that ext4 forgives
      CHECK(is_ok(desk.flash.rename("settings.new", "settings")));
      desk.cut_power();
      const std::string found = desk.contents("settings");
      if (found != "old" && found != "new") ++count;
    }
    return count;
  };
  CHECK(emptied({.rename_waits_for_data = false}) > 10);
  LONGS_EQUAL(0, emptied({.rename_waits_for_data = true}));
}

TEST(FlashAtACut, names_change_in_their_order_only_where_the_file_system_keeps_it) {
  const auto second_alone = [](const sim::MediumModel& model) {
    int count = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      FlashOnDesk desk{seed, model};
      desk.write("first", 0, "1");
      desk.write("second", 0, "2");
      desk.cut_power();
      if (desk.exists("second") && !desk.exists("first")) ++count;
    }
    return count;
  };
  CHECK(second_alone({.orders_names = false}) > 10);
  LONGS_EQUAL(0, second_alone({.orders_names = true}));
}

TEST(FlashAtACut, equal_seeds_leave_equal_media) {
  const auto left_by = [](std::uint64_t seed) {
    FlashOnDesk desk{seed};
    for (int i = 0; i < 50; ++i) {
      desk.write("file-" + std::to_string(i % 5), static_cast<std::uint64_t>(i) * 300,
                 std::string(1'000, static_cast<char>('a' + i % 26)));
      if (i % 7 == 0) desk.sync("file-" + std::to_string(i % 3));
    }
    desk.cut_power();
    return desk.flash.image();
  };
  std::set<sim::FlashImage> images;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CHECK(left_by(seed) == left_by(seed));
    images.insert(left_by(seed));
  }
  CHECK(images.size() > 10);
}

TEST(FlashAtACut, many_unsynced_bytes_reach_the_medium_by_themselves) {
  FlashOnDesk desk{1, {.reorders = false, .unsynced_bytes_max = 100'000}};
  desk.put("file", "");
  for (std::uint64_t i = 0; i < 11; ++i) {
    desk.write("file", i * 10'000, std::string(10'000, 'n'));
  }
  desk.cut_power();
  CHECK(desk.contents("file").size() >= 100'000);
}
