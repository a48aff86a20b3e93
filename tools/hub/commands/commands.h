// What the words on the command line do. Each returns the exit status; Failure means that the store
// could not be reached or read.
#pragma once

#include "tools/hub/commands/command_line.h"

namespace hf::hub {

int run(const Options& options);
int show_status(const Options& options);
int verify(const Options& options);
int export_samples(const Options& options);
int decode(const Options& options);
int show_documents(const Options& options);
int show_losses(const Options& options);
int set_fields(const Options& options);
int remove_document(const Options& options);
int restore_loss(const Options& options);
int compare_documents(const Options& options);
int accept_activity(const Options& options);
int send_command(const Options& options);
int models(const Options& options);
int deploy_model(const Options& options);
int undeploy_model(const Options& options);

inline constexpr int kWell = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUse = 2;
inline constexpr int kNotReachable = 3;

}  // namespace hf::hub
