// A worker in the world: a broker, a clock, signals and a page of metrics around it.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "tools/hub/broker/broker_connection.h"
#include "tools/hub/commands/commands.h"
#include "tools/hub/commands/surroundings.h"
#include "tools/hub/metrics/http_server.h"
#include "tools/hub/metrics/metrics_page.h"
#include "tools/hub/serving/worker.h"
#include "tools/hub/storage/schema.h"
#include "vocabulary/random.h"
#include "wire/uplink/topics.h"

namespace hf::hub {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

// A batch is committed this long after its first message, or when it has grown so large: a commit
// costs a sync, however much is in it.
constexpr milliseconds kBatchMost{100};
constexpr std::size_t kBatchBytes = 4U << 20;

constexpr milliseconds kLookMost{50};  // how soon a receipt that is due, or a signal, is noticed
constexpr milliseconds kReconnectFirst{500};
constexpr milliseconds kReconnectMost{15'000};
constexpr milliseconds kStoreRetry{1'000};

std::atomic<bool> is_asked_to_end = false;  // by a signal
static_assert(std::atomic<bool>::is_always_lock_free);

void say(const std::string& sentence) {
  std::cerr << iso_text(utc_now()) << " " << sentence << std::endl;
}

ConnectionSettings connection_settings(const Options& options) {
  ConnectionSettings settings;
  settings.broker = options.broker;
  settings.keeps_session = !options.worker.empty();
  settings.client_id =
      "holdfast-hub-" + (options.worker.empty() ? hex_text(any_number()) : options.worker);
  for (const wire::TopicClass each :
       {wire::TopicClass::frames, wire::TopicClass::live, wire::TopicClass::alert,
        wire::TopicClass::state, wire::TopicClass::health, wire::TopicClass::command_result}) {
    wire::TopicFilter filter;
    if (!is_ok(wire::write_filter(options.group, options.root, each, filter))) continue;
    settings.filters.emplace_back(filter.view());
  }
  return settings;
}

// Holds one connection after the other, with a pause that grows, and chance in it so that a fleet
// of workers does not come back in step.
class Reaching {
 public:
  Reaching(Inbox& inbox, ConnectionSettings settings)
      : inbox_(inbox), settings_(std::move(settings)), random_(any_number()) {}

  // True once after each time that the broker was reached.
  bool step() {
    if (connection_ == nullptr && Steady::now() >= next_) {
      connection_ = std::make_unique<BrokerConnection>(inbox_, settings_);
      was_connected_ = false;
    }
    if (connection_ == nullptr) return false;
    const auto state = connection_->state();
    if (state == BrokerConnection::State::lost) {
      lose();
      return false;
    }
    if (state != BrokerConnection::State::connected || was_connected_) return false;
    was_connected_ = true;
    pause_ = kReconnectFirst;
    ++connects_;
    say("connected to " + settings_.broker.uri());
    return true;
  }

  void send(const std::vector<Outgoing>& messages) {
    if (!is_connected()) return;  // all are told again once there is a broker
    for (const Outgoing& each : messages) connection_->publish(each);
  }
  std::vector<std::int64_t> take_delivered() {
    return is_connected() ? connection_->take_delivered() : std::vector<std::int64_t>{};
  }

  bool is_connected() const { return connection_ != nullptr && was_connected_; }
  std::uint64_t connects() const { return connects_; }

 private:
  void lose() {
    const auto wait = milliseconds{random_.between(pause_.count() / 2, pause_.count())};
    say("no broker at " + settings_.broker.uri() + ": " + connection_->problem() +
        "; trying again in " + std::to_string(wait.count()) + " ms");
    connection_.reset();
    was_connected_ = false;
    next_ = Steady::now() + wait;
    pause_ = std::min(pause_ * 2, kReconnectMost);
  }

  Inbox& inbox_;
  ConnectionSettings settings_;
  Random random_;
  std::unique_ptr<BrokerConnection> connection_;
  bool was_connected_ = false;
  milliseconds pause_ = kReconnectFirst;
  Steady::time_point next_;
  std::uint64_t connects_ = 0;
};

// The page, made by the worker's thread and read by the server's.
class Board {
 public:
  void set(std::string page) {
    const std::lock_guard lock(mutex_);
    page_ = std::move(page);
  }
  std::string get() const {
    const std::lock_guard lock(mutex_);
    return page_;
  }

 private:
  mutable std::mutex mutex_;
  std::string page_;
};

class Running {
 public:
  explicit Running(const Options& options)
      : sql_(open_sql(options.store)), reaching_(inbox_, connection_settings(options)) {
    prepare_schema(*sql_);
    worker_ = std::make_unique<Worker>(
        *sql_, WorkerSettings{
                   .root = options.root, .limits = {}, .keep = options.keep, .seed = any_number()});
    if (options.metrics.empty()) return;
    const auto colon = options.metrics.rfind(':');
    const std::string address =
        colon == std::string::npos ? "127.0.0.1" : options.metrics.substr(0, colon);
    int port = 0;
    const std::string digits = options.metrics.substr(colon + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    server_ = std::make_unique<HttpServer>(address, port, [this] { return board_.get(); });
    std::cout << "metrics http://" << address << ":" << server_->port() << "/metrics" << std::endl;
  }

  void turn() {
    if (reaching_.step()) owes_greeting_ = true;
    gather();
    try {
      if (owes_greeting_) worker_->greet(utc_now());
      owes_greeting_ = false;
      commit();
      tell_broken_chains();
      reaching_.send(worker_->receipts(utc_now()));
      if (reaching_.is_connected()) reaching_.send(worker_->messages(utc_now()));
      worker_->delivered(reaching_.take_delivered());
      worker_->let_go(utc_now());
    } catch (const Failure& failure) {
      ++link_.store_failures;
      say(std::string{"the store: "} + failure.what() + "; trying again");
      recover();
    }
    show();
  }

  void end() {
    try {
      commit();
      reaching_.send(worker_->receipts(utc_now()));
    } catch (const Failure& failure) {  // nothing of it was receipted: it comes again
      say(std::string{"the store: "} + failure.what());
    }
  }

 private:
  void gather() {
    if (is_stuck_) return;  // a batch waits for its store; more would only wait as well
    const auto until = Steady::now() + kBatchMost;
    std::size_t bytes = 0;
    auto wait = kLookMost;
    while (bytes < kBatchBytes && !is_asked_to_end) {
      const auto messages = inbox_.take(wait, kBatchBytes - bytes);
      if (messages.empty() && bytes == 0) break;
      for (const Message& each : messages) {
        bytes += each.payload.size() + each.topic.size();
        worker_->take(each);
      }
      const auto left = std::chrono::duration_cast<milliseconds>(until - Steady::now());
      if (left.count() <= 0) break;
      wait = left;
    }
    link_.dropped += inbox_.take_dropped();
  }

  void commit() {
    const auto begun = Steady::now();
    worker_->commit(utc_now());
    is_stuck_ = false;
    link_.commit_seconds += std::chrono::duration<double>(Steady::now() - begun).count();
  }

  void tell_broken_chains() {
    for (const std::int64_t id : worker_->take_broken_chains()) {
      const auto gateway = Archive(*sql_).gateway(id);
      const auto chain = ActivityChain(*sql_).find(id);
      if (!gateway || !chain) continue;
      say(gateway->name.tenant + "/" + gateway->name.gateway + ": its activity " +
          chain_text(*chain) + ": see holdfast-hub status");
    }
  }

  void recover() {
    is_stuck_ = worker_->has_work();
    for (auto left = kStoreRetry; left.count() > 0 && !is_asked_to_end; left -= kLookMost) {
      std::this_thread::sleep_for(kLookMost);
    }
    try {
      sql_->reopen();
    } catch (const Failure& failure) {
      say(std::string{"the store: "} + failure.what());
    }
  }

  void show() {
    if (server_ == nullptr) return;
    link_.is_connected = reaching_.is_connected();
    link_.connects = reaching_.connects();
    link_.inbox_bytes = inbox_.bytes();
    board_.set(metrics_page(*worker_, link_));
  }

  std::unique_ptr<Sql> sql_;
  Inbox inbox_;
  Reaching reaching_;
  std::unique_ptr<Worker> worker_;
  LinkCounts link_;
  Board board_;
  std::unique_ptr<HttpServer> server_;  // ends before what it shows
  bool owes_greeting_ = false;
  bool is_stuck_ = false;
};

}  // namespace

int run(const Options& options) {
  std::signal(SIGTERM, [](int) { is_asked_to_end = true; });
  std::signal(SIGINT, [](int) { is_asked_to_end = true; });
  std::signal(SIGPIPE, SIG_IGN);
  Running running(options);
  std::cout << "ready: " << options.store << std::endl;
  while (!is_asked_to_end) running.turn();
  running.end();
  return kWell;
}

}  // namespace hf::hub
