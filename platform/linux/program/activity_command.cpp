#include "platform/linux/program/activity_command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <vector>

#include "files/sealing/digest.h"
#include "platform/linux/program/asked.h"
#include "wire/channel/json_writer.h"

namespace hf::program {
namespace {

constexpr std::size_t kShownAtFirst = 50;  // a screen or two
constexpr std::int64_t kMsPerSecond = 1000;

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string arguments_of(const Options& options, std::int64_t since_ms, std::int64_t before) {
  std::array<char, 256> room{};
  wire::JsonWriter json(room);
  json.open_object();
  if (!options.kind.empty()) json.member("kind", options.kind);
  if (since_ms != INT64_MIN) json.member("since_ms", since_ms);
  if (before > 0) json.member("before", before);
  json.close_object();
  return std::string(json.text());
}

std::string time_of(wire::JsonValue entry) {
  const Result<std::int64_t> utc_ms = entry.find("utc_ms").integer();
  if (utc_ms.ok()) return as_date(utc_ms.value());
  const std::int64_t uptime_ms = entry.find("uptime_ms").integer().value_or(0);
  return "boot " + std::string(entry.find("boot").text().substr(0, 8)) + " +" +
         std::to_string(uptime_ms / kMsPerSecond) + " s";
}

std::vector<std::string> row_of(wire::JsonValue entry) {
  std::string what(entry.find("what").text());
  const std::int64_t left_out = entry.find("left_out").integer().value_or(0);
  if (left_out > 0) what += " [after " + std::to_string(left_out) + " more of its kind]";
  return {std::to_string(entry.find("number").integer().value_or(0)), time_of(entry),
          std::string(entry.find("kind").text()), std::string(entry.find("who").text()), what};
}

// The text of the array in one page of the answer.
std::string_view elements_of(std::string_view page) {
  const std::size_t begin = page.find('[') + 1;
  return page.substr(begin, page.rfind(']') - begin);
}

// All pages, newest first, until there is enough.
int gather(const Options& options, std::int64_t since_ms, std::size_t most,
           std::vector<std::vector<std::string>>& rows, std::string& elements) {
  Asked asked;
  for (std::int64_t before = 0; rows.size() < most;) {
    const std::string arguments = arguments_of(options, since_ms, before);
    if (const int status = asked.ask(options, "activity.list", arguments); status != kWell) {
      return status;
    }
    for (const wire::JsonValue entry : asked.answer().find("activity")) {
      rows.push_back(row_of(entry));
    }
    if (const std::string_view page = elements_of(asked.text()); !page.empty()) {
      elements.append(elements.empty() ? "" : ",").append(page);
    }
    before = asked.answer().find("more_before").integer().value_or(0);
    if (before == 0) break;
  }
  return kWell;
}

int show(const Options& options) {
  std::int64_t since_ms = INT64_MIN;
  if (!options.since.empty() && !read_since(options.since, now_ms(), since_ms)) {
    return print_error("--since: '" + options.since +
                       "' is not like 30min, 2h, 7d, 2026-03-31, 2026-03-31T14:30 or all");
  }
  std::vector<std::vector<std::string>> rows;
  std::string elements;
  const std::size_t most = options.since.empty() ? kShownAtFirst : SIZE_MAX;
  if (const int status = gather(options, since_ms, most, rows, elements); status != kWell) {
    return status;
  }
  if (options.json) {
    std::printf("{\"activity\":[%s]}\n", elements.c_str());
    return kWell;
  }
  if (rows.size() > most) rows.resize(most);
  std::ranges::reverse(rows);  // the newest is what one looks for at the end of a terminal
  rows.insert(rows.begin(), {"NUMBER", "TIME (UTC)", "KIND", "WHO", "WHAT"});
  print_table(rows);
  return kWell;
}

// NUMBER:DIGEST, as the health message had them.
bool read_mark(const std::string& word, std::int64_t& number, std::string& digest) {
  const std::size_t colon = std::min(word.find(':'), word.size());
  const auto read = std::from_chars(word.data(), word.data() + colon, number);
  digest = colon < word.size() ? word.substr(colon + 1) : "";
  return read.ec == std::errc{} && read.ptr == word.data() + colon && number > 0 &&
         files::is_digest_hex(digest);
}

struct Known {
  std::int64_t number = 0;
  std::string digest;
};

int judge(wire::JsonValue answer, const Known& known) {
  const auto number = [&](const char* name) {
    return std::to_string(answer.find(name).integer().value_or(0));
  };
  if (answer.find("fault").present()) {
    std::printf("NOT AS IT WAS WRITTEN: entry %s was %s, or what came before it was\n",
                number("fault_at").c_str(), std::string(answer.find("fault").text()).c_str());
    return kFailed;
  }
  std::printf("entries %s to %s hold; the newest is %s:%s\n", number("oldest").c_str(),
              number("newest").c_str(), number("newest").c_str(),
              std::string(answer.find("digest").text()).c_str());
  if (known.number == 0) return kWell;
  if (!answer.find("is_kept").boolean()) {
    std::printf("entry %lld is not kept any more, or never was: nothing can be said of it\n",
                static_cast<long long>(known.number));
    return kFailed;
  }
  const bool matches = answer.find("matches").boolean();
  std::printf("entry %lld %s\n", static_cast<long long>(known.number),
              matches ? "has that digest: nothing before it was changed"
                      : "HAS ANOTHER DIGEST: this is not the activity that was known");
  return matches ? kWell : kFailed;
}

int verify(const Options& options) {
  Known known;
  if (!options.words.empty() && !read_mark(options.words[0], known.number, known.digest)) {
    return print_error("--verify: '" + options.words[0] +
                       "' is not NUMBER:DIGEST, as the health message says them");
  }
  Asked asked;
  for (std::int64_t after = 0;;) {
    std::array<char, 256> room{};
    wire::JsonWriter json(room);
    json.open_object();
    json.member("after", after);
    if (known.number > 0) {
      json.member("number", known.number);
      json.member("digest", known.digest);
    }
    json.close_object();
    if (const int status = asked.ask(options, "activity.verify", json.text()); status != kWell) {
      return status;
    }
    if (asked.answer().find("is_done").boolean()) break;
    after = asked.answer().find("through").integer().value_or(0);
  }
  if (!options.json) return judge(asked.answer(), known);
  std::puts(std::string(asked.text()).c_str());
  const bool differs = known.number > 0 && !asked.answer().find("matches").boolean();
  return asked.answer().find("fault").present() || differs ? kFailed : kWell;
}

}  // namespace

bool read_since(std::string_view text, std::int64_t now, std::int64_t& since_ms) {
  since_ms = INT64_MIN;
  if (text == "all") return true;
  std::int64_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
  struct Unit {
    std::string_view word;
    std::int64_t ms;
  };
  constexpr std::array kUnits{Unit{"s", 1000}, Unit{"min", 60'000}, Unit{"h", 3'600'000},
                              Unit{"d", 86'400'000}};
  constexpr std::int64_t kCountMost = 1'000'000;
  const auto* const found = std::ranges::find(kUnits, unit, &Unit::word);
  if (read.ec == std::errc{} && found != kUnits.end() && count >= 0 && count <= kCountMost) {
    since_ms = now - count * found->ms;
    return true;
  }
  const std::string date(text);
  for (const char* const format : {"%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    std::tm parts{};
    const char* const end = ::strptime(date.c_str(), format, &parts);
    if (end == nullptr || *end != '\0') continue;
    since_ms = std::int64_t{::timegm(&parts)} * kMsPerSecond;
    return true;
  }
  return false;
}

std::string as_date(std::int64_t utc_ms) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds at{chrono::seconds{utc_ms / kMsPerSecond}};
  const chrono::sys_days day = chrono::floor<chrono::days>(at);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss time{at - day};
  std::array<char, 40> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  return {text.data(), static_cast<std::size_t>(std::max(0, size))};
}

int run_activity(const Options& options) {
  return options.verify ? verify(options) : show(options);
}

}  // namespace hf::program
