#include "files/database/opening.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <initializer_list>

#include "files/database/flash_vfs.h"
#include "vocabulary/bytes.h"

namespace hf::files {
namespace {

using Sql = FixedString<127>;
using Value = FixedString<31>;

constexpr std::uint32_t kPageBytesLeast = 512;
constexpr std::size_t kHeadBytes = 512;  // enough of the first page to tell what a file is

Sql sql_of(std::initializer_list<std::string_view> parts) {
  Sql sql;
  for (const std::string_view part : parts) HF_ASSERT(is_ok(sql.try_append(part)));
  return sql;
}

Value text_of_number(std::int64_t number) {
  std::array<char, 24> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  HF_ASSERT(error == std::errc{});
  Value value;
  value.assign({text.data(), end});
  return value;
}

// Settings: made, read back, compared.

Status settle(Connection& connection, const char* name, const Value& value) {
  HF_TRY(connection.run(sql_of({"PRAGMA ", name, "=", value.view()}).c_str()));
  Value now;
  HF_TRY(connection.read_text(sql_of({"PRAGMA ", name}).c_str(), now));
  return now == value ? Status::ok : Status::refused;
}

Status settle(Connection& connection, const char* name, std::int64_t value) {
  return settle(connection, name, text_of_number(value));
}

Status settle(Connection& connection, const char* name, std::string_view word) {
  Value value;
  value.assign(word);
  return settle(connection, name, value);
}

struct Switch {
  int option;
  int value;
};

constexpr std::array kSwitches{
    Switch{SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},       // closing writes nothing
    Switch{SQLITE_DBCONFIG_DEFENSIVE, 1},              // no SQL may edit SQLite's own tables
    Switch{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},         // a schema on flash is data from outside
    Switch{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},  // and brings no code
    Switch{SQLITE_DBCONFIG_DQS_DML, 0},                // "text" in double quotes is a name, always
    Switch{SQLITE_DBCONFIG_DQS_DDL, 0},
};

Status settle_switches(Connection& connection) {
  for (const Switch& wanted : kSwitches) {
    int now = -1;
    const int code = sqlite3_db_config(connection.handle(), wanted.option, wanted.value, &now);
    if (code != SQLITE_OK || now != wanted.value) return Status::refused;
  }
  sqlite3_limit(connection.handle(), SQLITE_LIMIT_ATTACHED, 0);  // one file, one connection
  return Status::ok;
}

// SQLite does not let the limit fall below what the file already holds; that is the one difference
// from what was asked that we take.
Status settle_quota(Connection& connection, const DatabaseSettings& settings) {
  std::int64_t pages = 0;
  HF_TRY(connection.read_number("PRAGMA page_count", pages));
  const auto quota = static_cast<std::int64_t>(settings.file_bytes_max / settings.page_bytes);
  const Value value = text_of_number(quota);
  HF_TRY(connection.run(sql_of({"PRAGMA max_page_count=", value.view()}).c_str()));
  std::int64_t now = 0;
  HF_TRY(connection.read_number("PRAGMA max_page_count", now));
  return now == std::max(quota, pages) ? Status::ok : Status::refused;
}

Status settle_rest(Connection& connection, const DatabaseSettings& settings) {
  const auto bytes_kept = static_cast<std::int64_t>(settings.log_bytes_kept);
  HF_TRY(settle(connection, "temp_store", 2));  // in memory: there is nowhere else
  HF_TRY(settle(connection, "cache_size", settings.cache_pages));
  HF_TRY(settle(connection, "auto_vacuum", 0));
  HF_TRY(settle(connection, "secure_delete", 0));  // Debian's default 1 writes every freed page
  HF_TRY(settle(connection, "cell_size_check", 1));
  HF_TRY(settle(connection, "trusted_schema", 0));
  HF_TRY(settle(connection, "wal_autocheckpoint", 0));  // checkpoint() is the owner's
  HF_TRY(settle(connection, "journal_size_limit", bytes_kept));
  return settle_quota(connection, settings);
}

// Identity

Status refuse(Finding& found, FileFound what, Status status) {
  found.what = what;
  return status;
}

Status identify(Connection& connection, const DatabaseSettings& settings, Finding& found,
                std::uint32_t version_newest) {
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t objects = 0;
  std::int64_t page_bytes = 0;
  HF_TRY(connection.read_number("PRAGMA application_id", application));
  HF_TRY(connection.read_number("PRAGMA user_version", version));
  HF_TRY(connection.read_number("SELECT count(*) FROM sqlite_schema", objects));
  HF_TRY(connection.read_number("PRAGMA page_size", page_bytes));
  found.application_id = static_cast<std::uint32_t>(application);
  found.version = static_cast<std::uint32_t>(version);
  // A cut between the birth of a file and its first migration leaves one with neither name nor
  // schema: nobody's, so ours.
  const bool unnamed = application == 0 && version == 0 && objects == 0;
  found.what = unnamed ? FileFound::fresh : FileFound::sound;
  if (!unnamed && found.application_id != settings.application_id) {
    return refuse(found, FileFound::foreign, Status::corrupt);
  }
  if (found.version > version_newest) return refuse(found, FileFound::newer, Status::refused);
  if (!unnamed && page_bytes != settings.page_bytes) {
    return refuse(found, FileFound::other_page_size, Status::refused);
  }
  return Status::ok;
}

// The order of the first two and the journal mode is the promise of database.h. Identity comes
// before the journal mode, because that is the first setting which writes into the file.
Status settle_all(Connection& connection, const DatabaseSettings& settings, Finding& found,
                  std::uint32_t version_newest) {
  HF_TRY(settle_switches(connection));
  HF_TRY(settle(connection, "locking_mode", "exclusive"));
  HF_TRY(settle(connection, "synchronous", 3));  // EXTRA
  HF_TRY(identify(connection, settings, found, version_newest));
  HF_TRY(settle(connection, "page_size", settings.page_bytes));
  const bool logs = settings.journal == JournalMode::write_ahead_log;
  HF_TRY(settle(connection, "journal_mode", logs ? "wal" : "delete"));
  return settle_rest(connection, settings);
}

// Schema

Status apply(Connection& connection, const Migration& step, std::uint32_t application_id) {
  const Value version = text_of_number(step.version);
  const Value application = text_of_number(static_cast<std::int32_t>(application_id));
  HF_TRY(connection.run("BEGIN IMMEDIATE"));
  Status status = connection.run(step.sql);
  if (is_ok(status)) {
    status = connection.run(sql_of({"PRAGMA application_id=", application.view(),
                                    "; PRAGMA user_version=", version.view()})
                                .c_str());
  }
  if (is_ok(status)) status = connection.run("COMMIT");
  if (!is_ok(status) && sqlite3_get_autocommit(connection.handle()) == 0) {
    // Needs memory for its own compiling; without, closing undoes the transaction just as well.
    const Status undone = connection.run("ROLLBACK");
    static_cast<void>(undone);
  }
  return status;
}

Status migrate(Connection& connection, const DatabaseSettings& settings,
               std::span<const Migration> migrations, std::uint32_t version_found) {
  for (const Migration& step : migrations) {
    if (step.version > version_found) {
      HF_TRY(apply(connection, step, settings.application_id));
    }
  }
  return Status::ok;
}

// Looking at a file that is not open

class ClosedFile {
 public:
  ClosedFile(hal::Flash& flash, std::string_view name)
      : flash_(flash), file_(flash.open(name, hal::OpenMode::read_only)) {}
  ~ClosedFile() {
    if (file_.ok()) static_cast<void>(is_ok(flash_.close(file_.value())));
  }
  ClosedFile(const ClosedFile&) = delete;
  ClosedFile& operator=(const ClosedFile&) = delete;

  Status status() const { return file_.status(); }

  std::uint64_t bytes() const { return file_.ok() ? flash_.size(file_.value()).value_or(0) : 0; }

  Result<std::uint32_t> head(std::span<std::byte> bytes) const {
    if (!file_.ok()) return file_.status();
    return flash_.read(file_.value(), 0, bytes);
  }

 private:
  hal::Flash& flash_;
  Result<hal::FileHandle> file_;
};

std::uint32_t load_big_endian(std::span<const std::byte> bytes) {
  return __builtin_bswap32(load_u32(bytes));
}

// What a file that SQLite would not take looks like from outside. Field offsets: SQLite's file
// format.
FileFound looks_like(const ClosedFile& file) {
  std::array<std::byte, kHeadBytes> head{};
  const auto got = file.head(head);
  if (!got.ok()) return FileFound::unreadable;
  if (std::ranges::all_of(head, [](std::byte byte) { return byte == std::byte{0}; })) {
    return FileFound::zeroed;
  }
  if (text_of(std::span{head}.first(15)) != "SQLite format 3") return FileFound::not_sqlite;
  const std::span<const std::byte> fields{head};
  const std::uint32_t stored = load_big_endian(fields.subspan(16)) >> 16;
  const std::uint64_t page_bytes = stored == 1 ? 65536 : stored;
  const std::uint64_t pages = load_big_endian(fields.subspan(28));
  return file.bytes() < pages * page_bytes ? FileFound::truncated : FileFound::damaged;
}

// Zero when there is none. A medium that does not let us look is no empty one: what would follow
// from that (a log without its file) sets files aside.
Result<std::uint64_t> bytes_of_file(hal::Flash& flash, std::string_view name) {
  const ClosedFile file(flash, name);
  if (file.status() == Status::not_found) return std::uint64_t{0};
  HF_TRY(file.status());
  return file.bytes();
}

bool log_stands_alone(hal::Flash& flash, std::string_view name, std::uint64_t file_bytes) {
  if (file_bytes > 0) return false;
  FixedString<hal::kFileNameCharactersMax> log;
  log.assign(name);
  return is_ok(log.try_append("-wal")) && ClosedFile(flash, log.view()).bytes() > 0;
}

bool are_sensible(const DatabaseSettings& settings, std::span<const Migration> migrations) {
  const auto numbered = [&](const Migration& step) {
    return step.version == static_cast<std::uint32_t>(&step - migrations.data()) + 1;
  };
  return !settings.file.empty() && settings.file.size() <= kDatabaseNameCharactersMax &&
         settings.application_id != 0 && std::has_single_bit(settings.page_bytes) &&
         settings.page_bytes >= kPageBytesLeast && settings.page_bytes <= kPageBytesMax &&
         settings.file_bytes_max >= settings.page_bytes && settings.cache_pages > 0 &&
         std::ranges::all_of(migrations, numbered);
}

constexpr std::array<std::string_view, 4> kWithoutLog{"jffs2", "yaffs", "overlay", "vfat"};

}  // namespace

JournalMode journal_mode_for(const hal::Medium& medium) {
  const bool without =
      std::ranges::find(kWithoutLog, medium.file_system.view()) != kWithoutLog.end();
  return without ? JournalMode::rollback : JournalMode::write_ahead_log;
}

Status open_settled(Connection& connection, const DatabaseSettings& settings,
                    std::span<const Migration> migrations, Finding& found) {
  found = {};
  if (!are_sensible(settings, migrations)) return Status::invalid;
  hal::Flash& flash = connection.vfs().flash();
  const Result<std::uint64_t> file_bytes = bytes_of_file(flash, settings.file);
  if (!file_bytes.ok()) return refuse(found, FileFound::unreadable, file_bytes.status());
  found.bytes = file_bytes.value();
  if (log_stands_alone(flash, settings.file, found.bytes)) {
    return refuse(found, FileFound::log_without_file, Status::corrupt);
  }
  HF_TRY(connection.open(settings.file));
  Status status =
      settle_all(connection, settings, found, static_cast<std::uint32_t>(migrations.size()));
  if (is_ok(status)) status = migrate(connection, settings, migrations, found.version);
  if (is_ok(status)) return status;
  connection.close();
  if (status == Status::corrupt && found.what != FileFound::foreign) {
    found.what = looks_like(ClosedFile(flash, settings.file));
  }
  return status;
}

}  // namespace hf::files
