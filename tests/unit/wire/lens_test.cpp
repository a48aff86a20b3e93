#include "wire/columns/lens.h"

#include <CppUTest/TestHarness.h>

#include <bit>
#include <limits>
#include <vector>

#include "tests/support/sensor_series.h"
#include "wire/columns/lattice_fit.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

// Whether `lens` shows `value` as a number that is not odd; in any case it must come back.
bool shows(const Lens& lens, double value) {
  std::int64_t number = 0;
  const std::uint64_t odd = lens.look({&value, 1}, {&number, 1});
  double back = 0;
  lens.restore({&number, 1}, odd, {&back, 1});
  CHECK_TRUE(same_bits({&value, 1}, {&back, 1}));
  return odd == 0;
}

const Lens kHundredths = Lens::of(Lens::Kind::quotient, 2);

}  // namespace

TEST_GROUP(Lens){};

TEST(Lens, of_hundredths_shows_hundredths_and_nothing_finer) {
  CHECK_TRUE(shows(kHundredths, 21.37));
  CHECK_TRUE(shows(kHundredths, -0.01));
  CHECK_TRUE(shows(kHundredths, 1e13));
  CHECK_FALSE(shows(kHundredths, 21.375));
  CHECK_FALSE(shows(kHundredths, std::nextafter(21.37, 22.0)));
}

TEST(Lens, keeps_the_sign_of_zero_by_calling_it_odd) {
  CHECK_TRUE(shows(kHundredths, 0.0));
  CHECK_FALSE(shows(kHundredths, -0.0));
}

TEST(Lens, calls_odd_what_is_no_number_or_too_large) {
  for (const double value : {std::numeric_limits<double>::quiet_NaN(), 1e300, -1e300,
                             std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::denorm_min(), 0x1.0p51}) {
    CHECK_FALSE(shows(kHundredths, value));
  }
}

TEST(Lens, of_bits_shows_everything_in_the_order_of_its_size) {
  const double ordered[] = {-std::numeric_limits<double>::infinity(),
                            -1e300,
                            -1.5,
                            -1e-310,
                            -0.0,
                            0.0,
                            1e-310,
                            1.0,
                            std::nextafter(1.0, 2.0),
                            1e300};
  std::int64_t numbers[std::size(ordered)];
  UNSIGNED_LONGLONGS_EQUAL(0, Lens{}.look(ordered, numbers));
  for (std::size_t i = 1; i < std::size(ordered); ++i) CHECK(numbers[i - 1] < numbers[i]);
}

TEST(Lens, is_found_for_values_of_every_making) {
  Lens lens;
  CHECK_TRUE(Lens::find(Lens::Kind::quotient, 1234.567, lens));
  CHECK_TRUE(lens == Lens::of(Lens::Kind::quotient, 3));
  const volatile double three = 3;  // 3 * 0.1 is not 0.3
  CHECK_TRUE(Lens::find(Lens::Kind::product, three * 0.1, lens));
  CHECK_TRUE(lens == Lens::of(Lens::Kind::product, 1));
  CHECK_TRUE(Lens::find(Lens::Kind::single, double{21.37F}, lens));
  CHECK_TRUE(lens == Lens::of(Lens::Kind::single, 2));
  CHECK_TRUE(Lens::find(Lens::Kind::binary, 5.0 / 1024, lens));
}

TEST(Lens, is_tight_for_what_it_shows_and_one_with_a_place_less_would_not) {
  const double hundredths[] = {21.5, 21.37, 20};
  const double tenths[] = {21.5, 20};
  CHECK_TRUE(kHundredths.is_tight_for(hundredths));
  CHECK_FALSE(kHundredths.is_tight_for(tenths));
  CHECK_FALSE(Lens::of(Lens::Kind::quotient, 1).is_tight_for(hundredths));
  const double whole[] = {230, 20};
  CHECK_TRUE(Lens::of(Lens::Kind::quotient, 0).is_tight_for(whole));
  const double eighths[] = {0.125, 3};
  CHECK_TRUE(Lens::of(Lens::Kind::binary, 4).is_tight_for(eighths));
  CHECK_FALSE(Lens::of(Lens::Kind::binary, 7).is_tight_for(eighths));
  CHECK_FALSE(Lens{}.is_tight_for(hundredths));
  CHECK_FALSE(Lens::register_of(0.01, 0).is_tight_for(hundredths));
}

TEST(Lens, of_a_register_shows_its_values) {
  const Lens lens = Lens::register_of(0.0625, -40.0);
  CHECK_TRUE(shows(lens, 4095 * 0.0625 - 40.0));
  CHECK_FALSE(shows(lens, 0.03));
}

TEST(Lens, of_a_lattice_shows_what_stands_beside_it_by_a_few_units_in_the_last_place) {
  const Lens lens = Lens::lattice_of(0.1, 5.0, 3);
  double value = 7 * 0.1 + 5.0;
  for (int i = 0; i < 3; ++i) value = std::nextafter(value, 100.0);
  CHECK_TRUE(shows(lens, value));
  CHECK_FALSE(shows(lens, std::nextafter(value, 100.0)));
  CHECK_TRUE(shows(Lens::lattice_of(0.1, 5.0, 4), std::nextafter(value, 100.0)));
  CHECK_FALSE(shows(Lens::lattice_of(0.1, 5.0, 0), value));
}

TEST(Lens, is_fitted_to_registers_whose_scaling_rounded_twice) {
  std::vector<double> values;
  for (const int number : {17, 99, 100, 254, 3, 18, 200}) {
    values.push_back(static_cast<double>(number) * 100 / 255);
  }
  Lens lens;
  CHECK_TRUE(fit_lattice(values, lens));
  for (const double value : values) CHECK_TRUE(shows(lens, value));
  CHECK_TRUE(shows(lens, 201.0 * 100 / 255));
}

TEST(Lens, is_not_fitted_to_values_without_a_step) {
  Lens lens;
  CHECK_FALSE(fit_lattice(sensor_series(Series::averages, 64, 1), lens));
  CHECK_FALSE(fit_lattice(sensor_series(Series::any_bits, 64, 1), lens));
  CHECK_FALSE(fit_lattice(sensor_series(Series::extremes, 64, 1), lens));
  CHECK_FALSE(fit_lattice(std::vector(64, 7.1), lens));
}

TEST(Lens, has_a_meaning_that_leads_back_to_it_and_no_other_does) {
  for (unsigned code = 0; code < Meaning::kCodes; ++code) {
    const Meaning meaning{static_cast<std::uint8_t>(code), 0, 0, 0};
    Lens lens;
    if (is_ok(Lens::of(meaning, lens))) CHECK_TRUE(lens.meaning() == meaning);
  }
  Lens lens;
  CHECK_TRUE(Lens::of(Meaning{63, 11, 0, 0}, lens) == Status::invalid);
}

TEST(Lens, of_hints_that_make_no_sense_is_of_bits) {
  CHECK_TRUE(lens_of({.decimals = 99}) == Lens{});
  CHECK_TRUE(lens_of({.scale = std::numeric_limits<double>::quiet_NaN()}) == Lens{});
  CHECK_TRUE(lens_of({}) == Lens{});
}
