// What stands in the hub's mirror, and what lost in it.
#include <iostream>
#include <memory>

#include "documents/policy.h"
#include "state/fields.h"
#include "tools/hub/commands/commands.h"
#include "tools/hub/commands/json_text.h"
#include "tools/hub/commands/named_gateway.h"
#include "tools/hub/commands/value_text.h"
#include "tools/hub/mirror/document_table.h"
#include "tools/hub/storage/schema.h"
#include "wire/json/document_values.h"

namespace hf::hub {
namespace {

using documents::DocumentView;
using documents::Field;
using documents::FieldCursor;
using documents::Part;

bool is_asked_for(const documents::DocumentId& id, const documents::DocumentId& asked) {
  return (asked.collection.empty() || id.collection == asked.collection) &&
         (asked.key.empty() || id.key == asked.key);
}

// The words behind the command: nothing, COLLECTION, or COLLECTION ID.
documents::DocumentId asked_for(const Options& options) {
  const auto& words = options.words;
  if (words.size() > 2) throw WrongUse("'" + words[2] + "' is one word too many");
  if (words.empty()) return {};
  if (words.size() == 1 && words[0].find('/') != std::string::npos) return document_id(words[0]);
  return {.collection = words[0],
          .key = words.size() == 2 ? std::string_view{words[1]} : std::string_view{}};
}

void write_document(wire::JsonWriter& json, const DocumentView& document) {
  json.open_object();
  json.member("collection", document.id().collection);
  json.member("id", document.id().key);
  json.member("deleted", document.is_tombstone());
  wire::write_part(document, Part::desired, "desired", json);
  wire::write_part(document, Part::reported, "reported", json);
  json.open_array("contested");
  Field field;
  for (FieldCursor cursor = document.fields(); cursor.next(field);) {
    if (field.contested()) json.element(field.name.text);
  }
  json.close_array();
  json.close_object();
}

void print(const DocumentView& document) {
  const documents::Policy policy = documents::policy_of(document.id().collection);
  std::cout << document.id().collection << "/" << document.id().key << "\n";
  Field field;
  for (FieldCursor cursor = document.fields(); cursor.next(field);) {
    const documents::Write* const write = documents::in_effect(field, policy);
    if (write == nullptr || write->value.is_nothing()) continue;
    std::cout << "  " << (field.name.part == Part::reported ? "reported " : "         ")
              << field.name.text << " = " << value_text(write->value) << "   (" << write->author
              << ")" << (field.contested() ? "   contested" : "") << "\n";
  }
}

void write_loss(wire::JsonWriter& json, const documents::AuditEntry& loss) {
  json.open_object();
  json.member("number", loss.number);
  json.member("collection", loss.collection.view());
  json.member("id", loss.key.view());
  json.member("field", loss.field.view());
  wire::write_value("lost", loss.value(), json);
  json.member("lost_by", loss.lost_author.view());
  json.member("reason", to_text(loss.reason));
  json.member("won_by", loss.won_author.view());
  json.member("noticed_ms", loss.noticed_at.ms);
  json.close_object();
}

void print(const documents::AuditEntry& loss) {
  std::cout << loss.number << "  " << iso_text(loss.noticed_at) << "  " << loss.collection.view()
            << "/" << loss.key.view() << " " << loss.field.view() << ": "
            << value_text(loss.value()) << " by " << loss.lost_author.view() << " lost ("
            << to_text(loss.reason) << ")";
  if (!loss.won_author.empty()) std::cout << " to " << loss.won_author.view();
  std::cout << "\n";
}

// What waits for somebody to choose. True: anything.
bool print_open(const DocumentView& document) {
  if (documents::policy_of(document.id().collection) != documents::Policy::manual) return false;
  bool is_any = false;
  Field field;
  for (FieldCursor cursor = document.fields(); cursor.next(field);) {
    if (!field.contested()) continue;
    is_any = true;
    const documents::Write& site = field.at(documents::Place::site);
    const documents::Write& upstream = field.at(documents::Place::upstream);
    std::cout << "open  " << document.id().collection << "/" << document.id().key << " "
              << field.name.text << ": " << value_text(site.value) << " by " << site.author
              << " at the site, in effect; " << value_text(upstream.value) << " by "
              << upstream.author << " upstream\n";
  }
  return is_any;
}

// What both commands look at: the mirror of one gateway, and what of it was asked for.
struct Looked {
  explicit Looked(const Options& options)
      : sql(open_sql(options.store, Opening::existing)), asked(asked_for(options)), table(*sql) {
    prepare_schema(*sql);
    Archive archive(*sql);
    gateway_id = named_gateway(archive, options.gateway).id;
  }

  std::unique_ptr<Sql> sql;
  documents::DocumentId asked;
  DocumentTable table;
  std::int64_t gateway_id = 0;
};

template <typename Item>
void print_json(std::string_view name, const std::vector<Item>& items,
                void (*write)(wire::JsonWriter& json, const Item& item)) {
  std::cout << json_text([&](wire::JsonWriter& json) {
    json.open_object();
    json.member("v", std::int64_t{1});
    json.open_array(name);
    for (const Item& each : items) write(json, each);
    json.close_array();
    json.close_object();
  });
}

void print_losses(const std::vector<documents::AuditEntry>& losses,
                  const std::vector<DocumentView>& documents) {
  std::cout << json_text([&](wire::JsonWriter& json) {
    json.open_object();
    json.member("v", std::int64_t{1});
    json.open_array("losses");
    for (const documents::AuditEntry& each : losses) write_loss(json, each);
    json.close_array();
    json.open_array("open");
    for (const DocumentView& each : documents) wire::write_open_conflicts(each, json);
    json.close_array();
    json.close_object();
  });
}

}  // namespace

int show_documents(const Options& options) {
  Looked at(options);
  const documents::DocumentId& asked = at.asked;
  const MirroredSet all = at.table.all_of(at.gateway_id);
  std::vector<DocumentView> found;
  for (std::uint32_t place = 0; place < all.count(); ++place) {
    const DocumentView document = all.at(place);
    const bool is_shown = options.json || document.lives();
    if (is_shown && is_asked_for(document.id(), asked)) found.push_back(document);
  }
  if (options.json) {
    print_json("documents", found, write_document);
  } else {
    for (const DocumentView& each : found) print(each);
    if (found.empty() && asked.key.empty()) std::cout << "no documents\n";
  }
  if (found.empty() && !asked.key.empty()) {
    throw NotDone("there is no " + std::string{asked.collection} + "/" + std::string{asked.key});
  }
  return kWell;
}

int show_losses(const Options& options) {
  Looked at(options);
  const auto losses = at.table.losses(at.gateway_id, at.asked);
  const MirroredSet all = at.table.all_of(at.gateway_id);
  std::vector<DocumentView> looked_at;
  for (std::uint32_t place = 0; place < all.count(); ++place) {
    if (is_asked_for(all.at(place).id(), at.asked)) looked_at.push_back(all.at(place));
  }
  if (options.json) {
    print_losses(losses, looked_at);
    return kWell;
  }
  for (const documents::AuditEntry& each : losses) print(each);
  bool is_any_open = false;
  for (const DocumentView& each : looked_at) is_any_open = print_open(each) || is_any_open;
  if (losses.empty() && !is_any_open) std::cout << "nothing has lost\n";
  return kWell;
}

}  // namespace hf::hub
