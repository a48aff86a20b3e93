#include "tests/simulation/core/document_edits.h"

#include <array>
#include <string>

#include "tests/simulation/core/world.h"
#include "vocabulary/bytes.h"

namespace hf::simulation {
namespace {

using documents::Change;
using documents::DocumentId;
using documents::Place;

// What is edited: fields that change nothing of what is measured. Collections of each policy.
struct Editable {
  std::string_view collection;
  std::string_view key;
  std::array<std::string_view, 3> fields;
  bool may_be_deleted;
};
constexpr std::array kEditables{
    Editable{state::kEquipment, "pump-1", {"name", "location", "tags"}, true},
    Editable{state::kEquipment, "pump-2", {"name", "location", "tags"}, true},
    Editable{state::kEquipment, "pump-3", {"name", "location", "tags"}, true},
    Editable{state::kEquipment, "machine", {"name", "location", "tags"}, false},
    Editable{state::kRules, "hot", {"text", "pattern", "model"}, true},
    Editable{state::kRules, "cold", {"text", "pattern", "model"}, true},
    Editable{state::kSensors, "machine.sensor-0", {"name", "group", "name"}, false},
    Editable{state::kNodes, "simulated", {"name", "name", "name"}, false},
};

// Only upstream can write these, and no gateway takes them.
constexpr DocumentId kOdd{.collection = state::kRules, .key = "odd"};
constexpr std::string_view kOddField = "severity";

struct Edit {
  DocumentId id;
  std::string_view field;
  std::string value;  // empty: clears it
  bool deletes = false;
};

std::string draw_word(Random& random) { return "w" + std::to_string(random.below(1'000'000)); }

Edit draw(Random& random) {
  const Editable& what = kEditables[random.below(kEditables.size())];
  Edit edit{.id = {.collection = what.collection, .key = what.key},
            .field = what.fields[random.below(what.fields.size())],
            .value = {}};
  edit.deletes = random.chance(1, 5) && what.may_be_deleted;
  if (!random.chance(1, 8)) edit.value = draw_word(random);
  return edit;
}

std::string known_at_the_site(World& world, const DocumentId& id) {
  documents::DocumentView document;
  const state::Replica* const replica = world.replica();
  return replica != nullptr && replica->find(id, document) ? std::string{text_of(document.bytes())}
                                                           : std::string{};
}

void do_at_the_site(World& world, const Edit& edit) {
  if (world.replica() == nullptr) return;
  std::string line = std::string{edit.id.collection} + (edit.deletes ? ".remove " : ".set ") +
                     R"({"id":")" + std::string{edit.id.key} + R"(","author":"anna")";
  if (!edit.deletes) {
    line += R"(,"set":{")" + std::string{edit.field} +
            (edit.value.empty() ? R"(":null})" : R"(":")" + edit.value + R"("})");
  }
  const std::string before = known_at_the_site(world, edit.id);
  const std::string answer = world.ask(line + "}");
  world.tell("anna", line.c_str());
  // The power may have gone in the middle: then nobody was answered.
  if (!world.board.is_on()) return world.written.doubt(edit.id);
  if (!answer.starts_with(R"({"ok":true)")) return world.written.note_refused();
  const bool is_on_flash = answer.find(R"("on_flash":true)") != std::string::npos;
  if (!is_on_flash) world.written.doubt(edit.id);
  world.written.note(Place::site, edit.id, before, known_at_the_site(world, edit.id),
                     world.board.clock.true_utc());
}

void note_upstream(World& world, const DocumentId& id, const std::string& before, Status status) {
  if (!is_ok(status)) return world.written.note_refused();
  world.written.note(Place::upstream, id, before, world.desk.find(id),
                     world.board.clock.true_utc());
}

void do_upstream(World& world, const Edit& edit) {
  const std::string before = world.desk.find(edit.id);
  world.tell("dora", (std::string{edit.id.key} + " " + std::string{edit.field}).c_str());
  const Change change{
      .field = {documents::Part::desired, edit.field},
      .value = edit.value.empty() ? documents::Value{} : documents::Value::text(edit.value)};
  note_upstream(world, edit.id, before,
                edit.deletes ? world.desk.remove(edit.id) : world.desk.set(edit.id, {&change, 1}));
}

void write_what_is_refused(World& world) {
  const Change change{.field = {documents::Part::desired, kOddField},
                      .value = documents::Value::text("loud")};

  world.written.doubt(kOdd);  // it is rolled back, when the gateway hears of it
  const std::string before = world.desk.find(kOdd);
  note_upstream(world, kOdd, before, world.desk.set(kOdd, {&change, 1}));
}

void restore_upstream(World& world) {
  const std::vector<documents::AuditEntry> losses = world.desk.losses();
  if (losses.empty()) return;
  const documents::AuditEntry& entry = losses[world.random.below(losses.size())];
  const DocumentId id{.collection = entry.collection.view(), .key = entry.key.view()};
  const std::string before = world.desk.find(id);
  note_upstream(world, id, before, world.desk.restore(entry.number));
}

}  // namespace

void edit_at_the_site(World& world) { do_at_the_site(world, draw(world.random)); }

void edit_upstream(World& world) {
  const std::uint64_t kind = world.random.below(20);
  if (kind == 0) return write_what_is_refused(world);
  if (kind == 1) return restore_upstream(world);
  do_upstream(world, draw(world.random));
}

void edit_at_both(World& world) {
  Edit edit = draw(world.random);
  do_upstream(world, edit);
  edit.value = draw_word(world.random);
  edit.deletes = edit.deletes && world.random.chance(1, 2);
  do_at_the_site(world, edit);
}

}  // namespace hf::simulation
