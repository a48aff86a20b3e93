#include "platform/linux/link/link_role.h"

#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <deque>
#include <optional>
#include <vector>

#include "platform/linux/link/link_mailbox.h"
#include "platform/linux/link/memory_file.h"
#include "platform/linux/link/outgoing.h"
#include "platform/linux/link/paho_connection.h"
#include "platform/linux/link/resolver.h"
#include "platform/linux/link/tcp_watch.h"
#include "platform/linux/link/tls_watch.h"
#include "vocabulary/bytes.h"
#include "wire/channel/link_channel.h"

namespace hf::link_role {
namespace {

constexpr unsigned kPahoCallMaxS = 30;
constexpr Duration kResolveMax = seconds(10);
constexpr Duration kLookEvery = seconds(1);

// Paho pings when nothing has passed for a keep-alive, or up to a tenth of one later: as rarely as
// leaves ten seconds for the answer [docs/decisions/0035]. Paho alone would notice a dead peer
// after 2.6 keep-alives, which is too late for hal::kDeadPeerMax. Looked at every kLookEvery.
constexpr std::uint16_t kKeepAliveMostS = 30;
constexpr Duration kSilenceMax = milliseconds(43'500);
constexpr Duration kAnswerMax = seconds(5);  // on top of a keep-alive: then it was silence

// Paho's threads and ours need little; the default of 8 MB each would count against our cap.
constexpr std::size_t kThreadStackBytes = 256 * 1024;

constexpr int kMqtt5 = 5;
constexpr int kMqtt311 = 4;

Uptime now() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);  // tidy: allow clock: the role has no hal::Clock
  return {std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000};
}

// While one lives, Paho is being called: should it not return, SIGALRM ends the process.
class PahoCall {
 public:
  PahoCall() { ::alarm(kPahoCallMaxS); }
  ~PahoCall() { ::alarm(0); }
  PahoCall(const PahoCall&) = delete;
  PahoCall& operator=(const PahoCall&) = delete;
};

class LinkRole {
 public:
  explicit LinkRole(int channel)
      : channel_(channel),
        resolver_(mailbox_.descriptor()),
        datagram_(wire::kLinkDatagramBytesMax) {}

  int run();

 private:
  enum class Phase : std::uint8_t { idle, resolving, connecting, online };

  bool take_request();
  bool obey(const wire::LinkRequest& request);
  void keep_secret(const wire::LinkRequest& request);
  void begin_attempt(const wire::LinkRequest& request);

  void look_for_address();
  void connect(int mqtt_version);
  void connect_for(std::uint16_t keep_alive_s);
  std::uint32_t online_attempt() const;
  void hand_over();
  void hang_up();
  void end(hal::LinkReason reason);
  void look_after_peer();

  void take_notes();
  void take(const Note& note);
  void take_refusal(const Note& note);
  hal::LinkReason reason_of_loss(const Note& note) const;

  void report(wire::LinkReportKind kind, const Note& note);
  void beat(std::uint32_t number);
  void send(const wire::LinkReport& report);
  bool flush();

  int channel_;
  LinkMailbox mailbox_;
  Resolver resolver_;
  TcpWatch tcp_;
  MemoryFile private_key_;
  MemoryFile certificate_;
  PahoOptions options_;
  std::optional<PahoConnection> paho_;
  Phase phase_ = Phase::idle;
  bool has_tried_311_ = false;
  std::uint16_t keep_alive_most_s_ = kKeepAliveMostS;  // that broker wants no longer one
  bool speaks_311_ = false;  // the broker at options_.host said that it does not speak MQTT 5
  Outgoing outgoing_;
  std::vector<std::byte> datagram_;
  // Reports for which the channel has no room; while there are any, no notes are taken.
  std::deque<std::vector<std::byte>> unsent_;
};

int LinkRole::run() {
  for (;;) {
    std::array<pollfd, 2> waits{};
    waits[0].fd = channel_;
    waits[0].events = static_cast<short>(POLLIN | (unsent_.empty() ? 0 : POLLOUT));
    waits[1].fd = unsent_.empty() ? mailbox_.descriptor() : -1;
    waits[1].events = POLLIN;
    ::poll(waits.data(), waits.size(), static_cast<int>(outgoing_.wait(now(), kLookEvery).ms));
    if (waits[0].revents != 0 && !flush()) return EXIT_SUCCESS;
    if ((waits[0].revents & (POLLIN | POLLHUP)) != 0) {
      // One at a time, so that notes are not kept waiting by a core that sends much.
      if (!take_request()) return errno == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    take_notes();
    hand_over();
    look_for_address();
    look_after_peer();
  }
}

// What the core asks.

// False: the core has gone (errno is zero), or is not our core.
bool LinkRole::take_request() {
  const auto size = ::recv(channel_, datagram_.data(), datagram_.size(), MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  errno = 0;
  if (size <= 0) return false;
  wire::LinkRequest request;
  const std::span bytes{datagram_.data(), static_cast<std::size_t>(size)};
  if (is_ok(unpack(bytes, request)) && obey(request)) return true;
  errno = EPROTO;
  return false;
}

// False: no core of ours would ask that.
bool LinkRole::obey(const wire::LinkRequest& request) {
  using wire::LinkRequestKind;
  if (request.kind == LinkRequestKind::more) {
    return outgoing_.add(request.payload, online_attempt());
  }
  if (outgoing_.is_open()) return false;
  const bool is_current = request.attempt == options_.attempt && phase_ != Phase::idle;
  switch (request.kind) {
    case LinkRequestKind::secret: keep_secret(request); break;
    case LinkRequestKind::connect: begin_attempt(request); break;
    case LinkRequestKind::disconnect:
      if (is_current) hang_up();
      break;
    case LinkRequestKind::publish: return outgoing_.begin(request, online_attempt());
    case LinkRequestKind::subscribe:
      if (is_current && paho_) {
        const PahoCall call;
        paho_->subscribe(std::string{request.topic});
      }
      break;
    case LinkRequestKind::beat: beat(request.number); break;
    case LinkRequestKind::more: break;
  }
  return true;
}

void LinkRole::keep_secret(const wire::LinkRequest& request) {
  switch (request.secret) {
    case wire::LinkSecret::private_key: private_key_.hold(request.payload); break;
    case wire::LinkSecret::certificate: certificate_.hold(request.payload); break;
    case wire::LinkSecret::password: options_.password = text_of(request.payload); break;
  }
  ::explicit_bzero(datagram_.data(), datagram_.size());
}

void LinkRole::begin_attempt(const wire::LinkRequest& request) {
  hang_up();
  const bool is_same_broker = options_.host == request.host && options_.port == request.port;
  speaks_311_ = speaks_311_ && is_same_broker;
  if (!is_same_broker) keep_alive_most_s_ = kKeepAliveMostS;
  has_tried_311_ = speaks_311_;
  options_.attempt = request.attempt;
  options_.transport = static_cast<hal::Transport>(request.transport & 3);
  options_.host = request.host;
  options_.port = request.port;
  options_.client_id = request.client_id;
  options_.user = request.user;
  options_.keep_alive_s = std::clamp<std::uint16_t>(request.keep_alive_s, 1, keep_alive_most_s_);
  options_.session_expiry_s = request.session_expiry_s;
  options_.will_topic = request.topic;
  options_.will_payload = text_of(request.payload);
  options_.ca_file = request.ca_file;
  options_.ca_folder = request.ca_folder;
  options_.certificate_file = certificate_.path();
  options_.private_key_file = private_key_.path();
  prepare_tls(options_.host + '\n' + std::to_string(options_.port) + '\n' + options_.client_id +
                  '\n' + options_.ca_file + '\n' + options_.ca_folder,
              request.utc_s);
  phase_ = Phase::resolving;
  resolver_.ask(options_.host, now() + kResolveMax);
}

// The connection.

void LinkRole::look_for_address() {
  if (phase_ != Phase::resolving) return;
  switch (resolver_.look(now())) {
    case Resolving::pending: break;
    case Resolving::found: connect(speaks_311_ ? kMqtt311 : kMqtt5); break;
    case Resolving::failed: end(hal::LinkReason::no_address); break;
  }
}

void LinkRole::connect(int mqtt_version) {
  options_.mqtt_version = mqtt_version;
  ++options_.connection;
  phase_ = Phase::connecting;
  const PahoCall call;
  paho_.reset();
  paho_.emplace(mailbox_, options_);
}

std::uint32_t LinkRole::online_attempt() const {
  return phase_ == Phase::online ? options_.attempt : Outgoing::kNotOnline;
}

void LinkRole::hand_over() {
  if (phase_ != Phase::online) return;
  const PahoCall call;
  outgoing_.hand_over(*paho_, tcp_, now());
}

void LinkRole::hang_up() {
  phase_ = Phase::idle;
  outgoing_.forget();
  tcp_.end();
  const PahoCall call;
  paho_.reset();
}

void LinkRole::end(hal::LinkReason reason) {
  Note note;
  note.reason = reason;
  report(wire::LinkReportKind::disconnected, note);
  hang_up();
}

void LinkRole::look_after_peer() {
  if (phase_ == Phase::online && tcp_.silence() > kSilenceMax) end(hal::LinkReason::peer_silent);
}

// What Paho noticed.

void LinkRole::take_notes() {
  Note note;
  while (unsent_.empty() && mailbox_.take(note)) {
    // Of a client that has been left there may still be something, even that it is connected.
    const bool is_current =
        note.attempt == options_.attempt && note.connection == options_.connection;
    if (is_current && phase_ != Phase::idle) take(note);
  }
}

void LinkRole::take(const Note& note) {
  switch (note.kind) {
    case NoteKind::connected:
      if (note.keep_alive_s != 0 && note.keep_alive_s < options_.keep_alive_s) {
        return connect_for(note.keep_alive_s);
      }
      phase_ = Phase::online;
      tcp_.begin();
      return report(wire::LinkReportKind::connected, note);
    case NoteKind::refused: return take_refusal(note);
    case NoteKind::lost:
      // While connecting, an attempt of the other version may be what this was about.
      return phase_ == Phase::online ? end(reason_of_loss(note)) : void();
    case NoteKind::acknowledged:
      outgoing_.note_answer();
      return report(wire::LinkReportKind::acknowledged, note);
    case NoteKind::failed:
      outgoing_.note_answer();
      return report(wire::LinkReportKind::failed, note);
    case NoteKind::message: return report(wire::LinkReportKind::message, note);
    case NoteKind::subscribed: return report(wire::LinkReportKind::subscribed, note);
  }
}

// The broker wants to hear from us more often. Paho does not listen to that: it is told by
// connecting anew, once for each broker.
void LinkRole::connect_for(std::uint16_t keep_alive_s) {
  options_.keep_alive_s = keep_alive_most_s_ = keep_alive_s;
  connect(options_.mqtt_version);
}

// Old brokers refuse MQTT 5 by a code, or by closing without a word. Only the code is remembered:
// closing may have had another reason.
void LinkRole::take_refusal(const Note& note) {
  if (phase_ != Phase::connecting) return;
  if (note.reason == hal::LinkReason::tls_failed) forget_tls_session();
  const bool may_like_311 = note.refuses_version || note.is_silent_end;
  if (may_like_311 && !has_tried_311_) {
    has_tried_311_ = true;
    speaks_311_ = note.refuses_version;
    return connect(kMqtt311);
  }
  speaks_311_ = speaks_311_ && !may_like_311;
  end(note.reason);
}

hal::LinkReason LinkRole::reason_of_loss(const Note& note) const {
  if (note.reason != hal::LinkReason::none) return note.reason;
  const bool was_silent = tcp_.silence() > seconds(options_.keep_alive_s) + kAnswerMax;
  return was_silent ? hal::LinkReason::peer_silent : hal::LinkReason::peer_closed;
}

// What the core is told.

void LinkRole::report(wire::LinkReportKind kind, const Note& note) {
  wire::LinkReport report;
  report.kind = kind;
  report.attempt = options_.attempt;
  report.session_present = note.session_present;
  report.packet_bytes_max = note.packet_bytes_max;
  report.receive_max = note.receive_max;
  report.mqtt_version = note.mqtt_version;
  report.token = note.token;
  report.reason = static_cast<std::uint8_t>(note.reason);
  report.topic = note.text;
  report.payload = bytes_of(note.payload);
  send(report);
}

void LinkRole::beat(std::uint32_t number) {
  if (!unsent_.empty()) return;  // what waits is a sign of life too, when it goes
  wire::LinkReport report;
  report.kind = wire::LinkReportKind::beat;
  report.number = number;
  report.lost_messages = mailbox_.take_lost_count();
  send(report);
}

void LinkRole::send(const wire::LinkReport& report) {
  const std::size_t size = pack(report, datagram_);
  unsent_.emplace_back(datagram_.begin(), datagram_.begin() + static_cast<std::ptrdiff_t>(size));
  flush();
}

// False: the core has gone.
bool LinkRole::flush() {
  while (!unsent_.empty()) {
    const auto& report = unsent_.front();
    const auto sent = ::send(channel_, report.data(), report.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == ENOBUFS || errno == EINTR;
    unsent_.pop_front();
  }
  return true;
}

void keep_memory_small() {
  ::mallopt(M_ARENA_MAX, 1);
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, kThreadStackBytes);
  ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
}

}  // namespace

int run_link_role(int channel) {
  ::signal(SIGPIPE, SIG_IGN);  // a broker that closes while we write
  keep_memory_small();
  LinkRole role{channel};
  return role.run();
}

}  // namespace hf::link_role
