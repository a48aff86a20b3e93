#include "stores/models/models.h"

#include <CppUTest/TestHarness.h>

#include "stores/models/pieces.h"
#include "tests/support/models_on_sim.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::test;

TEST_GROUP(Models) {
  ModelsOnSim site;
  std::string good = packed(body_of(rule_text(R"("limit":"$hot")")));
  void setup() override { STATUS_EQUAL(Status::ok, site.start()); }
};

TEST(Models, a_package_that_comes_in_pieces_is_here_whole) {
  STATUS_EQUAL(Status::ok, site.send(good, 100));
  STRCMP_EQUAL("pumps 1.0", site.last.c_str());
  STRCMP_EQUAL("pumps.1.0", site.list().c_str());
  CHECK(site.cut_and_start());
  STRCMP_EQUAL("pumps.1.0", site.list().c_str());
  STRCMP_EQUAL("ok", site.open("pumps", "1.0").c_str());
  STRCMP_EQUAL("not_found", site.open("pumps", "1.1").c_str());
  STATUS_EQUAL(Status::ok, site.models->remove("pumps", "1.0"));
  STATUS_EQUAL(Status::ok, site.models->remove("pumps", "1.0"));
  STRCMP_EQUAL("", site.list().c_str());
}

TEST(Models, MO4_an_upload_goes_on_where_it_was_after_a_power_cut) {
  for (std::uint32_t at = 0; at < good.size() - 30; at += 30) {
    STATUS_EQUAL(Status::ok, site.piece(good, at, 30));
    CHECK(site.cut_and_start());
    STATUS_EQUAL(Status::ok, site.piece(good, 0, 0));
    LONGS_EQUAL(at + 30, site.arrived.bytes_here);
  }
  STATUS_EQUAL(Status::ok, site.send(good, 30));
  STRCMP_EQUAL("pumps.1.0", site.list().c_str());
  STRCMP_EQUAL("", site.list(stores::Models::kArriving).c_str());
}

TEST(Models, a_piece_twice_changes_nothing_and_one_out_of_order_is_refused) {
  STATUS_EQUAL(Status::ok, site.piece(good, 0, 50));
  STATUS_EQUAL(Status::ok, site.piece(good, 0, 50));
  STATUS_EQUAL(Status::ok, site.piece(good, 20, 20));
  LONGS_EQUAL(50, site.arrived.bytes_here);
  STATUS_EQUAL(Status::stale, site.piece(good, 60, 20));
  STRCMP_CONTAINS("something is missing", std::string(site.problem.view()).c_str());
  STATUS_EQUAL(Status::ok, site.piece(good, 40, 20));
  LONGS_EQUAL(60, site.arrived.bytes_here);
  STATUS_EQUAL(Status::ok, site.send(good, 1500));
  STATUS_EQUAL(Status::ok, site.send(good, 1500));  // all of it, twice
  STRCMP_EQUAL("pumps.1.0", site.list().c_str());
}

TEST(Models, one_file_comes_at_a_time_and_another_takes_its_place) {
  const std::string other = packed(body_of(rule_text(R"("limit":3)"), "fans"));
  STATUS_EQUAL(Status::ok, site.piece(good, 0, 50));
  STATUS_EQUAL(Status::ok, site.piece(other, 0, 40));
  LONGS_EQUAL(40, site.arrived.bytes_here);
  STATUS_EQUAL(Status::stale, site.piece(good, 50, 10));
  LONGS_EQUAL(0, site.arrived.bytes_here);
  STATUS_EQUAL(Status::ok, site.send(good, 50));
  STATUS_EQUAL(Status::ok, site.send(other, 50));
  STRCMP_EQUAL("fans.1.0 pumps.1.0", site.list().c_str());
}

TEST(Models, MO2_what_is_refused_changes_nothing) {
  STATUS_EQUAL(Status::ok, site.send(good, 1500));
  const std::uint32_t revision = site.models->revision();
  const std::string same_version = packed(body_of(rule_text(R"("limit":5)")));
  STATUS_EQUAL(Status::refused, site.send(same_version, 1500));
  STRCMP_CONTAINS("give it another version", std::string(site.problem.view()).c_str());
  std::string damaged = packed(body_of(rule_text(R"("limit":6)"), "fans"));
  damaged[damaged.size() - 5] ^= 1;
  STATUS_EQUAL(Status::refused, site.send(damaged, 1500));
  STATUS_EQUAL(Status::invalid, site.send(packed("{}"), 1500));
  // The checksum of the pieces is not of what they make.
  const std::string sent = packed(body_of(rule_text(R"("limit":7)"), "fans"));
  STATUS_EQUAL(Status::refused, site.take({.file_sha256 = std::string(64, 'a'),
                                           .file_bytes = site.size_of(sent),
                                           .offset = 0,
                                           .data = sent}));
  STATUS_EQUAL(Status::invalid,
               site.take({.file_sha256 = "x", .file_bytes = 5, .offset = 0, .data = "a"}));
  STATUS_EQUAL(
      Status::invalid,
      site.take({.file_sha256 = std::string(64, 'a'), .file_bytes = 1, .offset = 0, .data = "ab"}));
  STATUS_EQUAL(
      Status::invalid,
      site.take({.file_sha256 = std::string(64, 'a'), .file_bytes = 5, .offset = 9, .data = {}}));
  STATUS_EQUAL(Status::full, site.take({.file_sha256 = std::string(64, 'a'),
                                        .file_bytes = limits::kModelBytesMax + 1,
                                        .data = {}}));
  STRCMP_EQUAL("pumps.1.0", site.list().c_str());
  STRCMP_EQUAL("", site.list(stores::Models::kArriving).c_str());
  LONGS_EQUAL(revision, site.models->revision());
}

TEST(Models, MO3_there_is_room_for_so_many_bytes_packages_and_versions) {
  site.models->set(false, 2 * good.size() + 10);
  const auto package = [](const std::string& name, int version) {
    return packed(body_of(rule_text(R"("limit":"$hot")"), name, std::to_string(version)));
  };
  STATUS_EQUAL(Status::ok, site.send(package("pumps", 1), 1500));
  STATUS_EQUAL(Status::ok, site.send(package("pumps", 2), 1500));
  STATUS_EQUAL(Status::full, site.send(package("pumps", 3), 1500));
  STRCMP_CONTAINS("raise models.bytes", std::string(site.problem.view()).c_str());
  STATUS_EQUAL(Status::ok, site.send(package("pumps", 2), 1500));  // it is here
  site.models->set(false, 1'000'000);
  for (int i = 3; i <= 8; ++i) STATUS_EQUAL(Status::ok, site.send(package("pumps", i), 1500));
  STATUS_EQUAL(Status::full, site.send(package("pumps", 9), 1500));
  STRCMP_CONTAINS("8 versions of this model", std::string(site.problem.view()).c_str());
  for (std::uint32_t i = 8; i < limits::kPackagesMax; ++i) {
    STATUS_EQUAL(Status::ok, site.send(package("fans-" + std::to_string(i), 1), 1500));
  }
  STATUS_EQUAL(Status::full, site.send(package("mills", 1), 1500));
}

TEST(Models, MO5_a_package_is_used_only_while_its_signature_is_trusted) {
  const std::string example = from_models_page("package");
  site.models->set(true, 1'000'000);
  STATUS_EQUAL(Status::refused, site.send(example, 1500));
  site.models->trust(example_keys());
  STATUS_EQUAL(Status::refused, site.send(good, 1500));
  STATUS_EQUAL(Status::ok, site.send(example, 1500));
  STRCMP_EQUAL("ok", site.open("pump-rules", "1.2.0").c_str());
  site.models->trust({});
  STRCMP_EQUAL("refused", site.open("pump-rules", "1.2.0").c_str());
}

TEST(Models, the_same_rules_may_be_signed_anew) {
  const std::string example = from_models_page("package");
  STATUS_EQUAL(Status::ok, site.send(packed(std::string(stores::body_of_package(example))), 1500));
  site.models->trust(example_keys());
  STATUS_EQUAL(Status::ok, site.send(example, 1500));
  site.models->set(true, 1'000'000);
  STRCMP_EQUAL("ok", site.open("pump-rules", "1.2.0").c_str());
}

TEST(Models, pieces_end_between_characters_and_make_the_file_again) {
  std::string file = "x";
  while (file.size() < 5000) file += "ä€";
  const stores::PackagePieces pieces(file);
  std::string made;
  std::vector<char> room(8192);
  std::vector<std::byte> memory(16384);
  while (made.size() < file.size()) {
    wire::JsonWriter writer(room);
    writer.open_object();
    pieces.write_piece(site.size_of(made), writer);
    writer.close_object();
    wire::JsonReader reader(memory);
    STATUS_EQUAL(Status::ok, reader.read(writer.text()));
    CHECK(writer.text().size() < wire::kControlRequestBytesMax);
    made += reader.root().find("data").text();
  }
  CHECK(made == file);
}
