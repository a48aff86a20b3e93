// Edits of documents: made in the store, carried to the gateway by whichever worker runs.
#include <iostream>

#include "platform/console/words.h"
#include "state/collections.h"
#include "tools/hub/commands/commands.h"
#include "tools/hub/commands/json_text.h"
#include "tools/hub/commands/named_gateway.h"
#include "tools/hub/commands/surroundings.h"
#include "tools/hub/commands/value_text.h"
#include "tools/hub/mirror/down_payloads.h"
#include "tools/hub/mirror/mirror.h"
#include "tools/hub/storage/schema.h"

namespace hf::hub {
namespace {

constexpr Duration kComparisonExpiry = minutes(10);

// An edit on its way: the store, the gateway it is about, and who makes it.
class Desk {
 public:
  explicit Desk(const Options& options) : Desk(options, options.words.at(0)) {}
  Desk(const Options& options, const std::string& gateway)
      : sql_(open_sql(options.store, Opening::existing)), author_(author_of(options)) {
    prepare_schema(*sql_);
    mirror_.emplace(*sql_, any_number());
    Archive archive(*sql_);
    gateway_ = named_gateway(archive, gateway);
  }

  Sql& sql() { return *sql_; }
  Mirror& mirror() { return *mirror_; }
  const std::string& author() const { return author_; }
  const KnownGateway& gateway() const { return gateway_; }

  // Says what became of it. Throws NotDone.
  int tell(const Options& options, Status status) const {
    if (status == Status::not_found) throw NotDone("there is no such thing to change");
    if (status == Status::refused) throw NotDone("what the gateway reports nobody else writes");
    if (!is_ok(status)) throw NotDone("not done: " + std::string{to_text(status)});
    if (options.json) {
      std::cout << json_text([&](wire::JsonWriter& json) {
        json.open_object();
        json.member("v", std::int64_t{1});
        json.member("ok", true);
        json.member("gateway_online", gateway_.is_online);
        json.close_object();
      });
    } else {
      std::cout << (gateway_.is_online ? "done: on its way to the gateway\n"
                                       : "done: the gateway hears of it when it is back\n");
    }
    return kWell;
  }

 private:
  std::unique_ptr<Sql> sql_;
  std::string author_;
  std::optional<Mirror> mirror_;
  KnownGateway gateway_;
};

void need_words(const Options& options, std::size_t least, std::size_t most,
                std::string_view usage) {
  const std::size_t count = options.words.size();
  if (count < least || count > most) throw WrongUse("this is: " + std::string{usage});
}

// Words: the kind of wish, GATEWAY, MODEL.
int want_of_model(const Options& options, const std::vector<std::string>& wishes) {
  const documents::DocumentId id{.collection = state::kModels, .key = options.words[2]};
  if (!documents::is_document_id(id)) throw WrongUse("'" + options.words[2] + "' names no model");
  std::vector<documents::Change> changes;
  changes.reserve(wishes.size());
  for (const std::string& wish : wishes) changes.push_back(change_of(id.collection, wish));
  Desk desk(options, options.words[1]);
  return desk.tell(options,
                   desk.mirror().set(desk.gateway().id, id, changes, desk.author(), utc_now()));
}

}  // namespace

int set_fields(const Options& options) {
  need_words(options, 3, 2 + limits::kDocumentFieldsMax, "set GATEWAY COLLECTION/ID FIELD=VALUE…");
  const documents::DocumentId id = document_id(options.words[1]);
  std::vector<documents::Change> changes;
  for (const std::string& word : std::span{options.words}.subspan(2)) {
    changes.push_back(change_of(id.collection, word));
  }
  Desk desk(options);
  return desk.tell(options,
                   desk.mirror().set(desk.gateway().id, id, changes, desk.author(), utc_now()));
}

// What is wanted of a model, all of it in one edit: what is not said is cleared.
int deploy_model(const Options& options) {
  constexpr std::string_view kUsage =
      "models deploy GATEWAY MODEL VERSION EQUIPMENT… [NAME=VALUE…] [EQUIPMENT/NAME=VALUE…]";
  need_words(options, 5, 100, kUsage);
  std::string to;
  std::string with;
  for (const std::string& word : std::span{options.words}.subspan(4)) {
    const bool is_parameter = word.find('=') != std::string::npos;
    std::string& list = is_parameter ? with : to;
    if (!list.empty()) list += is_parameter ? " " : ",";
    list += word;
  }
  if (to.empty()) throw WrongUse("this is: " + std::string{kUsage});
  return want_of_model(options,
                       {"version=" + options.words[3], "deployed_to=" + to, "parameters=" + with});
}

int undeploy_model(const Options& options) {
  need_words(options, 3, 3, "models undeploy GATEWAY MODEL");
  return want_of_model(options, {"deployed_to=", "parameters="});
}

int remove_document(const Options& options) {
  need_words(options, 2, 2, "remove GATEWAY COLLECTION/ID");
  const documents::DocumentId id = document_id(options.words[1]);
  Desk desk(options);
  return desk.tell(options, desk.mirror().remove(desk.gateway().id, id, desk.author(), utc_now()));
}

int restore_loss(const Options& options) {
  need_words(options, 2, 2, "restore GATEWAY NUMBER, a number that `audit` shows");
  std::uint64_t number = 0;
  if (!console::read_number(options.words[1], number)) {
    throw WrongUse("'" + options.words[1] + "' is no number of a loss: see holdfast-hub audit");
  }
  Desk desk(options);
  const Status status = desk.mirror().restore(desk.gateway().id, number, desk.author(), utc_now());
  if (status == Status::not_found) throw NotDone("there is no loss of that number, or no more");
  return desk.tell(options, status);
}

int compare_documents(const Options& options) {
  need_words(options, 1, 1, "compare GATEWAY");
  Desk desk(options);
  DocumentTable& table = desk.mirror().table();
  for (std::string& payload : comparison_of(table.all_of(desk.gateway().id))) {
    table.add({.gateway_id = desk.gateway().id,
               .payload = std::move(payload),
               .expires = utc_now() + kComparisonExpiry});
  }
  return desk.tell(options, Status::ok);
}

int accept_activity(const Options& options) {
  need_words(options, 1, 1, "accept GATEWAY");
  Desk desk(options);
  if (!ActivityChain(desk.sql()).accept(desk.gateway().id)) {
    throw NotDone("its activity goes on from what was said before: nothing is to be accepted");
  }
  if (options.json) {
    std::cout << R"({"v":1,"ok":true})"
              << "\n";
  } else {
    std::cout << "accepted: its activity is gone on from as it is now\n";
  }
  return kWell;
}

}  // namespace hf::hub
