// Packages of rules: sent to gateways piece by piece as commands, and what each says of them.
#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "config/limits/models.h"
#include "platform/console/words.h"
#include "state/collections.h"
#include "state/fields.h"
#include "stores/models/package.h"
#include "stores/models/pieces.h"
#include "tools/hub/commands/carried_command.h"
#include "tools/hub/commands/commands.h"
#include "tools/hub/commands/json_text.h"
#include "tools/hub/commands/named_gateway.h"
#include "tools/hub/storage/archive.h"
#include "tools/hub/storage/schema.h"

namespace hf::hub {
namespace {

using documents::DocumentView;
using documents::Part;

constexpr std::string_view kUsage =
    "models [MODEL] | models upload FILE GATEWAY… | models deploy GATEWAY MODEL VERSION "
    "EQUIPMENT… [NAME=VALUE…] | models undeploy GATEWAY MODEL";

std::string package_in(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string file{std::istreambuf_iterator<char>(stream), {}};
  if (!stream && file.empty()) throw NotDone(path + " cannot be read");
  std::vector<std::byte> memory(limits::kModelTreeBytes);
  stores::Package package(memory);
  stores::ModelProblem problem;
  if (!is_ok(package.look(file, problem))) {
    throw NotDone(path + ": " + std::string{problem.view()});
  }
  return file;
}

// One file on its way to one gateway.
class Sending {
 public:
  Sending(DocumentTable& table, const KnownGateway& gateway, Duration within)
      : gateway_(gateway.name.gateway), command_(table, gateway.id, within) {}

  // Asks how much is there from an earlier try.
  void begin(const stores::PackagePieces& pieces) {
    ask([&](wire::JsonWriter& json) { pieces.write_question(json); });
  }
  // Looks whether there is an answer, and sends what comes next.
  void step(const stores::PackagePieces& pieces, std::size_t file_bytes) {
    if (is_done_) return;
    const std::string text = command_.result();
    if (text.empty()) {
      if (command_.is_over()) end("no answer came in time: say it again, and it goes on");
      return;
    }
    const CommandResult result(text);
    if (!result.is_done()) return end(std::string{result.problem()});
    const wire::JsonValue answer = result.answer();
    const std::int64_t here = answer.find("bytes_here").integer().value_or(-1);
    if (answer.find("is_whole").boolean()) {
      is_well_ = true;
      return end(std::string{answer.find("model").text()} + " " +
                 std::string{answer.find("version").text()} + " is there");
    }
    if (here < 0 || here >= static_cast<std::int64_t>(file_bytes)) return end("its answer is odd");
    ask([&](wire::JsonWriter& writer) {
      pieces.write_piece(static_cast<std::uint32_t>(here), writer);
    });
  }

  bool is_done() const { return is_done_; }
  bool is_well() const { return is_well_; }
  const std::string& gateway() const { return gateway_; }
  const std::string& text() const { return text_; }

 private:
  template <typename Write>
  void ask(Write write) {
    command_.be_new();
    std::string arguments = json_text([&](wire::JsonWriter& json) {
      json.open_object();
      write(json);
      json.close_object();
    });
    arguments.pop_back();  // the line's end
    command_.ask("models.upload", arguments);
  }
  void end(std::string text) {
    text_ = std::move(text);
    is_done_ = true;
  }

  std::string gateway_;
  CarriedCommand command_;
  bool is_done_ = false;
  bool is_well_ = false;
  std::string text_;
};

int print_sendings(const Options& options, const std::vector<Sending>& sendings) {
  bool is_well = true;
  for (const Sending& each : sendings) is_well = is_well && each.is_well();
  if (options.json) {
    std::cout << json_text([&](wire::JsonWriter& json) {
      json.open_object();
      json.member("v", std::int64_t{1});
      json.open_array("gateways");
      for (const Sending& each : sendings) {
        json.open_object();
        json.member("gateway", each.gateway());
        json.member("ok", each.is_well());
        json.member("text", each.text());
        json.close_object();
      }
      json.close_array();
      json.close_object();
    });
  } else {
    for (const Sending& each : sendings) {
      (each.is_well() ? std::cout : std::cerr) << each.gateway() << ": " << each.text() << "\n";
    }
  }
  return is_well ? kWell : kFailed;
}

int upload(const Options& options, Sql& sql) {
  const auto words = std::span{options.words}.subspan(1);
  if (words.size() < 2) throw WrongUse("this is: models upload FILE GATEWAY…");
  const std::string file = package_in(words[0]);
  const stores::PackagePieces pieces(file);
  Archive archive(sql);
  DocumentTable table(sql);
  std::vector<Sending> sendings;
  sendings.reserve(words.size());
  for (const std::string& name : words.subspan(1)) {
    sendings.emplace_back(table, named_gateway(archive, name), options.expires);
  }
  for (Sending& each : sendings) each.begin(pieces);
  while (!std::ranges::all_of(sendings, &Sending::is_done)) {
    std::this_thread::sleep_for(CarriedCommand::kLook);
    for (Sending& each : sendings) each.step(pieces, file.size());
  }
  return print_sendings(options, sendings);
}

constexpr std::array<std::string_view, 6> kReported{"versions",   "status",       "applied",
                                                    "applied_to", "applied_with", "problem"};

struct Row {
  KnownGateway gateway;
  std::string model;
  std::array<std::string, kReported.size()> reported;
  std::int64_t progress = 0;
};

std::vector<Row> rows_of(const Options& options, Sql& sql, std::string_view model) {
  Archive archive(sql);
  DocumentTable table(sql);
  std::vector<Row> rows;
  for (const KnownGateway& gateway : archive.gateways(options.gateway)) {
    const MirroredSet all = table.all_of(gateway.id);
    for (std::uint32_t place = 0; place < all.count(); ++place) {
      const DocumentView document = all.at(place);
      const bool is_one = document.id().collection == state::kModels && document.lives();
      if (!is_one || (!model.empty() && document.id().key != model)) continue;
      const state::Fields fields(document);
      Row& row = rows.emplace_back();
      row.gateway = gateway;
      row.model = document.id().key;
      for (std::size_t i = 0; i < kReported.size(); ++i) {
        row.reported[i] = fields.text(Part::reported, kReported[i]);
      }
      row.progress = fields.integer(Part::reported, "progress");
    }
  }
  return rows;
}

int list(const Options& options, Sql& sql, std::string_view model) {
  const std::vector<Row> rows = rows_of(options, sql, model);
  if (options.json) {
    std::cout << json_text([&](wire::JsonWriter& json) {
      json.open_object();
      json.member("v", std::int64_t{1});
      json.open_array("models");
      for (const Row& row : rows) {
        json.open_object();
        json.member("gateway", row.gateway.name.gateway);
        json.member("online", row.gateway.is_online);
        json.member("id", row.model);
        for (std::size_t i = 0; i < kReported.size(); ++i)
          json.member(kReported[i], row.reported[i]);
        json.member("progress", row.progress);
        json.close_object();
      }
      json.close_array();
      json.close_object();
    });
    return kWell;
  }
  for (const Row& row : rows) {
    const auto& [versions, status, applied, applied_to, applied_with, problem] = row.reported;
    std::cout << row.gateway.name.gateway << "  " << row.model << "  " << status;
    if (status == "deploying") std::cout << " " << row.progress << "%";
    if (!applied.empty()) std::cout << "  " << applied << " on " << applied_to;
    if (!applied_with.empty()) std::cout << " with " << applied_with;
    std::cout << "  (has " << versions << ")";
    if (!problem.empty()) std::cout << ": " << problem;
    std::cout << (row.gateway.is_online ? "\n" : "   not there now\n");
  }
  if (rows.empty()) std::cout << "no models\n";
  return kWell;
}

}  // namespace

int models(const Options& options) {
  constexpr std::array<std::string_view, 3> kWords{"upload", "deploy", "undeploy"};
  const std::string word = options.words.empty() ? std::string{} : options.words[0];
  if (word == "deploy") return deploy_model(options);
  if (word == "undeploy") return undeploy_model(options);
  const auto sql = open_sql(options.store, Opening::existing);
  prepare_schema(*sql);
  if (word == "upload") return upload(options, *sql);
  if (options.words.size() > 1) {
    throw WrongUse("unknown word '" + word + "'" + console::did_you_mean(word, kWords) +
                   " This is: " + std::string{kUsage});
  }
  return list(options, *sql, word);
}

}  // namespace hf::hub
