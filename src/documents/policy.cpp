#include "documents/policy.h"

namespace hf::documents {

Policy policy_of(std::string_view collection) {
  for (const CollectionPolicy& row : kPolicies) {
    if (row.collection == collection) return row.policy;
  }
  return Policy::last_write;
}

const Write* in_effect(const Field& field, Policy policy) {
  const Write& site = field.at(Place::site);
  const Write& upstream = field.at(Place::upstream);
  if (!site.present()) return upstream.present() ? &upstream : nullptr;
  if (!upstream.present()) return &site;
  switch (policy) {
    case Policy::last_write: return is_later(upstream, site) ? &upstream : &site;
    case Policy::upstream_wins: return &upstream;
    case Policy::gateway_wins:
    case Policy::manual: return &site;
  }
  return &site;
}

bool stands(const Field& field, Place place, Policy policy) {
  const Write& write = field.at(place);
  return write.present() && (policy == Policy::manual || in_effect(field, policy) == &write);
}

}  // namespace hf::documents
