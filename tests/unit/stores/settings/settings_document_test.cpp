#include "stores/settings/settings_document.h"

#include <CppUTest/TestHarness.h>

#include <memory>
#include <vector>

#include "documents/edit.h"
#include "documents/merge.h"

using namespace hf;
using namespace hf::stores;
using documents::Change;
using documents::Document;
using documents::Part;
using documents::Side;
using documents::Value;
using settings::at;

namespace {

constexpr documents::DocumentId kId{.collection = kSettingsCollection, .key = "pump-7"};

class Nobody final : public documents::LossSink {
 public:
  void lost(const documents::Loss& /*loss*/) override {}
};

}  // namespace

TEST_GROUP(SettingsDocument) {
  Document document;
  Document delta;
  Document merged;
  Nobody nobody;
  SettingSet before;
  SettingsEdit edit;
  SettingsProblems problems;
  std::int64_t ms = 1000;

  void setup() override { document.begin(kId); }

  void write(Side side, std::string_view author, const std::vector<Change>& changes) {
    const documents::Signature by{
        .stamp = {++ms, 0, {side == Side::local ? 1U : 2U}}, .side = side, .author = author};
    CHECK(is_ok(documents::create(document.view(), changes, by, delta)));
    documents::merge(document.view(), delta.view(), documents::Policy::last_write, merged, nobody);
    document.assign(merged.view());
  }
  Change change(std::string_view path, const Value& value) {
    return {.field = {.part = Part::desired, .text = path}, .value = value};
  }
  Status read() { return read_edits(document.view(), before, edit, problems); }
};

TEST(SettingsDocument, each_field_is_an_edit_of_the_side_that_wrote_it) {
  write(Side::upstream, "hub",
        {change("durability.window", Value::text("20 s")),
         change("queue.refusals_max", Value::integer(9))});
  write(Side::local, "anna",
        {change("history.persist", Value::boolean(false)),
         change("durability.window", Value::text("30 s"))});
  CHECK(is_ok(read()));
  CHECK(edit.changes.duration(at("durability.window")) == seconds(30));
  CHECK(edit.changes.layer(at("durability.window")) == SettingsLayer::local);
  CHECK(edit.changes.layer(at("queue.refusals_max")) == SettingsLayer::remote);
  LONGS_EQUAL(9, edit.changes.number(at("queue.refusals_max")));
  CHECK(!edit.changes.boolean(at("history.persist")));
  CHECK(edit.author == "anna");
}

TEST(SettingsDocument, what_it_does_not_say_any_more_is_edited_no_more) {
  before.put(at("history.keep"), initial_value(settings::setting_at(at("history.keep"))),
             SettingsLayer::local);
  before.put(at("durability.window"), {.number = 20'000}, SettingsLayer::remote);
  write(Side::upstream, "hub", {change("durability.window", Value::text("20 s"))});
  write(Side::upstream, "hub", {change("durability.window", Value{})});
  CHECK(is_ok(read()));
  CHECK(edit.cleared[at("history.keep").value] && edit.cleared[at("durability.window").value]);
  CHECK(!edit.changes.says(at("durability.window")));
}

TEST(SettingsDocument, all_that_is_wrong_with_it_is_told) {
  write(Side::upstream, "hub",
        {change("durability.window", Value::text("20")), change("coffee", Value::integer(3)),
         change("history.keep", Value::bytes({}))});
  CHECK(read() == Status::invalid);
  LONGS_EQUAL(3, problems.count());
}
