#include "platform/console/words.h"

#include "wire/channel/control_line.h"

namespace hf::console {

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view meant = wire::nearest_word(word, known);
  return meant.empty() ? std::string{} : ": did you mean '" + std::string(meant) + "'?";
}

std::string unknown(std::string_view kind, std::string_view word,
                    std::span<const std::string_view> known, std::string_view program) {
  const std::string text = "unknown " + std::string(kind) + " '" + std::string(word) + "'";
  const std::string meant = did_you_mean(word, known);
  return text + (meant.empty() ? ": see " + std::string(program) + " help" : meant);
}

std::string_view command_meant(std::string_view word) {
  if (word == "--help" || word == "-h") return "help";
  return word == "--version" ? "version" : word;
}

void add_help_row(std::string& text, std::string_view words, std::string_view help) {
  constexpr std::size_t kWidth = 24;
  text.append("  ").append(words);
  text.append(words.size() < kWidth ? kWidth - words.size() : 1, ' ');
  text.append(help).append("\n");
}

}  // namespace hf::console
