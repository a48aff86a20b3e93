#include <CppUTest/TestHarness.h>

#include <unit_database/sql.h>

#include "tests/support/fixed_flash.h"
#include "tests/unit/files/database/database_world.h"

using namespace hf;
using namespace hf::files;

TEST_GROUP(EmbeddedSql){};

TEST(EmbeddedSql, a_file_of_sql_arrives_in_the_program_as_it_was_written) {
  constexpr Migration kVersions[] = {{.version = 1, .sql = unit_database::sql::k0001Frames}};
  static FixedFlash flash;
  World world(flash);
  STATUS_EQUAL(Status::ok, world.open(kSettings, kVersions));
  Statement statement;
  STATUS_EQUAL(Status::ok,
               statement.prepare(world.database, "INSERT INTO word DEFAULT VALUES RETURNING text"));
  CHECK(statement.step().value() == Step::row);
  CHECK(statement.column_text(0) == "a\\b;c");
  statement.finish();
  STATUS_EQUAL(Status::ok, statement.prepare(world.database, unit_database::sql::kNewest));
  STATUS_EQUAL(Status::ok, statement.run());
}
