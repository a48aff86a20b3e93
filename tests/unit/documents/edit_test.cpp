#include "documents/edit.h"

#include "documents/tombstones.h"
#include "tests/unit/documents/copies.h"

using namespace hf;
using namespace hf::documents;

TEST_GROUP(Edits) {
  Copy site{Side::local, "anna"};
  Copy hub{Side::upstream, "hub"};
  std::unique_ptr<Document> delta = std::make_unique<Document>();

  Status try_edit(const Copy& copy, std::vector<Change> changes, Signature by) {
    return edit(copy.view(), changes, by, *delta);
  }
};

TEST(Edits, E1_are_refused_from_those_who_do_not_own_the_field) {
  struct Case {
    Side side;
    FieldName field;
    Status outcome;
  };
  const std::array cases{
      Case{Side::gateway, reported("a"), Status::ok},
      Case{Side::gateway, desired("a"), Status::refused},
      Case{Side::local, reported("a"), Status::refused},
      Case{Side::local, desired("a"), Status::ok},
      Case{Side::upstream, reported("a"), Status::refused},
      Case{Side::upstream, desired("a"), Status::ok},
  };
  site.writes(desired("x"), 1, 1);
  for (const Case& c : cases) {
    const Signature by{.stamp = {5, 0, {1}}, .side = c.side, .author = "somebody"};
    CHECK(try_edit(site, {{c.field, Value::integer(1)}}, by) == c.outcome);
  }
}

TEST(Edits, E2_replace_what_was_known_and_compete_with_what_was_not) {
  site.writes(desired("a"), 1, 10);
  hub.hears(site);
  hub.writes(desired("a"), 2, 20);
  site.writes(desired("a"), 3, 15);  // in between, without knowing
  hub.hears(site);
  CHECK(hub.contested(desired("a")));
  hub.writes(desired("a"), 4, 30);
  CHECK_FALSE(hub.contested(desired("a")));
}

TEST(Edits, E3_neither_begin_a_document_nor_bring_one_back) {
  const Change change{desired("a"), Value::integer(1)};
  CHECK(try_edit(site, {change}, site.signature(1)) == Status::not_found);
  site.writes(desired("a"), 1, 1);
  CHECK(is_ok(try_edit(site, {change}, site.signature(2))));
  site.deletes(3);
  CHECK(try_edit(site, {change}, site.signature(4)) == Status::not_found);
  CHECK(bury(site.view(), site.signature(4), *delta) == Status::not_found);
  CHECK(is_ok(create(site.view(), {&change, 1}, site.signature(4), *delta)));
}

TEST(Edits, of_several_fields_travel_in_one_delta_whatever_their_order) {
  site.writes(desired("b"), 0, 1);
  CHECK(is_ok(try_edit(site, {{desired("c"), Value::integer(3)}, {desired("a"), Value::integer(1)}},
                       site.signature(2))));
  LONGS_EQUAL(2, delta->view().field_count());
  site.hears(copied(delta->view().bytes()));
  LONGS_EQUAL(1, site.says(desired("a")));
  LONGS_EQUAL(0, site.says(desired("b")));
  LONGS_EQUAL(3, site.says(desired("c")));
}

TEST(Edits, that_cannot_be_meant_are_invalid) {
  site.writes(desired("x"), 1, 1);
  const Value one = Value::integer(1);
  const Signature by = site.signature(5);
  const std::string long_text(limits::kFieldValueBytesMax + 1, 'x');
  CHECK(try_edit(site, {}, by) == Status::invalid);
  CHECK(try_edit(site, {{desired(""), one}}, by) == Status::invalid);
  CHECK(try_edit(site, {{desired("a/b"), one}}, by) == Status::invalid);
  CHECK(try_edit(site, {{desired("a"), one}, {desired("a"), one}}, by) == Status::invalid);
  CHECK(try_edit(site, {{desired("a"), Value::text(long_text)}}, by) == Status::invalid);
  CHECK(try_edit(site, {{desired("a"), Value::text("\xFF")}}, by) == Status::invalid);
  Signature nobody = by;
  nobody.author = "";
  CHECK(try_edit(site, {{desired("a"), one}}, nobody) == Status::invalid);
}

TEST(Edits, with_a_stamp_that_does_not_come_last_are_stale) {
  site.writes(desired("a"), 1, 10);
  const Change change{desired("b"), Value::integer(1)};
  CHECK(try_edit(site, {change}, site.signature(10)) == Status::stale);
  CHECK(bury(site.view(), site.signature(9), *delta) == Status::stale);
  CHECK(is_ok(try_edit(site, {change}, site.signature(11))));
}

TEST(Edits, beyond_the_last_field_are_full) {
  for (std::size_t i = 0; i < limits::kDocumentFieldsMax; ++i) {
    site.writes(desired("f" + std::to_string(i)), 1, static_cast<std::int64_t>(i) + 1);
  }
  const Signature by = site.signature(1000);
  CHECK(try_edit(site, {{desired("more"), Value::integer(1)}}, by) == Status::full);
  CHECK(is_ok(try_edit(site, {{desired("f1"), Value::integer(1)}}, by)));
}

TEST(Edits, that_clear_a_field_leave_nothing_in_it) {
  site.writes(desired("a"), 1, 10);
  site.writes(desired("a"), Value{}, 11);
  Field field;
  CHECK(site.view().find(desired("a"), field));
  CHECK(in_effect(field, Policy::last_write)->value.is_nothing());
}

TEST(Edits, that_delete_are_forgotten_only_long_after_everybody_knows) {
  site.writes(desired("a"), 1, 10);
  CHECK_FALSE(may_be_forgotten(site.view(), days(1000)));  // it lives
  site.deletes(20);
  CHECK_FALSE(may_be_forgotten(site.view(), milliseconds(-1)));  // not yet acknowledged
  CHECK_FALSE(may_be_forgotten(site.view(), days(30) - milliseconds(1)));
  CHECK(may_be_forgotten(site.view(), days(30)));
}
