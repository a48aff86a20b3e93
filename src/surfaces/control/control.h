// What people and scripts can ask on the local control socket: a table of verbs, read by one loop.
//
// Each verb names the right it needs, and every answer is for somebody who has one: there is no
// way around the table. docs/decisions/0029.
//
// A surface shows; it reads any store and writes only into the inbox. The web role speaks to this
// same socket, so it can do nothing that the command line cannot.
//
// Never allocates. Owned by the service loop.
#pragma once

#include <span>
#include <string_view>

#include "hal/clock.h"
#include "hal/processes.h"
#include "state/replica.h"
#include "stores/activity/activity.h"
#include "stores/anchors/anchors.h"
#include "stores/inbox/inbox.h"
#include "stores/ledger/ledger.h"
#include "stores/models/models.h"
#include "stores/nodes/nodes.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/roster/roster.h"
#include "stores/settings/settings.h"
#include "stores/telemetry/telemetry.h"
#include "stores/traffic/traffic.h"
#include "stores/updates/updates.h"
#include "vocabulary/right.h"
#include "wire/channel/json_writer.h"

namespace hf::surfaces {

// What a person reads when a verb is refused; empty: only the status is known.
struct Problem {
  FixedString<200> text;
  std::string_view meant;  // the word that was probably meant
};

// Who asks. The name is for people, and for the audit where a request names nobody.
struct Asker {
  std::string_view name = "local";
  Right right = Right::none;
  std::string_view by = {};  // the setting that says so, named where something is refused
};

// What there is to see.
struct Sights {
  std::string_view gateway;  // its id
  const hal::Clock& clock;
  const hal::Processes& processes;
  const stores::Anchors& anchors;
  const stores::Traffic& traffic;
  const stores::Ledger& ledger;
  const stores::Roster& roster;
  const stores::Nodes& nodes;
  const stores::telemetry::Telemetry& window;
  stores::OfflineQueue& queue;  // asked for figures only
  stores::Activity& activity;   // asked for entries only
  stores::Settings& settings;
  stores::SettingsProblems& problems;  // what a verb that refuses has to say about it
  std::span<std::byte> memory;         // for the tree of the arguments
  stores::Updates& updates;            // where a surface asks for another system
  const state::Replica& replica;
  stores::Inbox& inbox;    // where a surface writes documents
  stores::Models& models;  // where packages of rules come in
  Problem& problem;        // what is wrong with a request about them
  Asker asker;
};

struct Verb {
  std::string_view name;
  Right right = Right::none;  // what whoever asks must have
  std::string_view help;      // one line: what it answers, for whom
  // Writes the members of the answer object. Outcomes other than ok are the client's to read, with
  // the problems that the verb has noted.
  Status (*answer)(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
};

std::span<const Verb> verbs();

// What whoever says this line must have the right to; none: it begins with no verb that there is.
Right right_needed(std::string_view line);

// One line of wire/control_line.h answered by one. Cannot fail: what goes wrong is the answer.
// REQUIRES: `answer` has room for wire::kControlAnswerBytesMax - 1 characters.
std::string_view answer_line(const Sights& sights, std::string_view line, std::span<char> answer);

}  // namespace hf::surfaces
