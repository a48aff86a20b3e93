// What goes wrong between the gateway and its hub: the hands of the incidents of that area.
#pragma once

namespace hf::simulation {

class World;

void lose_carrier(World& world);
void find_carrier(World& world);
void flap_carrier(World& world);  // for three minutes
void silence_path(World& world);
void end_path_silence(World& world);
void half_open_path(World& world);
void slow_path(World& world);
void mend_path(World& world);
void reset_connection(World& world);

void make_broker_nasty(World& world);
void make_broker_strict(World& world);
void restart_broker(World& world);
void refuse_connections(World& world);
void accept_connections(World& world);
void refuse_publishes(World& world);
void accept_publishes(World& world);
void limit_packets(World& world);
void unlimit_packets(World& world);

void send_hub_away(World& world);
void kill_hub(World& world);
void call_hub_back(World& world);
void make_hub_forgetful(World& world);
void make_hub_careful(World& world);

void kill_link(World& world);

}  // namespace hf::simulation
