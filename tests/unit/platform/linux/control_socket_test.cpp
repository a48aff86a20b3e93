// Against real sockets, as a person's terminal and a hostile script would use them.
#include "platform/linux/control_socket.h"

#include <CppUTest/TestHarness.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <memory>
#include <string>

#include "platform/linux/clock.h"
#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

namespace {

// Answers by what was asked, in quotes; `much` by as much as an answer may hold.
std::string_view echo(void* /*object*/, std::string_view line, std::span<char> answer,
                      const Peer& who) {
  if (line == "who") return who.is_owner && who.user == ::geteuid() ? "owner" : "other";
  if (line == "much") {
    std::fill(answer.begin(), answer.end(), 'x');
    return {answer.data(), answer.size()};
  }
  answer[0] = '"';
  line.copy(answer.data() + 1, line.size());
  answer[line.size() + 1] = '"';
  return {answer.data(), line.size() + 2};
}

class Client {
 public:
  explicit Client(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    CHECK(::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&address),
                    sizeof address) == 0);
  }
  void say(std::string_view text) const {
    LONGS_EQUAL(text.size(), ::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL));
  }
  std::string heard() const {
    std::string all;
    char some[4096];
    for (ssize_t count = 0;
         (count = ::recv(socket_.number(), some, sizeof some, MSG_DONTWAIT)) > 0;) {
      all.append(some, static_cast<std::size_t>(count));
    }
    return all;
  }
  bool was_let_go() const {
    char one = 0;
    return ::recv(socket_.number(), &one, 1, MSG_DONTWAIT) == 0;
  }

 private:
  Descriptor socket_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

}  // namespace

TEST_GROUP(ControlSocketOfTheCore) {
  test::TemporaryFolder folder;
  std::string path = folder / "control";
  EventLoop loop;
  std::unique_ptr<ControlSocket> socket =
      std::make_unique<ControlSocket>(loop, Answerer{echo, nullptr});

  void setup() override { CHECK(is_ok(socket->listen(path))); }
  // What is in the sockets already is served; nothing is waited for.
  void serve() {
    for (int turn = 0; turn < 20; ++turn) loop.wait_until(Uptime{});
  }
};

TEST(ControlSocketOfTheCore, answers_a_line_with_a_line) {
  const Client peer{path};
  peer.say("status\n");
  serve();
  STRCMP_EQUAL("\"status\"\n", peer.heard().c_str());
}

TEST(ControlSocketOfTheCore, knows_by_the_kernels_word_who_asks) {
  const Client client{path};
  client.say("who\n");
  serve();
  STRCMP_EQUAL("owner\n", client.heard().c_str());
}

TEST(ControlSocketOfTheCore, answers_lines_in_their_order_however_they_are_cut) {
  const Client peer{path};
  peer.say("one\r\ntw");
  serve();
  peer.say("o\nthree\n");
  serve();
  STRCMP_EQUAL("\"one\"\n\"two\"\n\"three\"\n", peer.heard().c_str());
}

TEST(ControlSocketOfTheCore, a_client_that_does_not_read_its_answers_delays_nobody_else) {
  const Client lazy{path};
  for (int i = 0; i < 50; ++i) lazy.say("much\n");
  serve();
  const Client other{path};
  other.say("status\n");
  serve();
  STRCMP_EQUAL("\"status\"\n", other.heard().c_str());
  std::size_t bytes = 0;
  for (int turn = 0; turn < 500; ++turn) {
    bytes += lazy.heard().size();
    serve();
  }
  UNSIGNED_LONGS_EQUAL(50 * wire::kControlAnswerBytesMax, bytes);
}

TEST(ControlSocketOfTheCore, a_line_without_an_end_is_cut_off_with_a_sentence) {
  const Client peer{path};
  peer.say(std::string(wire::kControlRequestBytesMax + 1, 'a'));
  serve();
  CHECK(peer.heard().find("at most 4096 bytes") != std::string::npos);
}

TEST(ControlSocketOfTheCore, a_client_too_many_is_told_so_and_makes_room_when_one_leaves) {
  auto first = std::make_unique<Client>(path);
  const Client second{path};
  const Client third{path};
  const Client fourth{path};
  serve();
  const Client fifth{path};
  serve();
  CHECK(fifth.heard().find("too many clients") != std::string::npos);
  CHECK(fifth.was_let_go());
  UNSIGNED_LONGLONGS_EQUAL(1, socket->refused_clients());
  first.reset();
  serve();
  const Client sixth{path};
  sixth.say("status\n");
  serve();
  STRCMP_EQUAL("\"status\"\n", sixth.heard().c_str());
}

TEST(ControlSocketOfTheCore, takes_the_place_of_a_dead_one_but_not_of_a_living_one) {
  ControlSocket second{loop, Answerer{echo, nullptr}};
  CHECK(second.listen(path) == Status::busy);
  socket.reset();
  folder.write("control", "left behind");
  CHECK(is_ok(second.listen(path)));
}

TEST(ControlSocketOfTheCore, refuses_a_path_longer_than_the_kernel_takes) {
  ControlSocket second{loop, Answerer{echo, nullptr}};
  CHECK(second.listen(std::string(200, 'p')) == Status::invalid);
}
