#include "surfaces/control/update_verb.h"

#include "surfaces/control/request.h"

namespace hf::surfaces {

Status answer_update(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const std::string_view address = request.need("address");
  if (address.empty()) return Status::invalid;
  const Status status = sights.updates.want(address);
  switch (status) {
    case Status::ok: json.member("wanted", address); return status;
    case Status::invalid:
      return request.tell(status,
                          "an address is http:// or https:// without blanks and quotes: ", address);
    case Status::unsupported:
      return request.tell(status, "this board has one system, and nothing that installs another");
    default: return request.tell(status, "the wish could not be kept: ", to_text(status));
  }
}

}  // namespace hf::surfaces
