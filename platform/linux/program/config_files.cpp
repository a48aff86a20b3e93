#include "platform/linux/program/config_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/limits/limits.h"
#include "wire/json/json_comments.h"

namespace hf::program {
namespace {

constexpr std::size_t kFileBytesMax = 256 * limits::kKiB;

}  // namespace

std::vector<std::string> config_files(const std::string& folder, std::string_view name,
                                      std::string_view drop_ins) {
  const std::filesystem::path root(folder);
  std::vector<std::string> files;
  std::error_code error;
  if (std::filesystem::exists(root / name, error)) files.push_back((root / name).string());
  const std::vector<std::string> dropped_in = files_in((root / drop_ins).string(), ".json");
  files.insert(files.end(), dropped_in.begin(), dropped_in.end());
  return files;
}

std::vector<std::string> files_in(const std::string& folder, std::string_view extension) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == extension) files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

Status read_whole_file(const std::string& path, std::string& text) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return Status::not_found;
  if (std::filesystem::file_size(path, error) > kFileBytesMax || error) return Status::full;
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  text = content.str();
  return file.good() || file.eof() ? Status::ok : Status::unavailable;
}

ConfigText::ConfigText(std::string text)
    : text_(std::move(text)), memory_(wire::json_tree_bytes(text_.size())), reader_(memory_) {
  wire::blank_comments(text_);
  is_json_ = is_ok(reader_.read(text_, fault_));
}

}  // namespace hf::program
