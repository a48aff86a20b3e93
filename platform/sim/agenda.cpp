#include "platform/sim/agenda.h"

#include <algorithm>

namespace hf::sim {

void Agenda::at(Duration moment, std::function<void()> action) {
  planned_.emplace(moment, std::move(action));
}

void Agenda::pass(Duration time) {
  const Duration end = now() + time;
  while (!planned_.empty() && planned_.begin()->first <= end) {
    const auto next = planned_.extract(planned_.begin());  // it may plan more
    clock_.pass(std::max(Duration{}, next.key() - now()));
    next.mapped()();
  }
  clock_.pass(std::max(Duration{}, end - now()));  // an action may have let time pass by itself
}

}  // namespace hf::sim
