#include "vocabulary/outcome.h"

namespace hf {

std::string_view to_text(Status status) {
  switch (status) {
    case Status::ok: return "ok";
    case Status::not_found: return "not_found";
    case Status::full: return "full";
    case Status::corrupt: return "corrupt";
    case Status::invalid: return "invalid";
    case Status::stale: return "stale";
    case Status::busy: return "busy";
    case Status::refused: return "refused";
    case Status::unavailable: return "unavailable";
    case Status::timed_out: return "timed_out";
    case Status::unsupported: return "unsupported";
  }
  return "unknown";
}

}  // namespace hf
