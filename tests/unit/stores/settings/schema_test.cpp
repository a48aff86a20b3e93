#include "stores/settings/schema.h"

#include <CppUTest/TestHarness.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/settings/table.h"
#include "wire/json/json_reader.h"

using namespace hf;
using namespace hf::stores;

TEST_GROUP(SettingsSchema) {
  std::vector<char> text = std::vector<char>(64 * 1024);
  std::vector<std::byte> memory = std::vector<std::byte>(512 * 1024);
};

namespace {

// Without spaces outside of texts: as our writer writes it.
std::string without_spaces(std::string_view json) {
  std::string text;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') in_text = !in_text;
    if (in_text && json[i] == '\\') text += json[i++];
    if (in_text || (json[i] != ' ' && json[i] != '\n')) text += json[i];
  }
  return text;
}

}  // namespace

TEST(SettingsSchema, has_every_setting_in_its_group_and_is_json) {
  wire::JsonWriter writer(text);
  write_schema(writer);
  wire::JsonReader json(memory);
  CHECK(is_ok(json.read(writer.text())));
  for (const settings::Setting& setting : settings::kTable) {
    wire::JsonValue at = json.root();
    std::string_view path = setting.path;
    for (bool is_last = false; !is_last;) {
      const std::size_t dot = path.find('.');
      is_last = dot == std::string_view::npos;
      at = at.find("properties").find(path.substr(0, dot));
      if (!is_last) path.remove_prefix(dot + 1);
    }
    CHECK_TEXT(at.find("description").text() == setting.about, std::string(setting.path).c_str());
  }
}

// Of the usual board: a larger one has larger bounds.
TEST(SettingsSchema, the_published_file_is_this_table) {
  if (limits::kBoard.name != "gateway_64m") return;
  std::ifstream file(HOLDFAST_SCHEMA_FILE);
  std::stringstream published;
  published << file.rdbuf();
  wire::JsonWriter writer(text);
  write_schema(writer);
  CHECK_TEXT(without_spaces(published.str()) == writer.text(),
             "config/settings/holdfast.schema.json is not that of the table: write it anew with "
             "`holdfast settings schema > config/settings/holdfast.schema.json`");
}
