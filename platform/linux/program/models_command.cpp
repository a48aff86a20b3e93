#include "platform/linux/program/models_command.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>

#include "config/limits/models.h"
#include "platform/console/words.h"
#include "platform/linux/program/actions.h"
#include "platform/linux/program/asked.h"
#include "platform/linux/program/config_files.h"
#include "platform/linux/program/model_keys.h"
#include "platform/linux/program/request_text.h"
#include "platform/linux/program/show_status.h"
#include "stores/models/pieces.h"

namespace hf::program {
namespace {

int ask_and_print(const Options& options, std::string_view verb, RequestText& request) {
  const std::string_view arguments = request.text();
  if (arguments.empty()) return print_error("models: too much for one request");
  Asked asked;
  if (const int status = asked.ask(options, verb, arguments); status != kWell) return status;
  const std::string inner(asked.text());
  std::fputs(options.json ? (inner + '\n').c_str() : as_outline(inner).c_str(), stdout);
  return kWell;
}

std::string progress_of(wire::JsonValue model) {
  std::string status(model.find("status").text());
  if (status != "deploying") return status;
  return status + " " + std::to_string(model.find("progress").integer().value_or(0)) + "%";
}

int list(const Options& options, Words /*words*/) {
  Asked asked;
  if (const int status = asked.ask(options, "models.list", {}); status != kWell) return status;
  if (options.json) {
    std::puts(std::string(asked.text()).c_str());
    return kWell;
  }
  std::vector<std::vector<std::string>> rows{
      {"MODEL", "VERSIONS", "STATUS", "IN USE", "WHERE", "WITH", "PROBLEM"}};
  for (const wire::JsonValue model : asked.answer().find("models")) {
    const auto text = [&](std::string_view name) { return std::string(model.find(name).text()); };
    rows.push_back({text("id"), text("versions"), progress_of(model), text("applied"),
                    text("applied_to"), text("applied_with"), text("problem")});
  }
  print_table(rows);
  return kWell;
}

// False: said on stderr.
bool read_package(const std::string& path, std::string& file) {
  if (const Status status = read_whole_file(path, file); !is_ok(status)) {
    print_error(path + ": it cannot be read (" + std::string(to_text(status)) + ")");
    return false;
  }
  if (!file.empty() && file.size() <= limits::kModelBytesMax) return true;
  print_error(path + ": it has " + std::to_string(file.size()) +
              " bytes: right would be a package of at most " +
              std::to_string(limits::kModelBytesMax));
  return false;
}

int upload(const Options& options, Words words) {
  std::string file;
  if (!read_package(words[0], file)) return kFailed;
  const stores::PackagePieces pieces(file);
  Asked asked;
  for (bool has_asked = false;; has_asked = true) {
    RequestText request;
    if (has_asked) {
      const std::int64_t here = asked.answer().find("bytes_here").integer().value_or(0);
      if (here < 0 || here > static_cast<std::int64_t>(file.size())) {
        return print_error("the gateway has more of the file than there is"), kFailed;
      }
      pieces.write_piece(static_cast<std::uint32_t>(here), request.json());
    } else {
      pieces.write_question(request.json());
    }
    if (const int status = asked.ask(options, "models.upload", request.text()); status != kWell) {
      return status;
    }
    if (asked.answer().find("is_whole").boolean()) break;
  }
  if (options.json) {
    std::puts(std::string(asked.text()).c_str());
  } else {
    std::printf("%s %s is here\n", std::string(asked.answer().find("model").text()).c_str(),
                std::string(asked.answer().find("version").text()).c_str());
  }
  return kWell;
}

// Without a gateway: what one with these keys would say.
int check(const Options& options, Words words) {
  std::string file;
  if (!read_package(words[0], file)) return kFailed;
  std::vector<std::byte> memory(limits::kModelTreeBytes);
  stores::Package package(memory);
  stores::ModelProblem problem;
  const stores::ModelTrust trust{.keys = read_model_keys(options.config)};
  if (const Status status = package.read(file, trust, problem); !is_ok(status)) {
    print_error(words[0] + ": " + std::string(problem.view()));
    return kFailed;
  }
  std::printf("%s: good: %s %s, %u rules\n", words[0].c_str(), std::string(package.name()).c_str(),
              std::string(package.version()).c_str(), package.rules().count());
  return kWell;
}

int deploy(const Options& options, Words words) {
  const auto is_parameter = [](const std::string& word) {
    return word.find('=') != std::string::npos;
  };
  RequestText request;
  request.json().member("id", words[0]);
  request.json().member("version", words[1]);
  for (const bool parameters : {false, true}) {
    request.json().open_array(parameters ? "parameters" : "to");
    for (const std::string& word : words.subspan(2)) {
      if (is_parameter(word) == parameters) request.json().element(word);
    }
    request.json().close_array();
  }
  request.sign(options);
  return ask_and_print(options, "models.deploy", request);
}

int about_one(const Options& options, Words words, std::string_view verb) {
  RequestText request;
  request.json().member("id", words[0]);
  if (words.size() > 1) request.json().member("version", words[1]);
  request.sign(options);
  return ask_and_print(options, verb, request);
}
int get(const Options& options, Words words) { return about_one(options, words, "models.get"); }
int undeploy(const Options& options, Words words) {
  return about_one(options, words, "models.undeploy");
}
int remove(const Options& options, Words words) {
  return about_one(options, words, "models.remove");
}

// clang-format off
constexpr std::array kActions{
    Action{"list",     0, 0,   list,     "list"},
    Action{"get",      1, 1,   get,      "get MODEL"},
    Action{"check",    1, 1,   check,    "check FILE"},
    Action{"upload",   1, 1,   upload,   "upload FILE"},
    Action{"deploy",   3, 100, deploy,   "deploy MODEL VERSION EQUIPMENT... [NAME=VALUE...] [EQUIPMENT/NAME=VALUE...]"},
    Action{"undeploy", 1, 1,   undeploy, "undeploy MODEL"},
    Action{"remove",   1, 2,   remove,   "remove MODEL [VERSION]"},
};
// clang-format on

int no_such_action(const std::string& word) {
  return print_error("models: " +
                     console::unknown("word", word, console::words_of(kActions), "holdfast"));
}

}  // namespace

int run_models(const Options& options) {
  return run_action(kActions, "models", options, no_such_action);
}

}  // namespace hf::program
