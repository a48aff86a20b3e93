#include "surfaces/control/request.h"

#include "documents/names.h"
#include "state/collections.h"

namespace hf::surfaces {

Status Request::tell(Status status, std::string_view text, std::string_view about) const {
  Problem& problem = sights_.problem;
  problem.text.assign(text.substr(0, problem.text.capacity()));
  if (!about.empty()) {
    const std::size_t room = problem.text.capacity() - problem.text.size();
    static_cast<void>(is_ok(problem.text.try_append(about.substr(0, room))));
  }
  return status;
}

Status Request::read(std::string_view arguments) {
  wire::JsonFault fault;
  const Status status = reader_.read(arguments.empty() ? "{}" : arguments, fault);
  if (!is_ok(status))
    return tell(Status::invalid, "the arguments are no JSON object: ", fault.problem);
  if (reader_.root().kind() != wire::JsonKind::object) {
    return tell(Status::invalid, "the arguments are no JSON object");
  }
  return Status::ok;
}

std::string_view Request::need(std::string_view name) {
  const std::string_view text = find(name).text();
  if (text.empty()) static_cast<void>(tell(Status::invalid, "this wants a text member: ", name));
  return text;
}

state::Editor Request::editor() const {
  const std::string_view author = find("author").text();
  const bool is_free = documents::is_author(author) && author != state::kDeploymentAuthor;
  return {.side = documents::Side::local, .author = is_free ? author : sights_.asker.name};
}

}  // namespace hf::surfaces
