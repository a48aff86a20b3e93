#include "wire/channel/link_channel.h"

#include <algorithm>

#include "vocabulary/bytes.h"

namespace hf::wire {
namespace {

// Writer and Reader take the same fields in the same order; each kind lists them once, below.
class Writer {
 public:
  explicit Writer(std::span<std::byte> bytes) : bytes_(bytes) {}

  template <typename Number>
  void number(const Number& value) {
    store(room(sizeof value), value);
  }
  void flag(const bool& value) { number(static_cast<std::uint8_t>(value)); }
  void text(const std::string_view& value) {
    HF_ASSERT(value.size() <= kLinkTextBytesMax);
    number(static_cast<std::uint8_t>(value.size()));
    put(bytes_of(value));
  }
  void rest(const std::span<const std::byte>& value) {
    HF_ASSERT(value.size() <= kLinkPartBytesMax);
    put(value);
  }
  std::size_t size() const { return size_; }

 private:
  std::span<std::byte> room(std::size_t count) {
    HF_ASSERT(count <= bytes_.size() - size_);
    size_ += count;
    return bytes_.subspan(size_ - count, count);
  }
  void put(std::span<const std::byte> value) {
    std::copy(value.begin(), value.end(), room(value.size()).begin());
  }

  std::span<std::byte> bytes_;
  std::size_t size_ = 0;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <typename Number>
  void number(Number& value) {
    const auto bytes = take(sizeof value);
    if (is_whole_) value = load<Number>(bytes);
  }
  void flag(bool& value) {
    std::uint8_t byte = 0;
    number(byte);
    is_whole_ = is_whole_ && byte <= 1;
    value = byte == 1;
  }
  void text(std::string_view& value) {
    std::uint8_t size = 0;
    number(size);
    value = text_of(take(size));
  }
  void rest(std::span<const std::byte>& value) {
    is_whole_ = is_whole_ && bytes_.size() <= kLinkPartBytesMax;
    value = take(bytes_.size());
  }
  bool is_at_end() const { return is_whole_ && bytes_.empty(); }

 private:
  // Nothing, once something was missing.
  std::span<const std::byte> take(std::size_t count) {
    is_whole_ = is_whole_ && count <= bytes_.size();
    if (!is_whole_) return {};
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  std::span<const std::byte> bytes_;
  bool is_whole_ = true;
};

template <typename Fields, typename Request>
void list_connect(Fields& fields, Request& request) {
  fields.number(request.attempt);
  fields.number(request.transport);
  fields.number(request.port);
  fields.number(request.keep_alive_s);
  fields.number(request.session_expiry_s);
  fields.number(request.utc_s);
  fields.text(request.host);
  fields.text(request.client_id);
  fields.text(request.user);
  fields.text(request.ca_file);
  fields.text(request.ca_folder);
  fields.text(request.topic);
  fields.rest(request.payload);
}

template <typename Fields, typename Request>
void list_publish(Fields& fields, Request& request) {
  fields.number(request.attempt);
  fields.number(request.token);
  fields.flag(request.is_retained);
  fields.flag(request.is_at_least_once);
  fields.number(request.expires_s);
  fields.number(request.payload_bytes);
  fields.text(request.topic);
  fields.rest(request.payload);
}

// False: there is no such kind.
template <typename Fields, typename Request>
bool list_request(Fields& fields, Request& request) {
  switch (request.kind) {
    case LinkRequestKind::secret:
      fields.number(request.secret);
      fields.rest(request.payload);
      return request.secret <= LinkSecret::password;
    case LinkRequestKind::connect: list_connect(fields, request); return true;
    case LinkRequestKind::disconnect: fields.number(request.attempt); return true;
    case LinkRequestKind::publish: list_publish(fields, request); return true;
    case LinkRequestKind::more: fields.rest(request.payload); return true;
    case LinkRequestKind::subscribe:
      fields.number(request.attempt);
      fields.text(request.topic);
      return true;
    case LinkRequestKind::beat: fields.number(request.number); return true;
  }
  return false;
}

template <typename Fields, typename Report>
bool list_report(Fields& fields, Report& report) {
  if (report.kind == LinkReportKind::beat) {
    fields.number(report.number);
    fields.number(report.lost_messages);
    return true;
  }
  fields.number(report.attempt);
  switch (report.kind) {
    case LinkReportKind::connected:
      fields.flag(report.session_present);
      fields.number(report.packet_bytes_max);
      fields.number(report.receive_max);
      fields.number(report.mqtt_version);
      return true;
    case LinkReportKind::disconnected: fields.number(report.reason); return true;
    case LinkReportKind::acknowledged: fields.number(report.token); return true;
    case LinkReportKind::failed:
      fields.number(report.token);
      fields.number(report.reason);
      return true;
    case LinkReportKind::message:
      fields.text(report.topic);
      fields.rest(report.payload);
      return true;
    case LinkReportKind::subscribed:
      fields.number(report.reason);
      fields.text(report.topic);
      return true;
    case LinkReportKind::beat: break;
  }
  return false;
}

}  // namespace

std::size_t pack(const LinkRequest& request, std::span<std::byte> datagram) {
  Writer writer{datagram};
  writer.number(request.kind);
  HF_ASSERT(list_request(writer, request));
  return writer.size();
}

std::size_t pack(const LinkReport& report, std::span<std::byte> datagram) {
  Writer writer{datagram};
  writer.number(report.kind);
  HF_ASSERT(list_report(writer, report));
  return writer.size();
}

Status unpack(std::span<const std::byte> datagram, LinkRequest& request) {
  Reader reader{datagram};
  reader.number(request.kind);
  const bool is_known = !datagram.empty() && list_request(reader, request);
  if (!is_known || !reader.is_at_end()) return Status::corrupt;
  const bool is_too_much =
      request.kind == LinkRequestKind::publish && request.payload.size() > request.payload_bytes;
  return is_too_much ? Status::corrupt : Status::ok;
}

Status unpack(std::span<const std::byte> datagram, LinkReport& report) {
  Reader reader{datagram};
  reader.number(report.kind);
  const bool is_known = !datagram.empty() && list_report(reader, report);
  return is_known && reader.is_at_end() ? Status::ok : Status::corrupt;
}

}  // namespace hf::wire
