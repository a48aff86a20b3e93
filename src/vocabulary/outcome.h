// How everything here says how it went: a Status, or a Result that carries a small value or a
// Status.
//
// The set of words is closed and small on purpose: a caller reacts to a word, never to a text. What
// the world can break (flash, link, sensor, person) is returned; what only a bug can break is
// asserted (assertion.h). std::expected is not used: GCC 12 has it only without and_then, and an
// own Result can refuse big values. Nothing here allocates.
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "vocabulary/assertion.h"

namespace hf {

enum class [[nodiscard]] Status : std::uint8_t{
    ok,
    not_found,    // no such thing, or nothing yet
    full,         // no room left: of the thing asked for, or in the buffer given
    corrupt,      // bytes that fail their checksum or grammar; never returned as data
    invalid,      // the request itself is wrong: out of range, malformed, unknown name
    stale,        // true once, overtaken since
    busy,         // cannot be done now; the same request may succeed later
    refused,      // understood and not permitted
    unavailable,  // the device, file or peer behind it is gone or read-only
    timed_out,    // did not finish within its deadline
    unsupported,  // this board or file system cannot do it, and never will
};

std::string_view to_text(Status status);

constexpr bool is_ok(Status status) { return status == Status::ok; }

// A value, or the reason why there is none. Big things travel through the caller's span instead.
template <typename T>
class [[nodiscard]] Result {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 16,
                "a Result holds something small; pass big things through a span of the caller's");

 public:
  constexpr Result(T value) : value_(value) {}                   // NOLINT: meant to be implicit
  constexpr Result(Status status) : value_{}, status_(status) {  // NOLINT: meant to be implicit
    HF_ASSERT(status != Status::ok);
  }

  constexpr bool ok() const { return status_ == Status::ok; }
  constexpr Status status() const { return status_; }

  // REQUIRES: ok().
  constexpr T value() const {
    HF_ASSERT(ok());
    return value_;
  }
  constexpr T value_or(T otherwise) const { return ok() ? value_ : otherwise; }

 private:
  T value_;
  Status status_ = Status::ok;
};

constexpr Status status_of(Status status) { return status; }
template <typename T>
constexpr Status status_of(const Result<T>& result) {
  return result.status();
}

}  // namespace hf

// Leaves the function with the Status of `expression` unless that is ok. The one macro of this
// kind.
#define HF_TRY(expression)                                          \
  do {                                                              \
    if (const ::hf::Status hf_status = ::hf::status_of(expression); \
        hf_status != ::hf::Status::ok) {                            \
      return hf_status;                                             \
    }                                                               \
  } while (false)
