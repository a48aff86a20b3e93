#include "platform/linux/program/asked.h"

#include <algorithm>
#include <cstdio>

#include "platform/linux/program/ask.h"
#include "platform/linux/program/core_role.h"
#include "wire/channel/control_line.h"

namespace hf::program {
namespace {

// A refusal of the gateway, with all it has to say.
int print_refusal(wire::JsonValue root) {
  const wire::JsonValue problems = root.find("problems");
  if (problems.count() == 0) {
    const std::string meant(root.find("did_you_mean").text());
    print_error(std::string(root.find("text").text()) +
                (meant.empty() ? "" : ": did you mean '" + meant + "'?"));
  }
  for (const wire::JsonValue problem : problems) {
    const std::string path(problem.find("path").text());
    print_error((path.empty() ? "" : path + ": ") + std::string(problem.find("text").text()));
  }
  return kFailed;
}

}  // namespace

int print_error(const std::string& text) {
  std::fprintf(stderr, "holdfast: %s\n", text.c_str());
  return kWrongCommandLine;
}

void print_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] + 2 - row[i].size(), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    std::puts(line.c_str());
  }
}

int Asked::ask(const Options& options, std::string_view verb, std::string_view arguments) {
  std::string request(verb);
  if (!arguments.empty()) request.append(" ").append(arguments);
  if (request.size() > wire::kControlRequestBytesMax) {
    return print_error("too much for one request");
  }
  const std::string path = control_path(options);
  if (const Status status = program::ask(path, request, line_); !is_ok(status)) {
    print_error("no gateway answers at " + path + " (" + std::string(to_text(status)) +
                "): is it running with this --state?");
    return kNoGateway;
  }
  memory_.assign(4096 + line_.size() * 48, std::byte{});
  json_ = wire::JsonReader(memory_);
  if (!is_ok(json_.read(line_))) {
    print_error("the gateway's answer is no JSON");
    return kFailed;
  }
  if (!json_.root().find("ok").boolean()) return print_refusal(json_.root());
  constexpr std::string_view kBefore = R"({"ok":true,"answer":)";
  text_ = std::string_view{line_}.substr(kBefore.size(), line_.size() - kBefore.size() - 1);
  return kWell;
}

}  // namespace hf::program
