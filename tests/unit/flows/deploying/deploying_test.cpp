#include "flows/deploying/deploying.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>

#include "state/fields.h"
#include "tests/support/models_on_sim.h"
#include "tests/support/replica_on_sim.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::test;
using documents::Part;
using documents::Value;
using state::Fields;

namespace {

constexpr std::uint32_t kRulesMax = 26;

// Two pumps with two sensors each, a model in two versions, and who deploys it.
struct DeployingSite {
  explicit DeployingSite(std::uint64_t seed = 1, const sim::MediumModel& model = {})
      : site(seed, model) {
    for (const char* equipment : {"pump-1", "pump-2"}) {
      for (const char* sensor : {"heat", "flow"}) {
        stores::SensorFacts one;
        CHECK(is_ok(EquipmentId::parse(equipment, one.equipment)));
        CHECK(is_ok(SensorId::parse(sensor, one.sensor)));
        CHECK(roster.add(one).ok());
      }
    }
  }

  // A new process.
  Status start() {
    deploying.reset();
    const Status status = site.start();
    models.emplace(*site.on.shelf, room->memory());
    models->set(false, 200'000);
    deploying.emplace(*site.replica, *models, roster, kRulesMax);
    return status;
  }
  bool cut_and_start() {
    site.on.cut_power();
    return is_ok(start());
  }

  // `version` of the model "pumps", with so many rules.
  Status upload(const std::string& version, int rules, const std::string& limit = "\"$hot\"") {
    std::string text;
    for (int i = 0; i < rules; ++i) {
      text += (i == 0 ? "" : ",") + std::string(R"({"name":"r)") + std::to_string(i) +
              R"(","sensor":"heat","condition":"above","limit":)" + limit + "}";
    }
    const std::string file = packed(body_of(text, "pumps", version));
    const stores::PackagePieces pieces(file);
    stores::ArrivedPackage arrived;
    stores::ModelProblem problem;
    return models->take({.file_sha256 = pieces.sha256(),
                         .file_bytes = static_cast<std::uint32_t>(file.size()),
                         .offset = 0,
                         .data = file},
                        arrived, problem);
  }
  // What people want of it; the outcome is the shelf's.
  Status want(std::string_view version, std::string_view to, std::string_view with = {}) {
    const auto or_nothing = [](std::string_view text) {
      return text.empty() ? Value{} : Value::text(text);
    };
    const documents::Change changes[] = {
        {.field = {Part::desired, "deployed_to"}, .value = or_nothing(to)},
        {.field = {Part::desired, "parameters"}, .value = or_nothing(with)},
        {.field = {Part::desired, "version"}, .value = or_nothing(version)}};
    return site.replica->create(kPumps, changes, {documents::Side::local, "anna"}, site.utc);
  }
  void step() {
    site.pass(seconds(1));
    deploying->step(site.on.now, site.utc);
    check_force();
  }
  // Until nothing is left to do. False: it does not end.
  bool settle() {
    for (int i = 0; i < 100; ++i) {
      site.pass(seconds(1));
      site.on.shelf->serve(site.on.now);
      site.replica->serve(site.on.now);
      const Uptime next = deploying->step(site.on.now, site.utc);
      check_force();
      if (next.ms == INT64_MAX) return true;
    }
    return false;
  }

  // The rules that raise alerts: "r0.pump-1=80 …", sorted.
  std::string in_force() const {
    std::vector<std::string> rules;
    for (std::uint32_t at = site.replica->first_of(state::kRules); at < site.replica->count();
         ++at) {
      const documents::DocumentView document = site.replica->at(at);
      if (document.id().collection != state::kRules) break;
      const Fields fields(document);
      const std::string_view model = fields.text(Part::desired, "model");
      if (!document.lives() || !stores::is_rule_in_force(*site.replica, model)) continue;
      rules.push_back(std::string(document.id().key.substr(
                          std::min(model.size() + 1, document.id().key.size()))) +
                      "=" + std::to_string(static_cast<int>(fields.real(Part::desired, "limit"))));
    }
    std::ranges::sort(rules);
    std::string text;
    for (const std::string& rule : rules) text += (text.empty() ? "" : " ") + rule;
    return text;
  }
  // DE1: what may be in force is told beforehand.
  void check_force() {
    if (allowed.empty() || std::ranges::find(allowed, in_force()) != allowed.end()) return;
    if (wrong.empty()) wrong = "in force: " + in_force();
  }
  std::uint32_t rule_documents() const {
    std::uint32_t count = 0;
    for (std::uint32_t at = 0; at < site.replica->count(); ++at) {
      const documents::DocumentView document = site.replica->at(at);
      count += document.lives() && document.id().collection == state::kRules ? 1U : 0U;
    }
    return count;
  }
  std::string says(std::string_view field) const {
    documents::DocumentView document;
    if (!site.replica->find(kPumps, document)) return "none";
    return std::string(Fields(document).text(Part::reported, field));
  }

  static constexpr documents::DocumentId kPumps{.collection = state::kModels, .key = "pumps"};

  ReplicaOnSim site;
  std::array<stores::SensorEntry, 8> facts;
  stores::Roster roster{facts};
  std::unique_ptr<ModelsRoom> room = std::make_unique<ModelsRoom>();
  std::optional<stores::Models> models;
  std::optional<flows::Deploying> deploying;
  std::vector<std::string> allowed;
  std::string wrong;
};

constexpr const char* kOne = "r0.pump-1=80";
constexpr const char* kBoth = "r0.pump-1=75 r0.pump-2=85";

}  // namespace

TEST_GROUP(Deploying) {
  DeployingSite at;
  void setup() override {
    STATUS_EQUAL(Status::ok, at.start());
    STATUS_EQUAL(Status::ok, at.upload("1", 1));
  }
  void deploy(std::string_view version, std::string_view to, std::string_view with = {}) {
    STATUS_EQUAL(Status::ok, at.want(version, to, with));
    CHECK(at.settle());
  }
};

TEST(Deploying, a_model_is_listed_deployed_changed_and_taken_back) {
  CHECK(at.settle());
  STRCMP_EQUAL("ready", at.says("status").c_str());
  STATUS_EQUAL(Status::ok, at.upload("2", 3));
  CHECK(at.settle());
  STRCMP_EQUAL("1 2", at.says("versions").c_str());
  deploy("1", "pump-1");
  STRCMP_EQUAL("deployed", at.says("status").c_str());
  STRCMP_EQUAL(kOne, at.in_force().c_str());
  deploy("1", "pump-1,pump-2", "hot=75 pump-2/hot=85");
  STRCMP_EQUAL(kBoth, at.in_force().c_str());
  STRCMP_EQUAL("pump-1,pump-2", at.says("applied_to").c_str());
  deploy("2", "pump-2");
  STRCMP_EQUAL("r0.pump-2=80 r1.pump-2=80 r2.pump-2=80", at.in_force().c_str());
  LONGS_EQUAL(3, at.rule_documents());
  deploy("1", "pump-2");  // and back
  STRCMP_EQUAL("r0.pump-2=80", at.in_force().c_str());
  deploy({}, {});
  STRCMP_EQUAL("", at.in_force().c_str());
  STRCMP_EQUAL("ready", at.says("status").c_str());
  LONGS_EQUAL(0, at.rule_documents());
}

TEST(Deploying, a_wish_of_upstream_is_one_like_any_other) {
  CHECK(at.settle());
  HubPen pen;
  const auto writes = [&](std::string_view field, std::string_view text) {
    documents::DocumentView document;
    CHECK(at.site.replica->find(at.kPumps, document));
    STATUS_EQUAL(Status::ok, at.site.replica->take(pen.writes(document, field, Value::text(text),
                                                              at.site.utc.at.ms + 5000),
                                                   at.site.utc));
  };
  writes("version", "1");
  writes("deployed_to", "pump-1");
  CHECK(at.settle());
  STRCMP_EQUAL(kOne, at.in_force().c_str());
}

TEST(Deploying, DE1_a_cut_at_any_change_leaves_one_deployment_whole_and_it_is_finished_after) {
  std::string next;  // what it is to become
  for (int i = 0; i < 10; ++i) {
    const std::string rule = "r" + std::to_string(i);
    if (i > 0) next += " ";
    next.append(rule).append(".pump-1=80 ").append(rule).append(".pump-2=80");
  }
  at.site.on.end();  // there is one engine at a time
  bool completed = false;
  for (std::uint64_t changes = 0; !completed; ++changes) {
    DeployingSite one(changes + 1);
    CHECK(is_ok(one.start()) && is_ok(one.upload("1", 1)) && is_ok(one.upload("2", 10)));
    CHECK(is_ok(one.want("1", "pump-1")) && one.settle());
    STRCMP_EQUAL(kOne, one.in_force().c_str());
    one.allowed = {kOne, next};
    one.site.on.supply.lose_after(changes);
    completed = is_ok(one.want("2", "pump-1,pump-2"));
    for (int i = 0; i < 20; ++i) one.step();
    completed = completed && one.says("status") == "deployed" &&
                one.site.replica->dirty_count() == 0 && one.rule_documents() == 20;
    one.site.on.come_back();
    CHECK(is_ok(one.start()));
    one.check_force();
    CHECK(is_ok(one.want("2", "pump-1,pump-2")) && one.settle());
    const std::string after = "cut after " + std::to_string(changes) + " changes";
    STRCMP_EQUAL_TEXT("", one.wrong.c_str(), after.c_str());
    STRCMP_EQUAL_TEXT(next.c_str(), one.in_force().c_str(), after.c_str());
    LONGS_EQUAL_TEXT(20, one.rule_documents(), after.c_str());
  }
}

TEST(Deploying, DE1_what_was_in_force_is_deleted_only_when_the_switch_is_on_flash) {
  STATUS_EQUAL(Status::ok, at.upload("2", 2));
  deploy("1", "pump-1");
  STATUS_EQUAL(Status::ok, at.want("2", "pump-1"));
  for (int i = 0; i < 20 && at.rule_documents() < 3; ++i) at.step();
  LONGS_EQUAL(3, at.rule_documents());
  STRCMP_EQUAL(kOne, at.in_force().c_str());
  sim::PlannedFault away;
  away.call = sim::FlashCall::any;
  away.fault = sim::Fault::io_error;
  away.times = sim::kForEver;
  at.site.on.flash.plan(away);
  for (int i = 0; i < 20; ++i) at.step();
  LONGS_EQUAL(3, at.rule_documents());
  at.site.on.flash.forget_plans();
  CHECK(at.cut_and_start());
  STRCMP_EQUAL(kOne, at.in_force().c_str());
  CHECK(at.settle());
  STRCMP_EQUAL("r0.pump-1=80 r1.pump-1=80", at.in_force().c_str());
  LONGS_EQUAL(2, at.rule_documents());
}

TEST(Deploying, DE1_while_there_is_no_flash_what_is_in_force_stays_and_later_it_goes_on) {
  STATUS_EQUAL(Status::ok, at.upload("2", 2));
  deploy("1", "pump-1");
  at.allowed = {kOne};
  sim::PlannedFault away;
  away.call = sim::FlashCall::any;
  away.fault = sim::Fault::io_error;
  away.times = sim::kForEver;
  at.site.on.flash.plan(away);
  STATUS_EQUAL(Status::unavailable, at.want("2", "pump-1"));
  for (int i = 0; i < 20; ++i) at.step();
  STRCMP_EQUAL("", at.wrong.c_str());
  at.site.on.flash.forget_plans();
  at.allowed.clear();
  at.site.pass(minutes(10));
  CHECK(at.settle());
  STRCMP_EQUAL("r0.pump-1=80 r1.pump-1=80", at.in_force().c_str());
}

TEST(Deploying, DE2_DE4_what_cannot_be_placed_is_told_and_what_was_in_force_stays) {
  STATUS_EQUAL(Status::ok, at.upload("2", 14));
  deploy("1", "pump-1");
  at.allowed = {kOne};
  struct Wrong {
    const char* version;
    const char* to;
    const char* with;
    const char* says;
  };
  const Wrong wrongs[] = {
      {"3", "pump-1", "", "this version is not here: upload it: 3"},
      {"1", "pump-1,pump-3", "", "no sensor here belongs to the equipment pump-3"},
      {"1", "pump-1", "cold=3", "no such parameter: cold=3"},
      {"1", "pump-1", "hot", "no such parameter: hot"},
      {"1", "pump-1", "pump-2/hot=3", "equipment that it is not deployed to: pump-2/hot=3"},
      {"1", "pump-1", "hot=warm", "a parameter is out of bounds"},
      {"2", "pump-1,pump-2", "", "too many rules for this gateway"},
  };
  for (const Wrong& wrong : wrongs) {
    deploy(wrong.version, wrong.to, wrong.with);
    STRCMP_EQUAL("failed", at.says("status").c_str());
    STRCMP_CONTAINS(wrong.says, at.says("problem").c_str());
    STRCMP_EQUAL("1", at.says("applied").c_str());
    LONGS_EQUAL(1, at.rule_documents());
  }
  deploy("1", "pump-1");  // the wish of before
  STRCMP_EQUAL("deployed", at.says("status").c_str());
  STRCMP_EQUAL("", at.says("problem").c_str());
  STRCMP_EQUAL("", at.wrong.c_str());
}

TEST(Deploying, DE2_the_last_rule_that_cannot_be_written_takes_the_others_back) {
  // The last of nine wants what its field cannot say, once the parameter is given.
  std::string text;
  for (int i = 0; i < 9; ++i) {
    text += (i == 0 ? "" : ",") + std::string(R"({"name":"q)") + std::to_string(i) +
            R"(","sensor":"heat","condition":"above","limit":1,"delay_ms":)" +
            (i == 8 ? R"("$hot"})" : "0}");
  }
  const std::string file = packed(body_of(text, "pumps", "9"));
  const stores::PackagePieces pieces(file);
  stores::ArrivedPackage arrived;
  stores::ModelProblem problem;
  STATUS_EQUAL(Status::ok, at.models->take({.file_sha256 = pieces.sha256(),
                                            .file_bytes = static_cast<std::uint32_t>(file.size()),
                                            .offset = 0,
                                            .data = file},
                                           arrived, problem));
  deploy("1", "pump-1");
  at.allowed = {kOne};
  deploy("9", "pump-1", "hot=-1");
  STRCMP_EQUAL("failed", at.says("status").c_str());
  LONGS_EQUAL(1, at.rule_documents());
  STRCMP_EQUAL("", at.wrong.c_str());
  at.allowed.clear();
  deploy("9", "pump-1", "hot=1");
  LONGS_EQUAL(9, at.rule_documents());
}

TEST(Deploying, DE2_a_package_that_comes_later_is_what_was_waited_for) {
  deploy("2", "pump-1");
  STRCMP_EQUAL("failed", at.says("status").c_str());
  STATUS_EQUAL(Status::ok, at.upload("2", 2));
  CHECK(at.settle());
  STRCMP_EQUAL("deployed", at.says("status").c_str());
}

TEST(Deploying, DE3_a_step_writes_a_bounded_share_and_progress_is_told) {
  STATUS_EQUAL(Status::ok, at.upload("2", 12));
  STATUS_EQUAL(Status::ok, at.want("2", "pump-1,pump-2"));
  std::uint32_t before = 0;
  bool was_told = false;
  for (int i = 0; i < 20; ++i) {
    at.step();
    CHECK(at.rule_documents() <= before + flows::Deploying::kWritesPerStep);
    before = at.rule_documents();
    was_told = was_told || at.says("status") == "deploying";
  }
  CHECK(was_told);
  LONGS_EQUAL(24, before);
}

TEST(Deploying, a_model_that_was_deleted_while_packages_are_here_is_there_again_not_in_force) {
  deploy("1", "pump-1");
  STATUS_EQUAL(Status::ok,
               at.site.replica->bury(at.kPumps, {documents::Side::local, "anna"}, at.site.utc));
  STRCMP_EQUAL("", at.in_force().c_str());
  CHECK(at.settle());
  STRCMP_EQUAL("ready", at.says("status").c_str());
  LONGS_EQUAL(0, at.rule_documents());
}
