#include "stores/settings/trial.h"

#include <algorithm>
#include <string_view>

#include "vocabulary/checksum.h"
#include "wire/byte_cursor.h"

namespace hf::stores {
namespace {

constexpr std::uint8_t kFormat = 1;

}  // namespace

std::string_view to_text(VersionState state) {
  constexpr std::array<std::string_view, 6> kWords{"on trial",  "good",    "assumed",
                                                   "no answer", "crashed", "unsound"};
  return kWords[static_cast<std::size_t>(state) % kWords.size()];
}

const VersionPlace* TrialRecord::find(std::uint32_t number) const {
  if (number == 0) return nullptr;
  const auto place = std::find_if(places.begin(), places.end(),
                                  [number](const VersionPlace& p) { return p.number == number; });
  return place == places.end() ? nullptr : &*place;
}

void TrialRecord::mark(std::uint32_t number, VersionState state) {
  for (VersionPlace& place : places) {
    if (place.number == number && number != 0) place.state = state;
  }
}

std::uint32_t TrialRecord::next_place() const {
  std::uint32_t chosen = kVersionsKept;
  for (std::uint32_t i = 0; i < kVersionsKept; ++i) {
    const std::uint32_t number = places[i].number;
    if (number == 0) return i;
    if (number == in_force || number == last_good) continue;
    if (chosen == kVersionsKept || number < places[chosen].number) chosen = i;
  }
  HF_ASSERT(chosen < kVersionsKept);
  return chosen;
}

void write_trial(const TrialRecord& trial, std::span<std::byte, kTrialBytes> out) {
  wire::ByteWriter writer(out);
  writer.put(kFormat);
  writer.put(trial.newest);
  writer.put(trial.in_force);
  writer.put(trial.last_good);
  writer.put(trial.starts);
  writer.put(trial.elapsed_ms);
  writer.put(trial.refused_base);
  for (const VersionPlace& place : trial.places) {
    writer.put(place.number);
    writer.put(static_cast<std::uint8_t>(place.state));
  }
  writer.put(crc32c(out.first(writer.at())));
  HF_ASSERT(is_ok(writer.status()) && writer.at() == kTrialBytes);
}

Status read_trial(std::span<const std::byte> bytes, TrialRecord& trial) {
  if (bytes.size() != kTrialBytes) return Status::corrupt;
  const auto body = bytes.first(kTrialBytes - sizeof(std::uint32_t));
  if (load_u32(bytes.last(sizeof(std::uint32_t))) != crc32c(body)) return Status::corrupt;
  wire::ByteReader in(body);
  if (in.take<std::uint8_t>() != kFormat) return Status::unsupported;
  TrialRecord read;
  read.newest = in.take<std::uint32_t>();
  read.in_force = in.take<std::uint32_t>();
  read.last_good = in.take<std::uint32_t>();
  read.starts = in.take<std::uint32_t>();
  read.elapsed_ms = in.take<std::int64_t>();
  read.refused_base = in.take<std::uint32_t>();
  for (VersionPlace& place : read.places) {
    place.number = in.take<std::uint32_t>();
    place.state = static_cast<VersionState>(in.take<std::uint8_t>());
    if (place.state > VersionState::unsound || place.number > read.newest) return Status::corrupt;
  }
  const auto has_place = [&read](std::uint32_t number) {
    return number == 0 || read.find(number) != nullptr;
  };
  if (!has_place(read.in_force) || !has_place(read.last_good)) return Status::corrupt;
  trial = read;
  return Status::ok;
}

}  // namespace hf::stores
