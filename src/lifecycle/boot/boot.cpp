#include "lifecycle/boot/boot.h"

#include "vocabulary/fixed_string.h"

namespace hf::lifecycle {
namespace {

FixedString<120> fields_of(std::string_view name, Status status) {
  FixedString<120> fields;
  HF_ASSERT(is_ok(fields.try_append("step=")));
  HF_ASSERT(is_ok(fields.try_append(name.substr(0, 80))));
  HF_ASSERT(is_ok(fields.try_append(" status=")));
  HF_ASSERT(is_ok(fields.try_append(to_text(status))));
  return fields;
}

}  // namespace

bool enter_step(BootReport& report, std::uint32_t index, std::string_view name,
                OnFailure on_failure, Status status, bool in_time, hal::Log& log) {
  if (!in_time) {
    report.overran |= 1U << index;
    log.write(hal::LogLevel::warning, "boot_step_late", fields_of(name, status).view());
  }
  if (is_ok(status)) return true;
  if (on_failure == OnFailure::degrade) {
    report.degraded |= 1U << index;
    log.write(hal::LogLevel::warning, "boot_degraded", fields_of(name, status).view());
    return true;
  }
  report.status = status;
  report.halted_at = name;
  log.write(hal::LogLevel::error, "boot_halted", fields_of(name, status).view());
  return false;
}

}  // namespace hf::lifecycle
