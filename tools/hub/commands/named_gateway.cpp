#include "tools/hub/commands/named_gateway.h"

#include <cstdlib>

#include "documents/names.h"
#include "platform/console/words.h"
#include "state/collections.h"

namespace hf::hub {

KnownGateway named_gateway(Archive& archive, std::string_view name) {
  const std::vector<KnownGateway> found = archive.gateways(name);
  if (found.size() == 1) return found.front();
  if (!found.empty()) {
    throw WrongUse("several tenants have a gateway '" + std::string{name} +
                   "': give each tenant a store of its own, or its gateways other names");
  }
  const std::vector<KnownGateway> all = archive.gateways();
  std::vector<std::string_view> names;
  names.reserve(all.size());
  for (const KnownGateway& each : all) names.push_back(each.name.gateway);
  throw NotDone("no gateway '" + std::string{name} + "' has sent anything here" +
                console::did_you_mean(name, names));
}

documents::DocumentId document_id(std::string_view word) {
  const std::size_t slash = word.find('/');
  const documents::DocumentId id{
      .collection = word.substr(0, slash),
      .key = slash == std::string_view::npos ? std::string_view{} : word.substr(slash + 1)};
  if (!state::is_collection(id.collection)) {
    throw WrongUse("unknown collection '" + std::string{id.collection} + "'" +
                   console::did_you_mean(id.collection, state::kCollections));
  }
  if (!documents::is_document_id(id)) {
    throw WrongUse("'" + std::string{word} + "' is not COLLECTION/ID, as equipment/pump-1");
  }
  return id;
}

std::string author_of(const Options& options) {
  if (!options.author.empty()) return options.author;
  const char* const user = std::getenv("USER");  // NOLINT(concurrency-mt-unsafe): one thread
  return user != nullptr && documents::is_author(user) ? user : "hub";
}

}  // namespace hf::hub
