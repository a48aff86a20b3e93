// The names of the files on a simulated medium, and which of their changes are durable.
//
// A name refers to a file; a file whose last name is gone takes no space. Names are in alphabetical
// order, as hal::Flash::name_at wants them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/sim/medium/stored_file.h"

namespace hf::sim {

class Directory {
 public:
  using Names = std::map<std::string, std::shared_ptr<StoredFile>, std::less<>>;

  const Names& names() const { return now_; }
  // Null: no file of that name.
  StoredFile* find(std::string_view name) const;

  // REQUIRES: there is no file of that name.
  StoredFile& create(std::string_view name, ChangeOrder order);
  // REQUIRES: there is a file `from`. A file `to` loses its name.
  void rename(std::string_view from, std::string_view to, ChangeOrder order);
  // REQUIRES: there is a file of that name.
  void remove(std::string_view name, ChangeOrder order);

  void sync();

  // The oldest unsynced change of a name or of a named file; `next` if there is none.
  ChangeOrder oldest_change(ChangeOrder next) const;

  // Power is gone: names and files become what survived.
  void lose_power(Survival& survival, const MediumModel& model);

 private:
  enum class Verb : std::uint8_t { create, rename, remove };
  struct Change {
    ChangeOrder order;
    Verb verb;
    std::string name;
    std::string target;  // of a rename
    std::shared_ptr<StoredFile> file;
  };

  Names now_;
  Names durable_;
  std::vector<Change> changes_;  // since the last sync, in order
};

}  // namespace hf::sim
