#include "documents/document.h"

#include <cmath>
#include <cstdio>
#include <limits>

#include "documents/encoding.h"
#include "documents/names.h"
#include "tests/unit/documents/copies.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::documents;

namespace {

Status verdict_on(std::span<const std::byte> bytes) {
  DocumentView view;
  return DocumentView::parse(bytes, view);
}

// A document in which every kind of value, both places and a grave occur.
Bytes document_of_everything() {
  Copy hub{Side::upstream, "hub"};
  Copy site{Side::local, "anna"};
  Copy machine{Side::gateway, "gateway"};
  hub.writes(desired("old"), 1, 1);
  hub.deletes(2);
  site.hears(hub);
  machine.hears(hub);
  machine.writes(reported("status"), Value::text("on\xC3\xBCr"), 10);
  site.writes(desired("speed"), Value::real(-0.0), 11);
  site.writes(desired("on"), Value::boolean(true), 12);
  hub.writes(desired("speed"), Value::integer(INT64_MIN), 13);
  const std::array<std::byte, 3> raw{};
  hub.writes(desired("key"), Value::bytes(raw), 14);
  hub.writes(desired("note"), Value{}, 15);
  hub.hears(site);
  hub.hears(machine);
  hub.writes(desired("on"), Value::boolean(false), 16);
  return hub.bytes();
}

}  // namespace

TEST_GROUP(Documents){};

TEST(Documents, D1_a_document_parsed_and_written_again_is_the_same_bytes) {
  const Bytes bytes = document_of_everything();
  const DocumentView view = view_of(bytes);
  const auto again = std::make_unique<Document>();
  again->begin(view.id(), view.grave());
  Field field;
  for (FieldCursor cursor = view.fields(); cursor.next(field);) {
    field.bytes = {};  // encode it anew
    again->append(field);
  }
  CHECK(copied(again->view().bytes()) == bytes);
  again->assign(view);
  CHECK(copied(again->view().bytes()) == bytes);
}

TEST(Documents, D1_there_is_no_second_encoding_of_a_state) {
  // Whatever one changed byte still parses as is another state: writing it anew gives those bytes.
  const Bytes bytes = document_of_everything();
  const auto again = std::make_unique<Document>();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int change = 1; change < 256; ++change) {
      Bytes changed = bytes;
      changed[at] ^= static_cast<std::byte>(change);
      DocumentView view;
      if (!is_ok(DocumentView::parse(changed, view))) continue;
      again->begin(view.id(), view.grave());
      Field field;
      for (FieldCursor cursor = view.fields(); cursor.next(field);) {
        field.bytes = {};
        again->append(field);
      }
      CHECK(copied(again->view().bytes()) == changed);
    }
  }
}

TEST(Documents, D2_fields_stand_in_order_each_once) {
  Copy site{Side::local, "anna"};
  const Bytes b = site.writes(desired("b"), 1, 1);
  const Bytes a = site.writes(desired("a"), 1, 2);
  const auto wrong = std::make_unique<Document>();
  Field field_a;
  Field field_b;
  CHECK(view_of(a).find(desired("a"), field_a));
  CHECK(view_of(b).find(desired("b"), field_b));
  wrong->begin(kPump);
  wrong->append(field_b);
  wrong->append(field_a);
  CHECK(verdict_on(wrong->view().bytes()) == Status::corrupt);
  wrong->begin(kPump);
  wrong->append(field_a);
  wrong->append(field_a);
  CHECK(verdict_on(wrong->view().bytes()) == Status::corrupt);
}

TEST(Documents, D3_a_write_from_before_the_grave_is_no_part_of_a_document) {
  Copy site{Side::local, "anna"};
  const Bytes delta = site.writes(desired("a"), 1, 5);
  const auto wrong = std::make_unique<Document>();
  Field field;
  CHECK(view_of(delta).find(desired("a"), field));
  wrong->begin(kPump, {.stamp = {5, 0, {1}}, .author = "hub"});
  wrong->append(field);
  CHECK(is_ok(verdict_on(wrong->view().bytes())));  // the same ms, but an origin after the grave's
  wrong->begin(kPump, {.stamp = {6, 0, {1}}, .author = "hub"});
  wrong->append(field);
  CHECK(verdict_on(wrong->view().bytes()) == Status::corrupt);
}

TEST(Documents, D4_every_beginning_of_a_document_is_corrupt_and_so_is_one_with_more_behind_it) {
  Bytes bytes = document_of_everything();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Bytes beginning(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(verdict_on(beginning) == Status::corrupt);
  }
  bytes.push_back(std::byte{0});
  CHECK(verdict_on(bytes) == Status::corrupt);
}

TEST(Documents, D4_a_document_of_a_version_to_come_is_unsupported_not_corrupt) {
  Bytes bytes = document_of_everything();
  bytes[0] = std::byte{2};
  CHECK(verdict_on(bytes) == Status::unsupported);
}

// Seeded mutations of a good document: whatever parses must survive everything one does with it.
TEST(Documents, D4_mutated_bytes_are_refused_or_merge_like_any_document) {
  const Bytes good = document_of_everything();
  const auto merged = std::make_unique<Document>();
  const auto twice = std::make_unique<Document>();
  ToldLosses losses;
  int parsed = 0;
  for (std::uint64_t seed = 1; seed <= 200'000; ++seed) {
    Random random{seed};
    Bytes bytes = good;
    for (std::uint64_t change = random.below(4) + 1; change > 0; --change) {
      const auto at = static_cast<std::ptrdiff_t>(random.below(bytes.size()));
      switch (random.below(4)) {
        case 0:
          bytes[static_cast<std::size_t>(at)] = static_cast<std::byte>(random.below(256));
          break;
        case 1:
          bytes[static_cast<std::size_t>(at)] ^= static_cast<std::byte>(1U << random.below(8));
          break;
        case 2: bytes.erase(bytes.begin() + at); break;
        default: bytes.insert(bytes.begin() + at, static_cast<std::byte>(random.below(256)));
      }
    }
    DocumentView view;
    if (!is_ok(DocumentView::parse(bytes, view)) || view.id() != kPump) continue;
    ++parsed;
    merge(view_of(good), view, Policy::manual, *merged, losses);
    CHECK_TEXT(is_ok(verdict_on(merged->view().bytes())), std::to_string(seed).c_str());
    merge(view, view_of(good), Policy::last_write, *twice, losses);
    CHECK_TEXT(copied(twice->view().bytes()) == copied(merged->view().bytes()),
               std::to_string(seed).c_str());
    losses.told.clear();
  }
  CHECK(parsed > 1000);
}

TEST(Documents, know_no_reported_value_from_upstream) {
  Copy machine{Side::gateway, "gateway"};
  const Bytes good = machine.writes(reported("status"), 1, 1);
  Field field;
  CHECK(view_of(good).find(reported("status"), field));
  std::swap(field.writes[0], field.writes[1]);
  field.bytes = {};
  const auto forged = std::make_unique<Document>();
  forged->begin(kPump);
  forged->append(field);
  CHECK(verdict_on(forged->view().bytes()) == Status::corrupt);
}

TEST(Documents, hold_the_largest_of_everything) {
  const std::string name(limits::kFieldNameBytesMax - 2, 'n');
  const std::string text(limits::kFieldValueBytesMax, 'v');
  const std::string author(limits::kAuthorBytesMax, 'a');
  const std::string collection(kIdentifierCharactersMax, 'c');
  const std::string key(limits::kDocumentKeyBytesMax, 'k');
  std::array<std::byte, limits::kWriteBytesMax> bytes;
  const auto document = std::make_unique<Document>();
  document->begin({collection, key}, {.stamp = {1, 0, {1}}, .author = author});
  for (std::size_t i = 0; i < limits::kDocumentFieldsMax; ++i) {
    const std::string full_name = name + std::to_string(10 + i);
    Field field;
    field.name = desired(full_name);
    field.seen = {Stamp{2, 0, {1}}, Stamp{2, 0, {2}}};
    field.writes.fill(encode_write({3, 0, {1}}, author, Value::text(text), bytes));
    document->append(field);
  }
  CHECK(is_ok(verdict_on(document->view().bytes())));
  LONGS_EQUAL(limits::kDocumentBytesMax, document->view().bytes().size());
}

TEST(Documents, take_texts_only_as_unicode_defines_them) {
  struct Case {
    std::string_view text;
    bool good;
    const char* what;
  };
  constexpr std::array kCases{
      Case{"plain", true, "ASCII"},
      Case{"\xC3\xBC\xE2\x82\xAC\xF0\x9F\x94\xA7", true, "two, three and four bytes"},
      Case{"\xC0\x80", false, "overlong"},
      Case{"\xE0\x80\x80", false, "overlong"},
      Case{"\xED\xA0\x80", false, "surrogate"},
      Case{"\xF4\x90\x80\x80", false, "beyond U+10FFFF"},
      Case{"\xE2\x82", false, "cut off"},
      Case{"\x80", false, "continuation first"},
      Case{"\xFF", false, "never a byte of UTF-8"},
  };
  for (const Case& c : kCases) CHECK_TEXT(is_utf8(c.text) == c.good, c.what);
}
