# SQL lives in files of its own, where it can be read and run as SQL, and is compiled into its room.
#
#   embed_sql(offline_queue sql/0001_frames.sql sql/peek_live.sql)
#
# called after room(), makes  #include <offline_queue/sql.h>  (angle brackets: the file is in the
# build folder) with one constant per file, named after it:
#
#   namespace hf::offline_queue::sql { inline constexpr char kPeekLive[] = "SELECT …"; }
#
# Editing an .sql file builds the header anew.

# When run as a script (cmake -P): writes OUT from FILES, in namespace hf::ROOM::sql.
if(CMAKE_SCRIPT_MODE_FILE)
  set(text "// Made from .sql files by tools/rooms/embed_sql.cmake.\n#pragma once\n\n")
  string(APPEND text "namespace hf::${ROOM}::sql {\n")
  foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME_WE)
    if(NOT name MATCHES "^[a-z0-9_]+$")
      message(FATAL_ERROR "${file}: an embedded SQL file is named with a-z, 0-9 and _, for it names a constant")
    endif()
    file(READ ${file} sql)
    string(REPLACE "_" ";" words ${name})  # peek_live names kPeekLive
    set(constant k)
    foreach(word IN LISTS words)
      string(SUBSTRING ${word} 0 1 initial)
      string(TOUPPER ${initial} initial)
      string(SUBSTRING ${word} 1 -1 rest)
      string(APPEND constant ${initial}${rest})
    endforeach()
    string(APPEND text "\ninline constexpr char ${constant}[] = R\"sql(${sql})sql\";\n")
  endforeach()
  file(WRITE ${OUT} "${text}\n}  // namespace hf::${ROOM}::sql\n")
  return()
endif()

set(HOLDFAST_EMBED_SQL ${CMAKE_CURRENT_LIST_FILE})

function(embed_sql room)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(header ${folder}/${room}/sql.h)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DROOM=${room} -DOUT=${header} "-DFILES=${files}" -P ${HOLDFAST_EMBED_SQL}
    DEPENDS ${files} ${HOLDFAST_EMBED_SQL}
    COMMENT "Embedding the SQL of ${room}"
    VERBATIM)
  target_sources(${room} PRIVATE ${header})
  target_include_directories(${room} PRIVATE ${folder})
endfunction()
