// The link role as a program of its own, for tests: `<program> link 0`, with its channel.
#include "platform/linux/link/link_role.h"
#include "platform/linux/processes.h"

int main() { return hf::link_role::run_link_role(hf::on_linux::Processes::kChannel); }
