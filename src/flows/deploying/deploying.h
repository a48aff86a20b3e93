// Deploying: makes of what people want of a model (its version, where, with which parameters) rules
// that are in force.
//
// What is wanted stands in the document of the model and is written at either end; what is done is
// reported there. A deployment writes its rules into the slot that is not in use, where they count
// for nothing, and then reports the other slot in one commit: that is the moment it is in force.
//
//   DE1  At every moment, power cuts included, the rules in force are those of one deployment,
//        whole, or those of the one before. So the switch waits until all rules are on flash, and
//        what was in force is buried when the switch is; while there is no flash, all of it waits.
//   DE2  A deployment that fails leaves the one before in force, and says why; it is tried again
//        when something else is wanted, a package comes, or the gateway starts.
//   DE3  A step writes at most kWritesPerStep documents of rules.
//   DE4  Every rule that is in force has a sensor to look at: equipment, sensors and parameters
//        that are not here are refused before anything is written.
//
// Never allocates; reads the package anew in each step. Owned by the service loop.
#pragma once

#include <cstdint>

#include "flows/deploying/staging.h"
#include "stores/roster/roster.h"

namespace hf::flows {

class Deploying final : public state::DocumentObserver {
 public:
  static constexpr std::uint32_t kWritesPerStep = 8;
  static constexpr Duration kTurn = seconds(1);  // between two looks at a medium that fails

  // REQUIRES: all outlive this. `rules_max`: how many rules may be in force in all.
  Deploying(state::Replica& replica, stores::Models& models, const stores::Roster& roster,
            std::uint32_t rules_max);

  // When it wants to be called next.
  Uptime step(Uptime now, const UtcReading& utc);

 private:
  enum class Phase : std::uint8_t { idle, clearing, writing, switching, burying };

  struct Applied {
    FixedString<32> version;
    WantedText to;
    WantedText with;
    char slot = ' ';
  };

  void changed(const state::Changed& change) override;
  Status list_packages(const UtcReading& utc);
  bool take_next(const UtcReading& utc);
  Applied applied_of(std::string_view model) const;
  bool is_wanted(const documents::DocumentView& document, const UtcReading& utc);
  // Each does one step's share. ok.  Else: it is to be done again, later.
  Status work(const UtcReading& utc);
  Status write(const UtcReading& utc);
  Status switch_over(const UtcReading& utc);
  Status bury_others(const UtcReading& utc);
  Status check(const stores::Package& package, stores::ModelProblem& problem) const;
  bool is_here(std::string_view equipment, std::string_view sensor) const;
  std::uint32_t rules_of_others() const;
  Status fail(std::string_view why, const UtcReading& utc);
  Status report(std::string_view model, std::span<const documents::Change> changes,
                const UtcReading& utc);
  bool is_all_on_flash() const { return replica_.dirty_count() == 0; }
  char spare_slot() const { return slot_ == 'a' ? 'b' : 'a'; }

  state::Replica& replica_;
  stores::Models& models_;
  const stores::Roster& roster_;
  std::uint32_t rules_max_;
  std::uint32_t wishes_ = 1;       // counts changes of what is wanted
  std::uint32_t wishes_seen_ = 0;  // those that this pass looks at
  std::uint32_t packages_seen_ = 0;
  bool is_passing_ = false;
  stores::ModelName after_;  // this pass: looked at
  Phase phase_ = Phase::idle;
  Wanted wanted_;
  char slot_ = ' ';  // in use
  std::uint32_t written_ = 0;
};

}  // namespace hf::flows
