#include "wire/frames/row_set.h"

#include <algorithm>
#include <numeric>

namespace hf::wire {
namespace {

using Rows = std::span<const std::uint16_t>;

bool is_stride(Rows rows) {
  if (rows.size() < 2) return true;
  const int step = rows[1] - rows[0];
  for (std::size_t i = 2; i < rows.size(); ++i) {
    if (rows[i] - rows[i - 1] != step) return false;
  }
  return true;
}

// Calls `tell(first, count)` for each run of neighbouring rows.
template <typename Tell>
void for_each_run(Rows rows, Tell tell) {
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= rows.size(); ++i) {
    if (i < rows.size() && rows[i] == rows[i - 1] + 1) continue;
    tell(rows[begin], static_cast<std::uint32_t>(i - begin));
    begin = i;
  }
}

std::uint32_t run_count(Rows rows) {
  std::uint32_t count = 0;
  for_each_run(rows, [&](std::uint16_t, std::uint32_t) { ++count; });
  return count;
}

void put_runs(BodyWriter& out, Rows rows) {
  out.put_count(run_count(rows));
  std::uint32_t next = 0;
  for_each_run(rows, [&](std::uint16_t first, std::uint32_t count) {
    out.put_count(first - next);
    out.put_count(count);
    next = first + count;
  });
}

std::uint32_t take_stride(BodyReader& in, std::uint32_t row_count, std::span<std::uint16_t> rows) {
  const std::uint64_t first = in.take_count(row_count - 1);
  const std::uint64_t step = in.take_count(row_count);
  const std::uint64_t count = in.take_count(row_count);
  if (count == 0 || (count > 1 && (step == 0 || first + step * (count - 1) >= row_count))) {
    in.fail();
    return 0;
  }
  for (std::uint32_t i = 0; i < count; ++i) rows[i] = static_cast<std::uint16_t>(first + step * i);
  return static_cast<std::uint32_t>(count);
}

std::uint32_t take_runs(BodyReader& in, std::uint32_t row_count, std::span<std::uint16_t> rows) {
  std::uint32_t taken = 0;
  std::uint32_t next = 0;
  for (std::uint32_t left = in.take_count(row_count); left > 0; --left) {
    next += in.take_count(row_count - next);
    const std::uint32_t count = in.take_count(row_count - next);
    if (!is_ok(in.status())) return 0;
    for (std::uint32_t i = 0; i < count; ++i) rows[taken++] = static_cast<std::uint16_t>(next + i);
    next += count;
  }
  return taken;
}

std::uint32_t take_list(BodyReader& in, std::uint32_t row_count, std::span<std::uint16_t> rows) {
  const std::uint32_t count = in.take_count(row_count);
  std::int64_t least = 0;
  in.take_numbers(rows.first(count), [&](std::int64_t number, std::uint16_t& row) {
    if (number < least || number >= row_count) return false;
    row = static_cast<std::uint16_t>(number);
    least = number + 1;
    return true;
  });
  return count;
}

}  // namespace

RowForm form_of(Rows rows, std::uint32_t row_count, Rows before) {
  if (rows.size() == row_count) return RowForm::all;
  if (std::equal(rows.begin(), rows.end(), before.begin(), before.end())) return RowForm::as_before;
  if (is_stride(rows)) return RowForm::stride;
  // A run costs about two bytes, a row in a list about half a one.
  return 4 * run_count(rows) <= rows.size() ? RowForm::runs : RowForm::list;
}

void put_rows(BodyWriter& out, RowForm form, Rows rows) {
  switch (form) {
    case RowForm::all:
    case RowForm::as_before: return;
    case RowForm::stride:
      out.put_count(rows[0]);
      out.put_count(rows.size() < 2 ? 1U : static_cast<unsigned>(rows[1] - rows[0]));
      out.put_count(static_cast<std::uint32_t>(rows.size()));
      return;
    case RowForm::runs: return put_runs(out, rows);
    case RowForm::list:
      out.put_count(static_cast<std::uint32_t>(rows.size()));
      out.put_numbers(rows, [](std::uint16_t row) { return std::int64_t{row}; });
      return;
  }
}

std::uint32_t take_rows(BodyReader& in, RowForm form, std::uint32_t row_count,
                        std::span<std::uint16_t> rows) {
  HF_ASSERT(rows.size() >= row_count && row_count > 0);
  std::uint32_t count = 0;
  switch (form) {
    case RowForm::all:
      count = row_count;
      for (std::uint32_t row = 0; row < row_count; ++row)
        rows[row] = static_cast<std::uint16_t>(row);
      break;
    case RowForm::as_before: break;
    case RowForm::stride: count = take_stride(in, row_count, rows); break;
    case RowForm::runs: count = take_runs(in, row_count, rows); break;
    case RowForm::list: count = take_list(in, row_count, rows); break;
  }
  if (count == 0) in.fail();
  return is_ok(in.status()) ? count : 0;
}

}  // namespace hf::wire
