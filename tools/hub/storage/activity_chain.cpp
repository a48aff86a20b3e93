#include "tools/hub/storage/activity_chain.h"

namespace hf::hub {
namespace {

ChainFault fault_of(const ChainSaid& before, const ChainSaid& said) {
  if (said.number < before.number) return ChainFault::went_back;
  const bool is_same_entry = said.number == before.number;
  return is_same_entry && said.digest != before.digest ? ChainFault::forked : ChainFault::none;
}

}  // namespace

std::string chain_text(const KnownChain& chain) {
  const std::string from = "entry " + std::to_string(chain.fault_from);
  switch (chain.fault) {
    case ChainFault::none: return "goes on";
    case ChainFault::went_back:
      return "went back from " + from + " to " + std::to_string(chain.fault_to);
    case ChainFault::forked: return "has another digest for " + from + " than before";
  }
  return {};
}

ChainFault ActivityChain::hear(std::int64_t gateway_id, const ChainSaid& said, UtcTime now) {
  const Rows rows = sql_.query(
      "SELECT boot, uptime_ms, number, digest, boot_before FROM chain WHERE gateway_id = $1",
      {gateway_id});
  if (rows.empty()) {
    sql_.query(
        "INSERT INTO chain (gateway_id, boot, uptime_ms, number, digest)"
        " VALUES ($1, $2, $3, $4, $5)",
        {gateway_id, as_parameter(said.boot), said.uptime_ms, as_parameter(said.number),
         std::string_view{said.digest}});
    return ChainFault::none;
  }
  const Row& row = rows.front();
  const ChainSaid before{.boot = row.at(0).bits(),
                         .uptime_ms = row.at(1).number(),
                         .number = row.at(2).bits(),
                         .digest = row.at(3).text()};
  const std::uint64_t boot_before = row.at(4).bits();
  const bool is_late = said.boot == before.boot ? said.uptime_ms <= before.uptime_ms
                                                : said.boot == boot_before && said.boot != 0;
  if (is_late) return ChainFault::none;
  const ChainFault fault = fault_of(before, said);
  sql_.query(
      "UPDATE chain SET boot = $1, uptime_ms = $2, number = $3, digest = $4, boot_before = $5"
      " WHERE gateway_id = $6",
      {as_parameter(said.boot), said.uptime_ms, as_parameter(said.number),
       std::string_view{said.digest},
       as_parameter(said.boot == before.boot ? boot_before : before.boot), gateway_id});
  if (fault == ChainFault::none) return fault;
  sql_.query(
      "UPDATE chain SET fault = $1, fault_from = $2, fault_to = $3, fault_ms = $4"
      " WHERE gateway_id = $5 AND fault = 0",
      {static_cast<std::int64_t>(fault), as_parameter(before.number), as_parameter(said.number),
       now.ms, gateway_id});
  return fault;
}

std::optional<KnownChain> ActivityChain::find(std::int64_t gateway_id) {
  const Rows rows = sql_.query(
      "SELECT boot, uptime_ms, number, digest, fault, fault_from, fault_to, fault_ms FROM chain"
      " WHERE gateway_id = $1",
      {gateway_id});
  if (rows.empty()) return {};
  const Row& row = rows.front();
  return KnownChain{.last = {.boot = row.at(0).bits(),
                             .uptime_ms = row.at(1).number(),
                             .number = row.at(2).bits(),
                             .digest = row.at(3).text()},
                    .fault = static_cast<ChainFault>(row.at(4).number()),
                    .fault_from = row.at(5).bits(),
                    .fault_to = row.at(6).bits(),
                    .fault_at = {row.at(7).number()}};
}

bool ActivityChain::accept(std::int64_t gateway_id) {
  const Rows rows = sql_.query(
      "UPDATE chain SET fault = 0 WHERE gateway_id = $1 AND fault <> 0 RETURNING gateway_id",
      {gateway_id});
  return !rows.empty();
}

}  // namespace hf::hub
