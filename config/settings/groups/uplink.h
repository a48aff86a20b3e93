// The way upstream: whereto, how hard to try, what it may cost.
#pragma once

#include <array>

#include "config/settings/setting.h"

namespace hf::settings {

// clang-format off
inline constexpr std::array kUplinkGroups{
    text("uplink.broker", Effect::later, "", 0, 127,
        "host name or address of the MQTT broker; empty: nothing is sent"),
    count("uplink.port", Effect::later, 0, 0, 65535, "of the broker; 0: the usual one of the transport"),
    choice("uplink.transport", Effect::later, 0, "auto|tls|tcp|wss|ws",
        "auto: TLS, then secure WebSocket where the plain port is blocked"),
    text("uplink.user", Effect::later, "", 0, 127,
        "MQTT user name; its password comes from the key store; empty: none"),
    text("uplink.ca_file", Effect::later, "", 0, 127,
        "certificates (PEM) that the broker's may be signed by; empty: those of the system"),
    identifier("uplink.root", Effect::later, "holdfast", "first level of every topic"),
    identifier("uplink.tenant", Effect::later, "default", "whose gateway this is; third level of every topic"),
    choice("uplink.receipts", Effect::later, 0, "hub|broker",
        "whose answer frees flash: a hub that has stored it, or a broker that has taken it, which promises less"),
    choice("uplink.profile", Effect::later, 0, "frames|json",
        "frames: dense, for a hub; json: readable, for those who have none"),
    duration("uplink.keep_alive", Effect::later, seconds(20), seconds(5), seconds(20),
        "a silent broker is asked whether it is there"),
    duration("uplink.session_expiry", Effect::later, hours(1), Duration{}, days(7),
        "how long the broker keeps what it has for us when we are away"),
    duration("uplink.backoff.first", Effect::later, seconds(1), milliseconds(100), minutes(5),
        "the longest wait before the second attempt to connect"),
    real("uplink.backoff.factor", Effect::later, 2, 1, 10, "each further wait is longer by this"),
    duration("uplink.backoff.cap", Effect::later, seconds(30), seconds(1), hours(1),
        "the longest wait of all, on a link that costs nothing"),
    duration("uplink.backoff.cap_metered",Effect::later, minutes(5), seconds(1), hours(6),
        "the same on a metered link"),
    count("uplink.backoff.attempts", Effect::later, 0, 0, 1e6,
        "attempts in a row before the cap is waited every time; 0: as the waits grow"),
    duration("uplink.backoff.stable", Effect::later, minutes(2), seconds(10), hours(1),
        "a connection that held this long ends the waiting"),
    count("uplink.breaker.failures", Effect::later, 5, 1, 100,
        "failed publishes in a row that stop publishing for a while"),
    duration("uplink.breaker.open", Effect::later, seconds(30), seconds(1), hours(1),
        "how long; then one message is tried"),
    duration("uplink.interval", Effect::later, seconds(30), seconds(1), hours(1),
        "state goes upstream at least this often, where there is any"),
    boolean("uplink.on_change", Effect::later, true, "state goes upstream as soon as it changes"),
    count("uplink.pending_max", Effect::later, 50, 1, 10'000, "so many waiting changes go at once"),
    choice("uplink.cost", Effect::later, 0, "auto|free|metered",
        "what bytes cost: metered links wait longer and send larger frames"),
    bytes("uplink.bytes_per_second", Effect::later, 0, 0, 1e9, "the most that is sent; 0: as much as the link takes"),
    bytes("uplink.plan.bytes_per_day", Effect::later, 0, 0, 1e12,
        "data plan: the most up and down in a day; alerts always pass; 0: no plan"),
    bytes("uplink.plan.bytes_per_month", Effect::later, 0, 0, 1e13, "the same in a month"),
    duration("uplink.frame_period.least", Effect::later, seconds(1), seconds(1), seconds(600),
        "a frame of live readings at most this often, on the best link"),
    duration("uplink.frame_period.most", Effect::later, seconds(600), seconds(1), seconds(600),
        "and at least this often on the worst"),
};
// clang-format on

}  // namespace hf::settings
