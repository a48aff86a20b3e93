#include "wire/channel/link_channel.h"

#include <CppUTest/TestHarness.h>

#include <string>
#include <vector>

#include "vocabulary/bytes.h"
#include "vocabulary/random.h"

using namespace hf;
using wire::LinkReport;
using wire::LinkReportKind;
using wire::LinkRequest;
using wire::LinkRequestKind;

TEST_GROUP(LinkChannel) {
  std::vector<std::byte> datagram = std::vector<std::byte>(wire::kLinkDatagramBytesMax);

  template <typename Message>
  std::span<const std::byte> packed(const Message& message) {
    return std::span{datagram}.first(pack(message, datagram));
  }

  static LinkRequest connect_request() {
    LinkRequest request;
    request.kind = LinkRequestKind::connect;
    request.attempt = 7;
    request.transport = 3;
    request.port = 443;
    request.keep_alive_s = 20;
    request.session_expiry_s = 86'400;
    request.utc_s = 1'800'000'000;
    request.host = "broker.example";
    request.client_id = "gateway-7";
    request.user = "me";
    request.ca_folder = "/etc/ssl/certs";
    request.topic = "hf/v1/birth";
    request.payload = bytes_of("gone");
    return request;
  }

  static std::vector<LinkRequest> all_requests() {
    std::vector<LinkRequest> all{connect_request()};
    for (const auto kind :
         {LinkRequestKind::secret, LinkRequestKind::disconnect, LinkRequestKind::publish,
          LinkRequestKind::more, LinkRequestKind::subscribe, LinkRequestKind::beat}) {
      LinkRequest request;
      request.kind = kind;
      request.topic = "a/b";
      request.payload = bytes_of("payload");
      request.payload_bytes = 7;
      all.push_back(request);
    }
    return all;
  }

  static std::vector<LinkReport> all_reports() {
    std::vector<LinkReport> all;
    for (int kind = 0; kind <= static_cast<int>(LinkReportKind::beat); ++kind) {
      LinkReport report;
      report.kind = static_cast<LinkReportKind>(kind);
      report.topic = "a/b";
      report.payload = bytes_of("payload");
      all.push_back(report);
    }
    return all;
  }
};

TEST(LinkChannel, what_was_asked_arrives_as_it_was_asked) {
  LinkRequest got;
  CHECK(is_ok(unpack(packed(connect_request()), got)));
  CHECK(got.kind == LinkRequestKind::connect);
  UNSIGNED_LONGS_EQUAL(7, got.attempt);
  UNSIGNED_LONGS_EQUAL(443, got.port);
  UNSIGNED_LONGS_EQUAL(86'400, got.session_expiry_s);
  CHECK(got.utc_s == 1'800'000'000);
  CHECK(got.host == "broker.example");
  CHECK(got.ca_file.empty());
  CHECK(got.topic == "hf/v1/birth");
  CHECK(text_of(got.payload) == "gone");
}

TEST(LinkChannel, the_largest_of_everything_fits_a_datagram) {
  const std::string text(wire::kLinkTextBytesMax, 'x');
  const std::vector<std::byte> payload(wire::kLinkPartBytesMax);
  LinkRequest request = connect_request();
  for (auto* field : {&request.host, &request.client_id, &request.user, &request.ca_file,
                      &request.ca_folder, &request.topic}) {
    *field = text;
  }
  request.payload = payload;
  LinkRequest got;
  CHECK(is_ok(unpack(packed(request), got)));
  UNSIGNED_LONGS_EQUAL(wire::kLinkPartBytesMax, got.payload.size());
}

TEST(LinkChannel, a_datagram_that_is_cut_short_or_goes_on_is_corrupt) {
  for (const LinkRequest& request : all_requests()) {
    const bool takes_the_rest = request.kind != LinkRequestKind::disconnect &&
                                request.kind != LinkRequestKind::subscribe &&
                                request.kind != LinkRequestKind::beat;
    std::vector<std::byte> bytes(packed(request).begin(), packed(request).end());
    LinkRequest got;
    CHECK(is_ok(unpack(bytes, got)));
    const std::size_t end = takes_the_rest ? bytes.size() - request.payload.size() : bytes.size();
    for (std::size_t size = 0; size < end; ++size) {
      CHECK(unpack(std::span{bytes}.first(size), got) == Status::corrupt);
    }
    bytes.push_back({});
    if (!takes_the_rest) CHECK(unpack(bytes, got) == Status::corrupt);
  }
}

TEST(LinkChannel, what_is_no_kind_no_secret_and_no_truth_value_is_corrupt) {
  LinkRequest request;
  LinkReport report;
  const std::byte unknown[] = {std::byte{200}, {}, {}, {}, {}, {}, {}, {}, {}};
  CHECK(unpack(unknown, request) == Status::corrupt);
  CHECK(unpack(unknown, report) == Status::corrupt);
  const std::byte no_secret[] = {std::byte{0}, std::byte{3}};
  CHECK(unpack(no_secret, request) == Status::corrupt);
  LinkReport connected;
  connected.kind = LinkReportKind::connected;
  packed(connected);
  datagram[5] = std::byte{2};  // session_present
  CHECK(unpack(std::span{datagram}.first(13), report) == Status::corrupt);
}

// Whatever bytes come, an answer comes, and what it views lies within them.
TEST(LinkChannel, any_bytes_are_met_with_a_status) {
  constexpr std::uint64_t kSeed = 20'250'711;
  Random random{kSeed};
  std::vector<std::vector<std::byte>> seeds;
  for (const auto& request : all_requests()) {
    seeds.emplace_back(packed(request).begin(), packed(request).end());
  }
  for (const auto& report : all_reports()) {
    seeds.emplace_back(packed(report).begin(), packed(report).end());
  }
  int good = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::vector<std::byte> bytes = seeds[random.below(seeds.size())];
    for (auto left = random.below(4); left > 0; --left) {
      bytes[random.below(bytes.size())] = static_cast<std::byte>(random.next());
    }
    if (random.chance(1, 4)) bytes.resize(random.below(bytes.size() + 8) + 1);
    LinkRequest request;
    LinkReport report;
    good += is_ok(unpack(bytes, request)) ? 1 : 0;
    good += is_ok(unpack(bytes, report)) ? 1 : 0;
    for (const auto view : {request.payload, report.payload}) {
      if (view.empty() || view.size() == 7) continue;
      CHECK(view.data() >= bytes.data() &&
            view.data() + view.size() <= bytes.data() + bytes.size());
    }
  }
  CHECK(good > 0);
}
