// Writes one JSON text into bytes of the caller's. Never allocates.
//
// Commas and quotes are its business, structure is the caller's: close what you open. A text that
// does not fit is not half a text: status() is then `full` and text() is empty, so nobody sends a
// broken document by forgetting to ask.
//
//   JsonWriter json(buffer);
//   json.open_object();
//   json.member("hours_left", 31.5);
//   json.open_array("roles");
//   json.element("link");
//   json.close_array();
//   json.close_object();
//   send(json.text());
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/outcome.h"

namespace hf::wire {

class JsonWriter {
 public:
  static constexpr std::uint32_t kDepthMax = 16;  // deeper than any answer of ours

  explicit JsonWriter(std::span<char> bytes) : bytes_(bytes) {}

  void open_object() { open('{'); }
  void open_object(std::string_view name);
  void close_object() { close('}'); }
  void open_array(std::string_view name);
  void open_array() { open('['); }
  void close_array() { close(']'); }

  // Texts are escaped; bytes that are not UTF-8 pass as they are: check them where they enter. A
  // real that JSON cannot say (NaN, infinity) becomes null; others keep every bit when read back.
  void member(std::string_view name, std::string_view value);
  void member(std::string_view name, const char* value) { member(name, std::string_view{value}); }
  void member(std::string_view name, double value);
  void member(std::string_view name, std::int64_t value);
  void member(std::string_view name, std::uint64_t value);
  void member(std::string_view name, std::uint32_t value) { member(name, std::uint64_t{value}); }
  void member(std::string_view name, std::int32_t value) { member(name, std::int64_t{value}); }
  void member(std::string_view name, bool value);
  void member_null(std::string_view name);

  void element(std::string_view value);
  void element(double value);
  void element(std::int64_t value);

  // Whether all so far fitted: for who would rather not go on in vain.
  bool fits() const { return fits_; }

  // ok: a whole JSON text stands there.  full: it did not fit.  REQUIRES: all opened is closed.
  Status status() const;

  // The text; empty unless status() is ok.
  std::string_view text() const;

 private:
  void open(char bracket);
  void close(char bracket);
  void begin_element();
  void begin_member(std::string_view name);
  void put(char c);
  void put(std::string_view text);
  void put_quoted(std::string_view text);
  void put_real(double value);
  template <typename Integer>
  void put_integer(Integer value);

  std::span<char> bytes_;
  std::size_t used_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t started_ = 0;  // bit d: depth d holds something, so a comma comes first
  bool fits_ = true;
};

}  // namespace hf::wire
