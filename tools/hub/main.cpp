#include <exception>
#include <iostream>

#include "tools/hub/commands/commands.h"
#include "tools/hub/commands/named_gateway.h"
#include "tools/hub/storage/sql.h"

namespace {

int act(const hf::hub::Options& options) {
  using hf::hub::Command;
  switch (options.command) {
    case Command::run: return hf::hub::run(options);
    case Command::status: return hf::hub::show_status(options);
    case Command::verify: return hf::hub::verify(options);
    case Command::export_samples: return hf::hub::export_samples(options);
    case Command::decode: return hf::hub::decode(options);
    case Command::documents: return hf::hub::show_documents(options);
    case Command::audit: return hf::hub::show_losses(options);
    case Command::set: return hf::hub::set_fields(options);
    case Command::remove: return hf::hub::remove_document(options);
    case Command::restore: return hf::hub::restore_loss(options);
    case Command::accept: return hf::hub::accept_activity(options);
    case Command::compare: return hf::hub::compare_documents(options);
    case Command::command: return hf::hub::send_command(options);
    case Command::models: return hf::hub::models(options);
    case Command::version: std::cout << "holdfast-hub " HOLDFAST_VERSION "\n"; break;
    case Command::help: std::cout << hf::hub::help_text(); break;
  }
  return hf::hub::kWell;
}

}  // namespace

int main(int count, char** words) {
  try {
    hf::hub::Options options;
    std::string problem;
    const auto given = std::span<const char* const>(words, static_cast<std::size_t>(count));
    if (!hf::hub::read_command_line(given.subspan(1), options, problem)) {
      std::cerr << "holdfast-hub: " << problem << "\n";
      return hf::hub::kWrongUse;
    }
    return act(options);
  } catch (const hf::hub::Failure& failure) {
    std::cerr << "holdfast-hub: the store: " << failure.what() << "\n";
    return hf::hub::kNotReachable;
  } catch (const hf::hub::WrongUse& problem) {
    std::cerr << "holdfast-hub: " << problem.what() << "\n";
    return hf::hub::kWrongUse;
  } catch (const std::exception& failure) {
    std::cerr << "holdfast-hub: " << failure.what() << "\n";
    return hf::hub::kFailed;
  }
}
