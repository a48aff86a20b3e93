// What a run is to be, and what came of it.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/simulation/core/bugs.h"
#include "tests/simulation/core/findings.h"
#include "tests/simulation/core/incidents.h"
#include "tests/simulation/core/written_documents.h"

namespace hf::simulation {

struct Course {
  Duration length = days(1);
  std::uint64_t seed = 1;
  std::uint16_t sensors = 100;
  Weather weather = kUsual;
  bool is_dark = false;                   // no link but in the first hour and when all is healed
  std::vector<const IncidentKind*> only;  // empty: all kinds
  Bug bug = Bug::none;
  bool is_told = false;                  // each incident, on standard error
  void (*progress)(Duration) = nullptr;  // is told now and then how far it is
};

struct Outcome {
  std::uint64_t readings = 0;   // measured
  std::uint64_t arrived = 0;    // of them, upstream
  std::uint64_t condensed = 0;  // of them, upstream as envelopes only
  std::uint64_t dropped = 0;    // of them, told as dropped for want of flash
  std::uint64_t flooded = 0;    // of them, above the rate of their sensor: counted and not kept
  std::uint64_t frames = 0;     // upstream
  std::uint64_t boots = 0;
  std::uint64_t processes = 0;
  std::uint64_t incidents = 0;
  std::uint64_t settings_written = 0;  // bad versions of settings
  std::uint64_t settings_taken = 0;    // of them; they were left later
  WrittenDocuments::Counts written;    // by people, into documents
  std::uint64_t documents_merged = 0;  // changes that the hub heard of
  std::uint64_t documents_alike = 0;   // in the end, at both ends
  std::uint64_t steps = 0;
  std::uint64_t flash_bytes_most = 0;
  std::uint64_t flash_bytes_written = 0;
  Duration drained_after;    // all was healed
  Duration converged_after;  // the same, of documents
  std::uint64_t trace = 0;
  Findings findings;
};

}  // namespace hf::simulation
