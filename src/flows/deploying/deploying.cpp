#include "flows/deploying/deploying.h"

#include <algorithm>
#include <array>

#include "state/fields.h"

namespace hf::flows {

using documents::Change;
using documents::DocumentId;
using documents::DocumentView;
using documents::Part;
using documents::Value;
using state::Fields;
using stores::ModelProblem;
using stores::Package;

namespace {

constexpr Uptime kNever{INT64_MAX};
constexpr state::Editor kGateway{.side = documents::Side::gateway, .author = "gateway"};

Change tell(std::string_view field, const Value& value) {
  return {.field = {Part::reported, field}, .value = value};
}

Value text_or_nothing(std::string_view text) { return text.empty() ? Value{} : Value::text(text); }

void say(ModelProblem& problem, std::string_view what, std::string_view about) {
  problem.assign(what);
  static_cast<void>(
      is_ok(problem.try_append(about.substr(0, problem.capacity() - problem.size()))));
}

}  // namespace

Deploying::Deploying(state::Replica& replica, stores::Models& models, const stores::Roster& roster,
                     std::uint32_t rules_max)
    : replica_(replica), models_(models), roster_(roster), rules_max_(rules_max) {
  replica_.observe(*this);
}

void Deploying::changed(const state::Changed& change) {
  if (change.delta.id().collection != state::kModels) return;
  if (change.from != documents::Side::gateway) ++wishes_;
  // One that was deleted while packages of it are here is there again, and says so.
  if (change.delta.grave().present()) packages_seen_ = 0;
}

Uptime Deploying::step(Uptime now, const UtcReading& utc) {
  if (models_.revision() != packages_seen_) {
    if (!is_ok(list_packages(utc))) return now + kTurn;
    packages_seen_ = models_.revision();
    ++wishes_;
  }
  if (phase_ == Phase::idle) {
    if (!is_passing_) {
      if (wishes_ == wishes_seen_) return kNever;
      wishes_seen_ = wishes_;
      after_.clear();
      is_passing_ = true;
    }
    if (!take_next(utc)) {
      is_passing_ = false;
      return now;
    }
  }
  return is_ok(work(utc)) ? now : now + kTurn;
}

// Each model's document says which versions of it lie here, so upstream sees it of every gateway.
Status Deploying::list_packages(const UtcReading& utc) {
  state::ItemKey key;
  Status status = models_.next(key);
  while (is_ok(status)) {
    stores::ModelName name;
    HF_TRY(name.try_assign(stores::name_of_package(key.view())));
    FixedString<limits::kModelVersionsMax*(limits::kModelVersionBytesMax + 1)> versions;
    while (is_ok(status) && stores::name_of_package(key.view()) == name.view()) {
      if (!versions.empty()) HF_TRY(versions.try_append(" "));
      HF_TRY(versions.try_append(stores::version_of_package(key.view())));
      status = models_.next(key);
    }
    DocumentView document;
    const bool has_status =
        replica_.find({.collection = state::kModels, .key = name.view()}, document) &&
        !Fields(document).text(Part::reported, "status").empty();
    const std::array changes{tell("versions", Value::text(versions.view())),
                             tell("status", Value::text("ready"))};
    const Status told = report(name.view(), std::span{changes}.first(has_status ? 1 : 2), utc);
    if (told != Status::full) HF_TRY(told);  // no room for one more document: the others count
  }
  return status == Status::not_found ? Status::ok : status;
}

Deploying::Applied Deploying::applied_of(std::string_view model) const {
  Applied applied;
  DocumentView document;
  if (!replica_.find({.collection = state::kModels, .key = model}, document)) return applied;
  const Fields fields(document);
  static_cast<void>(is_ok(applied.version.try_assign(fields.text(Part::reported, "applied"))));
  static_cast<void>(is_ok(applied.to.try_assign(fields.text(Part::reported, "applied_to"))));
  static_cast<void>(is_ok(applied.with.try_assign(fields.text(Part::reported, "applied_with"))));
  const std::string_view slot = fields.text(Part::reported, "slot");
  if (slot.size() == 1) applied.slot = slot[0];
  return applied;
}

// Whether something is to be done for it; then wanted_ says what.
bool Deploying::is_wanted(const DocumentView& document, const UtcReading& utc) {
  if (!is_ok(wanted_.model.try_assign(document.id().key))) return false;
  const Fields fields(document);
  wanted_.version.clear();
  wanted_.to.clear();
  wanted_.with.clear();
  if (const std::string_view to = fields.text(Part::desired, "deployed_to"); !to.empty()) {
    const bool fits = is_ok(wanted_.to.try_assign(to)) &&
                      is_ok(wanted_.version.try_assign(fields.text(Part::desired, "version"))) &&
                      is_ok(wanted_.with.try_assign(fields.text(Part::desired, "parameters")));
    if (!fits) return false;  // longer than any field of ours
  }
  const Applied applied = applied_of(wanted_.model.view());
  slot_ = applied.slot;
  if (!(applied.version == wanted_.version && applied.to == wanted_.to &&
        applied.with == wanted_.with)) {
    return true;
  }
  // As it should be; but a power cut, or a wish that was taken back, may have left rules in the
  // other slot and words of it.
  const std::string_view status = fields.text(Part::reported, "status");
  if (status == "failed" || status == "deploying") {
    const bool is_deployed = !wanted_.to.empty();
    const std::array changes{tell("status", Value::text(is_deployed ? "deployed" : "ready")),
                             tell("progress", is_deployed ? Value::integer(100) : Value{}),
                             tell("problem", Value{})};
    static_cast<void>(is_ok(report(wanted_.model.view(), changes, utc)));  // told, not relied upon
  }
  phase_ = Phase::burying;
  return true;
}

bool Deploying::take_next(const UtcReading& utc) {
  std::uint32_t place = replica_.first_of(state::kModels);
  for (; place < replica_.count(); ++place) {
    const DocumentView document = replica_.at(place);
    if (document.id().collection != state::kModels) return false;
    if (document.id().key <= after_.view()) continue;
    if (!is_ok(after_.try_assign(document.id().key))) continue;  // no name of a model
    phase_ = Phase::clearing;
    written_ = 0;
    if (is_wanted(document, utc)) return true;
    phase_ = Phase::idle;
  }
  return false;
}

Status Deploying::work(const UtcReading& utc) {
  switch (phase_) {
    case Phase::idle: return Status::ok;
    case Phase::clearing: {
      std::uint32_t buried = 0;
      HF_TRY(bury_rules(replica_, wanted_.model.view(), spare_slot(), kWritesPerStep, utc, buried));
      if (buried == 0) phase_ = wanted_.to.empty() ? Phase::switching : Phase::writing;
      return Status::ok;
    }
    case Phase::writing: return write(utc);
    case Phase::switching: return switch_over(utc);
    case Phase::burying: return bury_others(utc);
  }
  return Status::ok;
}

// DE3
Status Deploying::write(const UtcReading& utc) {
  Package package(models_.tree());
  ModelProblem problem;
  Status status = models_.open(wanted_.model.view(), wanted_.version.view(), package, problem);
  if (status == Status::unavailable || status == Status::busy) return status;
  if (is_ok(status)) status = check(package, problem);
  if (!is_ok(status)) return fail(problem.view(), utc);
  const std::uint32_t all = package.rules().count() * count_equipment(wanted_.to.view());
  for (std::uint32_t writes = 0; written_ < all && writes < kWritesPerStep; ++writes) {
    status = write_rule(replica_, package, wanted_, spare_slot(), written_, utc);
    if (status == Status::unavailable) status = Status::ok;  // in memory; switch_over() waits
    if (!is_ok(status)) {
      say(problem,
          status == Status::full ? "no room for a rule: " : "a parameter is out of bounds: ",
          to_text(status));
      return fail(problem.view(), utc);
    }
    ++written_;
  }
  if (written_ == all) {
    phase_ = Phase::switching;
    return Status::ok;
  }
  const std::array changes{tell("status", Value::text("deploying")),
                           tell("progress", Value::integer(std::int64_t{100} * written_ / all))};
  return report(wanted_.model.view(), changes, utc);
}

// DE1: one commit.
Status Deploying::switch_over(const UtcReading& utc) {
  if (!is_all_on_flash()) return Status::busy;
  const bool is_deployed = !wanted_.to.empty();
  const char slot = is_deployed ? spare_slot() : ' ';
  const std::array changes{
      tell("applied", text_or_nothing(wanted_.version.view())),
      tell("applied_to", text_or_nothing(wanted_.to.view())),
      tell("applied_with", text_or_nothing(wanted_.with.view())),
      tell("slot", is_deployed ? Value::text({&slot, 1}) : Value{}),
      tell("status", Value::text(is_deployed ? "deployed" : "ready")),
      tell("progress", is_deployed ? Value::integer(100) : Value{}),
      tell("problem", Value{}),
  };
  HF_TRY(report(wanted_.model.view(), changes, utc));
  slot_ = slot;
  phase_ = Phase::burying;
  return Status::ok;
}

// DE1: not before what is in force now is on flash.
Status Deploying::bury_others(const UtcReading& utc) {
  if (!is_all_on_flash()) return Status::busy;
  for (const char slot : {'a', 'b'}) {
    if (slot == slot_) continue;
    std::uint32_t buried = 0;
    HF_TRY(bury_rules(replica_, wanted_.model.view(), slot, kWritesPerStep, utc, buried));
    if (buried > 0) return Status::ok;
  }
  phase_ = Phase::idle;
  return Status::ok;
}

bool Deploying::is_here(std::string_view equipment, std::string_view sensor) const {
  for (std::uint32_t i = 0; i < roster_.count(); ++i) {
    const stores::SensorFacts& facts = roster_.at({static_cast<std::uint16_t>(i)});
    const bool is_it = facts.equipment.text() == equipment;
    if (is_it && (sensor == "*" || facts.sensor.text() == sensor)) return true;
  }
  return false;
}

// DE4
Status Deploying::check(const Package& package, ModelProblem& problem) const {
  std::string_view to = wanted_.to.view();
  for (std::string_view id = stores::take_word(to, ", "); !id.empty();
       id = stores::take_word(to, ", ")) {
    if (!is_here(id, "*")) {
      say(problem, "no sensor here belongs to the equipment ", id);
      return Status::not_found;
    }
    for (const wire::JsonValue rule : package.rules()) {
      const std::string_view sensor = rule.find("sensor").text();
      if (is_here(id, sensor)) continue;
      say(problem, id, " has no sensor ");
      static_cast<void>(is_ok(problem.try_append(sensor)));
      return Status::not_found;
    }
  }
  std::string_view with = wanted_.with.view();
  for (std::string_view word = stores::take_word(with, " "); !word.empty();
       word = stores::take_word(with, " ")) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::size_t slash = std::min(word.find('/'), equals);
    const std::string_view name = word.substr(0, equals).substr(slash < equals ? slash + 1 : 0);
    if (equals == word.size() || !package.parameters().find(name).present()) {
      say(problem, "the package has no such parameter: ", word);
      return Status::not_found;
    }
    if (slash < equals && !stores::has_entry(wanted_.to.view(), ", ", word.substr(0, slash))) {
      say(problem, "a parameter of equipment that it is not deployed to: ", word);
      return Status::not_found;
    }
  }
  const std::uint32_t all = package.rules().count() * count_equipment(wanted_.to.view());
  if (rules_of_others() + all > rules_max_) {
    say(problem, "too many rules for this gateway: remove some, or deploy to less equipment", {});
    return Status::full;
  }
  return Status::ok;
}

std::uint32_t Deploying::rules_of_others() const {
  std::uint32_t count = 0;
  for (std::uint32_t place = replica_.first_of(state::kRules); place < replica_.count(); ++place) {
    const DocumentView document = replica_.at(place);
    if (document.id().collection != state::kRules) break;
    const Fields fields(document);
    const std::string_view model = fields.text(Part::desired, "model");
    const bool is_ours = model == slot_name(wanted_.model.view(), 'a').view() ||
                         model == slot_name(wanted_.model.view(), 'b').view();
    const bool counts = document.lives() && !is_ours &&
                        fields.boolean(Part::desired, "enabled", true) &&
                        stores::is_rule_in_force(replica_, model);
    count += counts ? 1U : 0U;
  }
  return count;
}

// DE2
Status Deploying::fail(std::string_view why, const UtcReading& utc) {
  const std::array changes{tell("status", Value::text("failed")), tell("progress", Value{}),
                           tell("problem", Value::text(why))};
  HF_TRY(report(wanted_.model.view(), changes, utc));
  phase_ = Phase::burying;
  return Status::ok;
}

// Only what is new is written.
Status Deploying::report(std::string_view model, std::span<const Change> changes,
                         const UtcReading& utc) {
  const DocumentId id{.collection = state::kModels, .key = model};
  DocumentView document;
  if (replica_.find(id, document) && document.lives()) {
    const Fields fields(document);
    const bool is_said = std::ranges::all_of(changes, [&](const Change& change) {
      return fields.value(Part::reported, change.field.text) == change.value;
    });
    if (is_said) return Status::ok;
  }
  const Status status = replica_.create(id, changes, kGateway, utc);
  return status == Status::unavailable ? Status::ok : status;  // in memory
}

}  // namespace hf::flows
