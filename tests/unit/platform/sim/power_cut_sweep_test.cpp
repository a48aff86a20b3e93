// The method of every power-cut test here, tried on stores with planted bugs: a sweep is trusted
// because it catches each of them and passes the store that is right.
#include <CppUTest/TestHarness.h>

#include "tests/support/flash_on_desk.h"

using namespace hf;
using sim::FlashOnDesk;

namespace {

// What a store may forget when it replaces a small file.
enum class Planted { nothing, sync_of_file, sync_of_directory, writing_beside };

constexpr std::string_view kName = "settings";
constexpr std::string_view kBeside = "settings.new";

// ok: `text` stands in the file and survives whatever comes.
Status replace(hal::Flash& flash, std::string_view text, Planted planted) {
  const bool in_place = planted == Planted::writing_beside;
  const auto file = flash.open(in_place ? kName : kBeside, hal::OpenMode::create);
  HF_TRY(file);
  HF_TRY(flash.resize(file.value(), 0));
  HF_TRY(flash.write(file.value(), 0, bytes_of(text)));
  if (planted != Planted::sync_of_file) HF_TRY(flash.sync(file.value()));
  HF_TRY(flash.close(file.value()));
  if (!in_place) HF_TRY(flash.rename(kBeside, kName));
  return planted == Planted::sync_of_directory ? Status::ok : flash.sync_directory();
}

// Lets power go after 0, 1, 2 … changes until the work completes, and once more after it. True:
// each time the old or the new text was there, and the new one after ok.
bool survives_every_cut(Planted planted, const sim::MediumModel& model, std::uint64_t seed) {
  const std::string old_text(600, 'o');
  const std::string new_text(1'500, 'n');
  bool completed = false;
  for (std::uint64_t changes = 0; !completed; ++changes) {
    FlashOnDesk desk{seed + changes, model};
    desk.put(kName, old_text);
    desk.supply.lose_after(changes);
    completed = is_ok(replace(desk.flash, new_text, planted));
    desk.cut_power();
    const std::string found = desk.contents(kName);
    if (found != new_text && (completed || found != old_text)) return false;
  }
  return true;
}

int sweeps_failed(Planted planted, const sim::MediumModel& model) {
  int failed = 0;
  for (std::uint64_t sweep = 0; sweep < 100; ++sweep) {
    if (!survives_every_cut(planted, model, sweep * 1000)) ++failed;
  }
  return failed;
}

}  // namespace

TEST_GROUP(PowerCutSweep){};

TEST(PowerCutSweep, a_store_that_forgets_nothing_survives_every_cut_on_every_medium) {
  for (const auto& model : {sim::MediumModel{}, sim::kExt4OnCard, sim::kUbifsOnNand}) {
    LONGS_EQUAL(0, sweeps_failed(Planted::nothing, model));
  }
}

TEST(PowerCutSweep, catches_a_store_that_forgets_to_sync_its_file) {
  CHECK(sweeps_failed(Planted::sync_of_file, {}) > 50);
}

TEST(PowerCutSweep, catches_a_store_that_forgets_to_sync_the_directory) {
  CHECK(sweeps_failed(Planted::sync_of_directory, {}) > 30);
  CHECK(sweeps_failed(Planted::sync_of_directory, sim::kExt4OnCard) > 30);
}

TEST(PowerCutSweep, catches_a_store_that_overwrites_in_place) {
  CHECK(sweeps_failed(Planted::writing_beside, {}) > 50);
  CHECK(sweeps_failed(Planted::writing_beside, sim::kUbifsOnNand) > 50);
}

TEST(PowerCutSweep, catches_a_medium_that_acknowledges_a_sync_and_forgets_it) {
  int failed = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    FlashOnDesk desk{seed};
    desk.put(kName, "old");
    desk.flash.plan({.call = sim::FlashCall::sync, .fault = sim::Fault::forgotten});
    CHECK(is_ok(replace(desk.flash, "new", Planted::nothing)));
    desk.cut_power();
    if (desk.contents(kName) != "new") ++failed;
  }
  CHECK(failed > 20);
}
