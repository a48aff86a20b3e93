#include "stores/models/package.h"

#include <CppUTest/TestHarness.h>

#include <vector>

#include "tests/support/package_text.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::test;
using documents::Value;
using stores::ModelTrust;

namespace {

struct Looked {
  Status status;
  std::string problem;
};

struct PackageBench : Utest {
  std::vector<std::byte> memory = std::vector<std::byte>(limits::kModelTreeBytes);
  stores::Package package{memory};
  ModelTrust any{.keys = {}, .signed_only = false};
  ModelTrust ours{.keys = example_keys(), .signed_only = true};
  std::string example = from_models_page("package");

  Looked look(const std::string& file, const ModelTrust& trust) {
    stores::ModelProblem problem;
    const Status status = package.read(file, trust, problem);
    return {status, std::string(problem.view())};
  }
  std::string problem_of(const std::string& body) { return look(packed(body), any).problem; }
};

// The example's head, with one part of it replaced.
std::string with(std::string file, std::string_view part, std::string_view replacement) {
  const std::size_t at = file.find(part);
  CHECK(at != std::string::npos);
  return file.replace(at, part.size(), replacement);
}

}  // namespace

TEST_GROUP_BASE(Package, PackageBench){};

TEST(Package, PK1_the_example_of_the_page_is_read_and_its_signature_holds) {
  const Looked looked = look(example, ours);
  STRCMP_EQUAL("", looked.problem.c_str());
  STATUS_EQUAL(Status::ok, looked.status);
  STRCMP_EQUAL("pump-rules", std::string(package.name()).c_str());
  STRCMP_EQUAL("1.2.0", std::string(package.version()).c_str());
  LONGS_EQUAL(2, package.rules().count());
}

TEST(Package, PK1_one_byte_that_differs_anywhere_is_refused) {
  for (std::size_t at = 0; at < example.size(); ++at) {
    std::string other = example;
    other[at] = static_cast<char>(other[at] ^ 1);
    // A line break or space of the first line may be another one and mean the same.
    if (at < example.find('\n') && is_ok(look(other, ours).status)) {
      CHECK_TEXT(example[at] == ' ', ("byte " + std::to_string(at)).c_str());
      continue;
    }
    CHECK_TEXT(!is_ok(look(other, ours).status), ("byte " + std::to_string(at)).c_str());
  }
}

TEST(Package, PK1_whatever_is_cut_off_is_refused) {
  for (std::size_t bytes = 0; bytes < example.size(); ++bytes) {
    CHECK_FALSE(is_ok(look(example.substr(0, bytes), ours).status));
  }
}

TEST(Package, PK1_no_signature_an_unknown_key_and_the_signature_of_another_body_are_refused) {
  const std::string body{stores::body_of_package(example)};
  const Looked without = look(packed(body), ours);
  STATUS_EQUAL(Status::refused, without.status);
  STRCMP_CONTAINS("the package is not signed", without.problem.c_str());
  STATUS_EQUAL(Status::ok, look(packed(body), any).status);

  const Looked unknown = look(with(example, "\"example\"", "\"nobody\""), ours);
  STATUS_EQUAL(Status::refused, unknown.status);
  STRCMP_CONTAINS("key: nobody", unknown.problem.c_str());

  // The checksum is made anew, the signature is of the body before.
  const std::string other = with(body, "80", "99");
  files::DigestHex was;
  files::DigestHex is;
  const Looked forged = look(with(std::string(stores::head_of_package(example)),
                                  files::hex_of(files::digest_of({bytes_of(body)}), was),
                                  files::hex_of(files::digest_of({bytes_of(other)}), is)) +
                                 "\n" + other,
                             ours);
  STATUS_EQUAL(Status::refused, forged.status);
  STRCMP_CONTAINS("not by this key", forged.problem.c_str());
  // One that says a key is held to it, also where none is asked for.
  any.keys = ours.keys;
  STATUS_EQUAL(Status::refused, look(with(example, "\"90026eaf", "\"90026ea0"), any).status);
}

TEST(Package, PK2_PK3_what_is_wrong_with_a_body_is_said) {
  struct Wrong {
    std::string body;
    std::string_view says;
  };
  const std::string good = rule_text(R"("limit":"$hot")");
  const Wrong wrongs[] = {
      {"{\"name\":\n\"pumps\" 1}", "line 3"},
      {body_of(good, "a.b"), "name: right would be"},
      {body_of(good, "a-name-of-twenty-one-c"), "at most 20"},
      {body_of(good, "pumps", "a version"), "version: right would be"},
      {body_of(""), "an array of 1 to 48"},
      {body_of(good, "pumps", "1.0", R"("hot":"80")"), "hot: a parameter is a number"},
      {body_of(good + "," + good), "hot: two rules of that name"},
      {body_of(R"({"name":"x","condition":"above"})"), "sensor: right would be an id, or *"},
      {body_of(R"({"name":"x","sensor":"heat"})"), "x: it has no condition"},
      {body_of(rule_text(R"("limitt":1)")), "did you mean limit"},
      {body_of(rule_text(R"("limit":"80")")), "limit: not a value of this field"},
      {body_of(rule_text(R"("severity":"bad")")), "info warning critical"},
      {body_of(rule_text(R"("delay_ms":-1)")), "delay_ms: not a value"},
      {body_of(rule_text(R"("delay_ms":0.5)")), "delay_ms: not a value"},
      {body_of(rule_text(R"("limit":"$cold")")), "limit: not a value"},
      {body_of(rule_text(R"("limit":[1])")), "limit: not a value"},
  };
  for (const Wrong& wrong : wrongs) {
    const Looked looked = look(packed(wrong.body), any);
    CHECK_FALSE(is_ok(looked.status));
    STRCMP_CONTAINS(std::string(wrong.says).c_str(), looked.problem.c_str());
  }
  STRCMP_EQUAL("", problem_of(body_of(good)).c_str());
}

TEST(Package, PK3_what_is_no_package_at_all_is_refused) {
  for (const char* text :
       {"", "\n", "{}", "{}\n{}", "hello\nworld", "{\"holdfast_model\":2}\n{}"}) {
    STATUS_EQUAL(Status::invalid, look(text, any).status);
  }
  STATUS_EQUAL(Status::full, look(std::string(limits::kModelBytesMax + 1, ' '), any).status);
  // Deeper, or of more values, than the room for its tree holds.
  std::string many = "1";
  for (int i = 0; i < 2000; ++i) many += ",1";
  CHECK_FALSE(is_ok(look(packed("{\"x\":[" + many + "]}"), any).status));
}

TEST(Package, PK2_a_parameter_is_said_by_the_package_by_the_deployment_and_for_one_equipment) {
  STRCMP_EQUAL("", problem_of(body_of(rule_text(R"("limit":"$hot")"))).c_str());
  const wire::JsonValue limit = (*package.rules().begin()).find("limit");
  const auto limit_of = [&](std::string_view equipment, std::string_view with) {
    Value value;
    const Status status = stores::value_of(package, limit, equipment, with, value);
    return is_ok(status) ? value.as_real() : -1.0;
  };
  DOUBLES_EQUAL(80, limit_of("pump-1", ""), 0);
  DOUBLES_EQUAL(75, limit_of("pump-1", "hot=75"), 0);
  DOUBLES_EQUAL(75, limit_of("pump-1", "pump-2/hot=85 hot=75"), 0);
  DOUBLES_EQUAL(85, limit_of("pump-2", "pump-2/hot=85 hot=75"), 0);
  DOUBLES_EQUAL(85, limit_of("pump-2", "hot=75 pump-2/hot=85"), 0);
  DOUBLES_EQUAL(-1, limit_of("pump-1", "hot=warm"), 0);
}
