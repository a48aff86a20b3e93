#include <iostream>

#include "tools/hub/commands/commands.h"
#include "tools/hub/commands/json_text.h"
#include "tools/hub/proof/proof.h"
#include "tools/hub/storage/schema.h"

namespace hf::hub {
namespace {

void write_findings(wire::JsonWriter& json, const Findings& found) {
  json.member("complete", found.is_complete());
  json.member("readings", found.readings);
  json.member("condensed", found.condensed);
  json.member("rows", found.rows);
  json.member("frames", found.frames);
  json.member("let_go", found.let_go);
  json.member("missing", found.missing);
  json.member("duplicated", found.duplicated);
  json.member("damaged", found.damaged);
  json.member("incoherent", found.incoherent);
  json.member("broken_chains", found.broken_chains);
  json.member("reserved", found.reserved);
  json.open_object("declared");
  for (const auto& [reason, rows] : found.declared) {
    json.member(std::string_view{reason_text(reason)}, rows);
  }
  json.close_object();
}

void print(const std::string& name, const Findings& found) {
  std::cout << name << (found.is_complete() ? ": complete, " : ": NOT COMPLETE, ") << found.readings
            << " readings in " << found.rows << " rows and " << found.frames << " frames";
  if (found.condensed > 0) std::cout << "; envelopes of " << found.condensed << " more";
  std::cout << "\n";
  const auto say = [](std::uint64_t count, std::string_view what) {
    if (count > 0) std::cout << "  " << count << " " << what << "\n";
  };
  say(found.let_go, "rows were let go by a bound on what the hub keeps");
  say(found.missing, "rows are missing, and nobody has said why");
  say(found.duplicated, "readings are there twice");
  say(found.damaged, "frames cannot be read any more");
  say(found.broken_chains, "chains of activity are not what they were: holdfast-hub status");
  say(found.incoherent, "lanes have tables that say something else than their frames");
  say(found.reserved,
      "positions were reserved when power or process ended, and never used, but "
      "for what the window may lose");
  for (const auto& [reason, rows] : found.declared) {
    std::cout << "  " << rows << " rows declared lost: " << reason_text(reason) << "\n";
  }
}

}  // namespace

int verify(const Options& options) {
  const auto sql = open_sql(options.store, Opening::existing);
  prepare_schema(*sql);
  Archive archive(*sql);
  Proof proof(archive);
  // A large store takes seconds, and its hub goes on storing: what is proved is of one moment.
  const Snapshot moment(*sql);
  std::vector<std::pair<std::string, Findings>> found;
  Findings sum;
  for (const KnownGateway& each : archive.gateways(options.gateway)) {
    Findings findings = proof.of_gateway(each.id, options.range);
    const auto chain = archive.activity_chain(each.id);
    findings.broken_chains = chain && chain->fault != ChainFault::none ? 1 : 0;
    found.emplace_back(each.name.tenant + "/" + each.name.gateway, findings);
    sum.add(findings);
  }
  if (options.json) {
    std::cout << json_text([&](wire::JsonWriter& json) {
      json.open_object();
      json.member("v", std::int64_t{1});
      write_findings(json, sum);
      json.open_object("gateways");
      for (const auto& [name, findings] : found) {
        json.open_object(name);
        write_findings(json, findings);
        json.close_object();
      }
      json.close_object();
      json.close_object();
    });
  } else {
    for (const auto& [name, findings] : found) print(name, findings);
    if (found.size() != 1) print("all " + std::to_string(found.size()) + " gateways", sum);
  }
  return sum.is_complete() && sum.broken_chains == 0 ? kWell : kFailed;
}

}  // namespace hf::hub
