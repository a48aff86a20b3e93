// A core with nothing but a link, for tests that play the world around it. It starts the link role
// again whenever that has ended, counts every publish, and tells each event as a line.
//
//   link_probe FOLDER [CA_FILE [BUILT_S]]     BUILT_S: no clock shows less, in seconds since 1970
//
//   connect TRANSPORT HOST PORT CLIENT [USER] [EXPIRY_S]
//   disconnect | subscribe FILTER | publish TOPIC QOS BYTES | expire TOPIC SECONDS
//   say TOPIC QOS RETAINED [PAYLOAD...]   a publish in these words
//   will TOPIC PAYLOAD... | keepalive S    of the next connections
//   flood COUNT BYTES    keeps the window full until COUNT publishes were acknowledged, connecting
//                        again as often as needed; each begins with its number
//   reconnects COUNT     connects, publishes kBurst and loses the connection, COUNT times; `usage`
//                        every 100 times
//   trust FILE           for the next connections: who may sign the broker's certificate
//   secret KIND FILE     into the keys: 1 private key, 2 certificate, 3 password
//   kill | stop          the role, by SIGKILL or SIGSTOP
//   usage                resident kB and descriptors of the role and of this process
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "platform/linux/board.h"
#include "tests/support/role_program.h"
#include "vocabulary/bytes.h"

namespace {

using namespace hf;

constexpr hal::RoleInstance kLink{.role = hal::Role::link, .number = 0};

// What a gateway has to say at once after a connect: birth, state, events, frames.
constexpr int kBurst = 5;

using Words = std::vector<std::string>;

std::uint32_t number_in(const std::string& text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

on_linux::BoardOptions options_for(int count, char** words) {
  on_linux::BoardOptions options;
  options.data_directory = words[1];
  options.processes = test::link_roles();
  if (count > 2) options.link_role.ca_file.assign(words[2]);
  if (count > 3) options.built = UtcTime{seconds(std::strtoll(words[3], nullptr, 10)).ms};
  return options;
}

class Probe {
 public:
  Probe(int count, char** words) : board_(options_for(count, words)) {
    ::fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    HF_ASSERT(is_ok(board_.loop().watch(STDIN_FILENO, on_linux::Readiness::readable,
                                        on_linux::callback<&Probe::read_commands>(*this))));
    start_role();
  }

  void run() {
    while (!is_over_) {
      board_.loop().wait_until(board_.hal().clock.uptime() + milliseconds(20));
      hal::RoleExit exit;
      while (board_.processes().next_exit(exit)) {
        std::printf("exit %d %d\n", exit.killed, exit.code);
        start_role();
      }
      take_events();
      if (is_working() && !is_online_ && !is_trying_) static_cast<void>(connect());
      fill_window();
      std::fflush(stdout);
    }
  }

 private:
  hal::Link& link() { return board_.hal().link; }
  bool is_working() const { return flood_left_ > 0 || reconnects_left_ > 0; }

  void start_role() {
    const Status status = board_.processes().start(kLink, test::role_memory_bytes());
    HF_ASSERT(is_ok(status));
  }

  void read_commands() {
    std::array<char, 4096> bytes;
    const auto size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size == 0) is_over_ = true;
    if (size <= 0) return;
    unread_.append(bytes.data(), static_cast<std::size_t>(size));
    for (auto end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n')) {
      std::istringstream line{unread_.substr(0, end)};
      unread_.erase(0, end + 1);
      obey(Words{std::istream_iterator<std::string>{line}, {}});
    }
  }

  void obey(const Words& words) {
    const std::string& verb = words.at(0);
    if (verb == "connect") {
      request_words_ = words;
      answer(connect());
    } else if (verb == "say") {
      answer(say(words));
    } else if (verb == "will") {
      will_topic_ = words.size() > 1 ? words[1] : "";
      will_ = text_from(words, 2);
      answer(Status::ok);
    } else if (verb == "keepalive") {
      keep_alive_ = seconds(number_in(words.at(1)));
      answer(Status::ok);
    } else if (verb == "trust") {
      ca_file_ = words.at(1);
      answer(Status::ok);
    } else if (verb == "disconnect") {
      answer(link().disconnect());
    } else if (verb == "subscribe") {
      answer(link().subscribe(words.at(1)));
    } else if (verb == "publish") {
      answer(publish(words.at(1), number_in(words.at(2)) > 0, number_in(words.at(3)), {}));
    } else if (verb == "expire") {
      answer(publish(words.at(1), true, 10, seconds(number_in(words.at(2)))));
    } else if (verb == "flood") {
      flood_left_ = number_in(words.at(1));
      flood_bytes_ = number_in(words.at(2));
    } else if (verb == "reconnects") {
      reconnects_left_ = number_in(words.at(1));
    } else if (verb == "secret") {
      std::ifstream file{words.at(2), std::ios::binary};
      const std::string secret{std::istreambuf_iterator<char>{file}, {}};
      const auto kind = static_cast<hal::SecretKind>(number_in(words.at(1)));
      answer(board_.hal().keys.store({.kind = kind, .number = 0}, bytes_of(secret)));
    } else if (verb == "kill" || verb == "stop") {
      ::kill(role_process(), verb == "kill" ? SIGKILL : SIGSTOP);
    } else if (verb == "usage") {
      tell_usage();
    }
  }

  void answer(Status status) { std::printf("answer %s\n", std::string{to_text(status)}.c_str()); }

  Status connect() {
    const Words& words = request_words_;
    hal::ConnectRequest request;
    request.address.transport = static_cast<hal::Transport>(number_in(words.at(1)));
    request.address.host.assign(words.at(2));
    request.address.port = static_cast<std::uint16_t>(number_in(words.at(3)));
    request.client_id = words.at(4);
    if (words.size() > 5 && words[5] != "-") request.user = words[5];
    if (words.size() > 6) request.session_expiry = seconds(number_in(words[6]));
    request.ca_file = ca_file_;
    request.keep_alive = keep_alive_;
    request.will_topic = will_topic_;
    request.will_payload = bytes_of(will_);
    const Status status = link().connect(request);
    is_trying_ = is_ok(status);
    return status;
  }

  Status publish(std::string_view topic, bool at_least_once, std::uint32_t bytes,
                 Duration expires_after) {
    const std::uint32_t token = last_token_ + 1;
    std::string payload = std::to_string(token) + " ";
    payload.resize(std::max<std::size_t>(payload.size(), bytes), 'x');
    hal::Message message;
    message.topic = topic;
    message.payload = bytes_of(payload);
    message.at_least_once = at_least_once;
    message.expires_after = expires_after;
    const Status status = link().publish(message, {token});
    if (is_ok(status)) {
      last_token_ = token;
      outstanding_.insert(token);
    }
    return status;
  }

  static std::string text_from(const Words& words, std::size_t first) {
    std::string text;
    for (std::size_t i = first; i < words.size(); ++i) text += (i > first ? " " : "") + words[i];
    return text;
  }

  Status say(const Words& words) {
    const std::string payload = text_from(words, 4);
    hal::Message message;
    message.topic = words.at(1);
    message.at_least_once = number_in(words.at(2)) > 0;
    message.retained = number_in(words.at(3)) > 0;
    message.payload = bytes_of(payload);
    const Status status = link().publish(message, {last_token_ + 1});
    if (is_ok(status)) outstanding_.insert(++last_token_);
    return status;
  }

  void fill_window() {
    if (reconnects_left_ > 0 && is_online_ && outstanding_.empty()) {
      for (int i = 0; i < kBurst; ++i) static_cast<void>(publish("probe/up", true, 100, {}));
    }
    while (flood_left_ > outstanding_.size() && is_online_) {
      if (!is_ok(publish("probe/up", true, flood_bytes_, {}))) break;
    }
  }

  void take_events() {
    hal::LinkEvent event;
    while (link().next_event(event)) take(event);
  }

  void take(const hal::LinkEvent& event) {
    const auto reason = static_cast<unsigned>(event.reason);
    switch (event.kind) {
      case hal::LinkEventKind::connected:
        is_online_ = true;
        if (reconnects_left_ > 0) return;
        std::printf("connected %d %u %u\n", event.session_present, event.packet_bytes_max,
                    unsigned{event.receive_max});
        return;
      case hal::LinkEventKind::disconnected:
        is_online_ = is_trying_ = false;
        outstanding_.clear();
        if (reconnects_left_ > 0) {
          if (--reconnects_left_ % 100 == 0) tell_usage();
          return;
        }
        std::printf("disconnected %u\n", reason);
        return;
      case hal::LinkEventKind::acknowledged:
      case hal::LinkEventKind::failed:
        if (outstanding_.erase(event.token.value) == 0) std::printf("fault: ended twice\n");
        if (event.kind == hal::LinkEventKind::failed) {
          std::printf("failed %u %u\n", event.token.value, reason);
          return;
        }
        if (flood_left_ > 0) --flood_left_;
        std::printf("acknowledged %u\n", event.token.value);
        return;
      case hal::LinkEventKind::message:
        std::printf("message %.*s %zu\n", static_cast<int>(event.topic.size()), event.topic.data(),
                    event.payload.size());
        return;
      case hal::LinkEventKind::subscribed: std::printf("subscribed %u\n", reason); return;
    }
  }

  pid_t role_process() const {
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
      std::ifstream children{task.path() / "children"};
      pid_t process = 0;
      if (children >> process) return process;
    }
    return -1;
  }

  void tell_usage() {
    const auto role = board_.hal().processes.usage(kLink);
    std::ifstream memory{"/proc/self/statm"};
    std::uint64_t pages = 0;
    memory >> pages >> pages;
    const auto descriptors =
        std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    std::printf("usage %llu %u %llu %td\n",
                static_cast<unsigned long long>(role.ok() ? role.value().resident_bytes / 1024 : 0),
                role.ok() ? role.value().descriptors_open : 0,
                4 * static_cast<unsigned long long>(pages), descriptors);
  }

  on_linux::Board board_;
  Words request_words_;
  std::string ca_file_;
  std::string will_topic_ = "probe/will";
  std::string will_ = "gone";
  Duration keep_alive_ = seconds(20);
  std::string unread_;
  bool is_over_ = false;
  bool is_online_ = false;
  bool is_trying_ = false;
  std::uint32_t last_token_ = 0;
  std::set<std::uint32_t> outstanding_;
  std::uint32_t flood_left_ = 0;
  std::uint32_t flood_bytes_ = 0;
  std::uint32_t reconnects_left_ = 0;
};

}  // namespace

int main(int count, char** words) {
  Probe probe{count, words};
  probe.run();
}
