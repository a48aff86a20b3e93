#include "stores/updates/updates.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <string>

#include "tests/support/flash_on_desk.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::stores;

namespace {

constexpr std::string_view kAddress = "https://updates.example/holdfast-2.raucb";

// A board with an installer that has reported, unless told otherwise.
struct Site : sim::FlashOnDesk {
  explicit Site(std::uint64_t seed = 1) : FlashOnDesk(seed) { installer_says("idle\n"); }

  void installer_says(std::string_view text) { write(kUpdateReportFile, text); }

  void write(std::string_view name, std::string_view text) {
    CHECK(is_ok(flash.remove(name)));
    put(name, text);
  }

  // What the installer reads; "none" where there is no request.
  std::string request() {
    const auto file = flash.open(kUpdateRequestFile, hal::OpenMode::read_only);
    if (!file.ok()) return "none";
    std::array<std::byte, 256> bytes;
    const std::uint32_t count = flash.read(file.value(), 0, bytes).value_or(0);
    CHECK(is_ok(flash.close(file.value())));
    return std::string(text_of(std::span{bytes}.first(count)));
  }

  Updates updates{flash};
};

}  // namespace

TEST_GROUP(Updates) { Site site; };

TEST(Updates, UP1_a_wish_is_there_after_a_cut) {
  STATUS_EQUAL(Status::ok, site.updates.want(kAddress));
  site.cut_power();
  CHECK_EQUAL(std::string{kAddress} + "\n", site.request());
}

TEST(Updates, UP1_a_cut_at_any_change_leaves_the_wish_before_or_this_one_whole) {
  const std::string other = "http://10.0.0.1/other.raucb";
  for (std::uint64_t changes = 0; changes < 20; ++changes) {
    Site cut{changes + 1};
    STATUS_EQUAL(Status::ok, cut.updates.want(other));
    cut.supply.lose_after(changes);
    const bool is_durable = is_ok(cut.updates.want(kAddress)) && cut.supply.is_on();
    cut.cut_power();
    const std::string found = cut.request();
    CHECK(found == std::string{kAddress} + "\n" || (!is_durable && found == other + "\n"));
  }
}

TEST(Updates, a_board_without_an_installer_is_asked_for_nothing) {
  CHECK(is_ok(site.flash.remove(kUpdateReportFile)));
  STATUS_EQUAL(Status::unsupported, site.updates.want(kAddress));
  CHECK_EQUAL(std::string{"none"}, site.request());
}

TEST(Updates, what_no_installer_could_fetch_is_refused) {
  const std::string long_address = "http://" + std::string(kUpdateAddressBytesMax - 7, 'x');
  STATUS_EQUAL(Status::ok, site.updates.want(long_address));
  for (const std::string& wrong :
       {std::string{}, std::string{"http://"}, std::string{"ftp://there/x"},
        std::string{"/etc/passwd"}, std::string{"http://a b"}, std::string{"http://a\nb"},
        std::string{"http://$(reboot)"}, std::string{"http://`id`"}, std::string{"http://a'"},
        long_address + "x"}) {
    STATUS_EQUAL(Status::invalid, site.updates.want(wrong));
  }
}

TEST(Updates, a_medium_that_takes_nothing_is_told) {
  site.flash.set_state(hal::MediumState::read_only);
  STATUS_EQUAL(Status::unavailable, site.updates.want(kAddress));
}

TEST(Updates, UP2_the_installers_sentence_is_its_first_line_and_never_too_long) {
  CHECK(site.updates.report() == "idle");
  site.installer_says("refused: older than 2.0\nand more\n");
  CHECK(site.updates.report() == "refused: older than 2.0");
  site.installer_says(std::string(1000, 'x'));
  CHECK(site.updates.report() == std::string(kUpdateReportBytesMax, 'x'));
  CHECK(is_ok(site.flash.remove(kUpdateReportFile)));
  CHECK(site.updates.report().empty());
}
