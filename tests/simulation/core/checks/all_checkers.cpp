#include "tests/simulation/core/checks/accounts.h"
#include "tests/simulation/core/checks/bounds.h"
#include "tests/simulation/core/checks/convergence.h"
#include "tests/simulation/core/checks/durability.h"
#include "tests/simulation/core/checks/honest_gaps.h"
#include "tests/simulation/core/checks/live_first.h"
#include "tests/simulation/core/checks/liveness.h"
#include "tests/simulation/core/checks/order.h"
#include "tests/simulation/core/checks/soundness.h"
#include "tests/simulation/core/checks/time_healed.h"
#include "tests/simulation/core/checks/uniqueness.h"

namespace hf::simulation {

std::vector<std::unique_ptr<Checker>> all_checkers(Findings& findings, Truth& truth) {
  std::vector<std::unique_ptr<Checker>> all;
  all.push_back(std::make_unique<Accounts>(findings));
  all.push_back(std::make_unique<Bounds>(findings));
  all.push_back(std::make_unique<Convergence>(findings));
  all.push_back(std::make_unique<Durability>(findings));
  all.push_back(std::make_unique<HonestGaps>(findings));
  all.push_back(std::make_unique<LiveFirst>(findings, truth));
  all.push_back(std::make_unique<Liveness>(findings));
  all.push_back(std::make_unique<Order>(findings, truth));
  all.push_back(std::make_unique<Soundness>(findings));
  all.push_back(std::make_unique<TimeHealed>(findings));
  all.push_back(std::make_unique<Uniqueness>(findings));
  return all;
}

}  // namespace hf::simulation
