#include "platform/sim/medium/faults.h"

namespace hf::sim {

FaultPlan::Hit FaultPlan::meet(FlashCall call, std::string_view file) {
  Hit hit;
  for (PlannedFault& planned : faults_) {
    if (planned.call != FlashCall::any && planned.call != call) continue;
    if (!planned.file.empty() && planned.file != file) continue;
    if (planned.after > 0) {
      --planned.after;
      continue;
    }
    if (planned.times == 0) continue;
    if (planned.times != kForEver) --planned.times;
    hit.delay = hit.delay + planned.delay;
    if (hit.fault == Fault::none) hit.fault = planned.fault;
  }
  return hit;
}

}  // namespace hf::sim
