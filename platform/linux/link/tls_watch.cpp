#include "platform/linux/link/tls_watch.h"

#include <dlfcn.h>
#include <openssl/ssl.h>

#include <ctime>
#include <mutex>
#include <string>

namespace hf::link_role {
namespace {

struct Prepared {
  std::mutex mutex;
  std::string place;
  time_t not_before = 0;
  bool has_begun = false;
  SSL_SESSION* session = nullptr;  // owned
};

Prepared& prepared() {
  static Prepared it;
  return it;
}

void replace_session(Prepared& it, SSL_SESSION* session) {
  SSL_SESSION_free(it.session);  // null: nothing to free
  it.session = session;
}

// OpenSSL's callback for each session or ticket the broker hands out; one: we keep the reference.
int keep_session(SSL* /*connection*/, SSL_SESSION* session) {
  Prepared& it = prepared();
  const std::lock_guard guard{it.mutex};
  replace_session(it, session);
  return 1;
}

void prepare(SSL* connection) {
  Prepared& it = prepared();
  const std::lock_guard guard{it.mutex};
  it.has_begun = true;
  SSL_CTX* context = SSL_get_SSL_CTX(connection);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep_session);
  if (it.session != nullptr) SSL_set_session(connection, it.session);
  if (std::time(nullptr) < it.not_before) {  // tidy: allow clock: OpenSSL judges by it as well
    X509_VERIFY_PARAM_set_time(SSL_get0_param(connection), it.not_before);
  }
}

}  // namespace

void prepare_tls(std::string_view place, std::uint64_t utc_s) {
  Prepared& it = prepared();
  const std::lock_guard guard{it.mutex};
  if (it.place != place) replace_session(it, nullptr);
  it.place = place;
  it.not_before = static_cast<time_t>(utc_s);
  it.has_begun = false;
}

bool tls_has_begun() {
  Prepared& it = prepared();
  const std::lock_guard guard{it.mutex};
  return it.has_begun;
}

void forget_tls_session() {
  Prepared& it = prepared();
  const std::lock_guard guard{it.mutex};
  replace_session(it, nullptr);
}

}  // namespace hf::link_role

extern "C" int SSL_connect(SSL* connection) {  // NOLINT: OpenSSL's name
  using Connect = int (*)(SSL*);
  static const auto real = reinterpret_cast<Connect>(::dlsym(RTLD_NEXT, "SSL_connect"));
  if (SSL_in_before(connection)) hf::link_role::prepare(connection);
  return real(connection);
}
