// How a program of ours reads its command line: commands and options are tables, so that --help and
// the reader cannot disagree.
//
// An unknown word is refused with the nearest known one, a missing or wrong value with what would
// be right. Nothing is half taken: the first problem ends the reading.
#pragma once

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hf::console {

template <typename Command>
struct CommandWord {
  std::string_view word;
  Command command;
  std::string_view help;
};

template <typename Options>
struct OptionWord {
  std::string_view word;
  std::string_view value;  // its name in the help; empty: the option has none
  std::string_view help;
  bool (*take)(Options& options, std::string_view value);  // false: the value is wrong
  std::string_view right;                                  // what would be right
  std::string (*why)(std::string_view value) = nullptr;    // where `right` does not say enough
};

// ": did you mean '…'?" with the known word that is nearest, to stand behind a complaint; empty
// where none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

// "unknown KIND 'WORD'", and the nearest known word, or where to see all of them.
std::string unknown(std::string_view kind, std::string_view word,
                    std::span<const std::string_view> known, std::string_view program);

template <typename Table>
std::vector<std::string_view> words_of(const Table& table) {
  std::vector<std::string_view> words;
  words.reserve(std::size(table));
  for (const auto& entry : table) words.push_back(entry.word);
  return words;
}

// The command that the first word means: --help and --version are commands too.
std::string_view command_meant(std::string_view word);

// Takes the option at the front of `words`, and its value. False: `problem` says what is wrong.
// REQUIRES: there is a front.
template <typename Options, typename Table>
bool take_option(const Table& table, std::string_view program, std::span<const char* const>& words,
                 Options& options, std::string& problem) {
  const std::string_view word = words.front();
  words = words.subspan(1);
  const auto option = std::ranges::find(table, word, &OptionWord<Options>::word);
  if (option == std::ranges::end(table)) {
    std::vector<std::string_view> known = words_of(table);
    known.push_back("--help");
    problem = unknown("option", word, known, program);
    return false;
  }
  std::string_view value;
  if (!option->value.empty()) {
    if (words.empty()) {
      problem = std::string(word) + " needs a value: " + std::string(option->right);
      return false;
    }
    value = words.front();
    words = words.subspan(1);
  }
  if (option->take(options, value)) return true;
  problem = std::string(word) + ": " +
            (option->why != nullptr
                 ? option->why(value)
                 : "'" + std::string(value) + "' is not " + std::string(option->right));
  return false;
}

// Takes all options in `words`; what is none goes to `options.words` where the command takes words.
// --help among them is the command help. False: `problem` says what is wrong.
template <typename Options, typename Table>
bool take_rest(const Table& table, std::string_view program, std::span<const char* const> words,
               bool takes_words, Options& options, std::string& problem) {
  while (!words.empty()) {
    const std::string_view word = words.front();
    if (word == "--help") {
      options.command = decltype(options.command)::help;
      return true;
    }
    if (takes_words && !word.starts_with("--")) {
      options.words.emplace_back(word);
      words = words.subspan(1);
    } else if (!take_option(table, program, words, options, problem)) {
      return false;
    }
  }
  return true;
}

// True: all of `text` is a number from `least` to `most`.
template <typename Number>
bool read_number(std::string_view text, Number& number,
                 std::type_identity_t<Number> least = std::numeric_limits<Number>::lowest(),
                 std::type_identity_t<Number> most = std::numeric_limits<Number>::max()) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stopped == end && number >= least && number <= most;
}

// One row of a help: the words in a column, then what they mean.
void add_help_row(std::string& text, std::string_view words, std::string_view help);

template <typename Table>
void add_command_rows(std::string& text, const Table& commands) {
  for (const auto& command : commands) add_help_row(text, command.word, command.help);
}

template <typename Table>
void add_option_rows(std::string& text, const Table& options) {
  for (const auto& option : options) {
    const std::string_view space = option.value.empty() ? "" : " ";
    add_help_row(text, std::string(option.word).append(space).append(option.value), option.help);
  }
}

}  // namespace hf::console
