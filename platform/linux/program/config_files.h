// Files that people write for the gateway: where they lie, and JSON with comments out of them.
// Read before the start, while the heap is open.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vocabulary/outcome.h"
#include "wire/json/json_reader.h"

namespace hf::program {

// FOLDER/NAME, where it is, then FOLDER/DROP_INS/*.json in order of their names. A folder that does
// not exist says nothing.
std::vector<std::string> config_files(const std::string& folder, std::string_view name,
                                      std::string_view drop_ins);

// FOLDER/*EXTENSION in order of their names.
std::vector<std::string> files_in(const std::string& folder, std::string_view extension);

// ok: `text` is the file.  not_found.  full: larger than any file of ours.  unavailable.
Status read_whole_file(const std::string& path, std::string& text);

// One text of JSON in which comments may stand, taken apart.
class ConfigText {
 public:
  explicit ConfigText(std::string text);
  ConfigText(const ConfigText&) = delete;
  ConfigText& operator=(const ConfigText&) = delete;

  bool is_json() const { return is_json_; }
  wire::JsonValue root() const { return reader_.root(); }  // REQUIRES: is_json(); views into this
  const wire::JsonFault& fault() const { return fault_; }  // REQUIRES: not is_json()

 private:
  std::string text_;
  std::vector<std::byte> memory_;
  wire::JsonReader reader_;
  wire::JsonFault fault_;
  bool is_json_ = false;
};

}  // namespace hf::program
