// People who edit documents, at the site by the control socket and upstream in the hub's store, and
// now and then both the same thing at the same moment. Not what goes wrong, but what goes on while
// it does: it is drawn with the incidents.
#pragma once

namespace hf::simulation {

class World;

void edit_at_the_site(World& world);
void edit_upstream(World& world);
void edit_at_both(World& world);

}  // namespace hf::simulation
