#include "files/note/note.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <string>

#include "tests/support/flash_on_desk.h"

using namespace hf;

namespace {

// A flash of its own for every seed.
struct World : sim::FlashOnDesk {
  using FlashOnDesk::FlashOnDesk;

  Status save(std::string_view text) { return files::Note(flash, "note").save(bytes_of(text)); }
  std::string load() {
    std::array<std::byte, files::kNoteBytesMax> bytes;
    const auto size = files::Note(flash, "note").load(bytes);
    if (!size.ok()) return std::string(to_text(size.status()));
    return std::string(text_of(std::span{bytes}.first(size.value())));
  }
};

}  // namespace

TEST_GROUP(Note) { World world{1}; };

TEST(Note, there_is_none_before_one_is_saved) {
  CHECK_EQUAL(std::string{"not_found"}, world.load());
}

TEST(Note, NO1_the_last_one_saved_is_there_after_a_cut) {
  for (const std::string text : {"one", "a longer one", "", "2"}) {
    CHECK(is_ok(world.save(text)));
    world.cut_power();
    CHECK_EQUAL(text, world.load());
  }
}

TEST(Note, NO1_a_cut_at_any_change_leaves_the_last_or_the_one_that_was_being_saved) {
  for (std::uint64_t changes = 0; changes < 60; ++changes) {
    World cut{changes + 1};
    int saved = -1;
    cut.supply.lose_after(changes);
    for (int i = 0; i < 20 && cut.supply.is_on(); ++i) {
      if (is_ok(cut.save(std::to_string(i))) && cut.supply.is_on()) saved = i;
    }
    cut.cut_power();
    const std::string found = cut.load();
    const bool is_last = found == (saved < 0 ? "not_found" : std::to_string(saved));
    CHECK(is_last || found == std::to_string(saved + 1));
  }
}

TEST(Note, NO2_a_damaged_one_gives_way_to_the_one_before) {
  CHECK(is_ok(world.save("first")));
  CHECK(is_ok(world.save("second")));
  const auto file = world.flash.open("note", hal::OpenMode::existing);
  CHECK(file.ok());
  const std::array<std::byte, 1> rot{std::byte{0xFF}};
  CHECK(is_ok(world.flash.write(file.value(), 4096 + 17, rot)));
  CHECK(is_ok(world.flash.close(file.value())));
  CHECK_EQUAL(std::string{"first"}, world.load());
}

TEST(Note, a_note_larger_than_the_room_for_it_is_not_cut) {
  CHECK(is_ok(world.save("more than four")));
  std::array<std::byte, 4> room;
  CHECK(files::Note(world.flash, "note").load(room).status() == Status::full);
}
