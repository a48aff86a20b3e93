# A room is one folder with one idea: a static library whose neighbours are checked.
#
#   room(telemetry
#     FLOOR   stores
#     USES    vocabulary limits wire
#     SOURCES telemetry.cpp
#     HEADERS telemetry.h)
#
# Configuring stops with a sentence when a room uses its own floor or one that floors.txt does not
# let it see. Every header is compiled alone. A room without SOURCES is headers only.
# FOREIGN names imported targets of foreign libraries; tools/checks/floors says which room may.

set(HOLDFAST_ROOT ${CMAKE_CURRENT_SOURCE_DIR})
set(HOLDFAST_FLOORS_FILE ${CMAKE_CURRENT_LIST_DIR}/floors.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${HOLDFAST_FLOORS_FILE})

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_CROSSCOMPILING AND NOT HOLDFAST_SANITIZE)
  set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)  # what a header includes is the same in the other trees
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# Floors whose code runs in the core role: no exceptions, no RTTI, no heap after boot.
set(HOLDFAST_CORE_FLOORS vocabulary limits schema hal documents wire files state stores flows surfaces lifecycle gateway)

# What every target of ours is compiled with.
add_library(house_rules INTERFACE)
target_compile_options(house_rules INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wformat=2 -Wundef -Wcast-align -Wimplicit-fallthrough -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond -Wduplicated-branches>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi>  # GCC 7 changed an ARM ABI detail; all our parts share one compiler
  -fno-strict-aliasing)                 # flash and wire bytes are viewed through spans
target_compile_definitions(house_rules INTERFACE
  HOLDFAST_BOARD_${HOLDFAST_BOARD}=1
  $<$<NOT:$<BOOL:${HOLDFAST_SANITIZE}>>:$<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>>)
# What assertions say of where they stand must not depend on where a build lies: an image is the same in any folder.
# ccache makes paths relative (tools/shell/build.sh); here they become those of a build in .build/TREE.
file(RELATIVE_PATH way_to_sources ${CMAKE_BINARY_DIR} ${HOLDFAST_ROOT})
string(REGEX REPLACE "/$" "" way_to_sources "${way_to_sources}")
if(NOT way_to_sources STREQUAL "../..")
  target_compile_options(house_rules INTERFACE
    -fmacro-prefix-map=${way_to_sources}/=../../ -fmacro-prefix-map=${HOLDFAST_ROOT}/=../../)
endif()
if(HOLDFAST_SANITIZE)
  # Not vptr: it asks for the type information that core rooms are built without.
  set(HOLDFAST_SANITIZERS -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_compile_options(house_rules INTERFACE ${HOLDFAST_SANITIZERS})
  target_link_options(house_rules INTERFACE ${HOLDFAST_SANITIZERS})
else()
  # Hardening for what ships: the process meets hostile bytes from a network.
  target_compile_options(house_rules INTERFACE -fstack-protector-strong -fPIE -ffunction-sections -fdata-sections)
  target_link_options(house_rules INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack,--gc-sections)
endif()

# What tests need not keep: CppUTest's macros cast the old way, and a pick out of 64 random bits may
# become an index without ceremony. 32-bit boards would refuse both.
add_library(room_rules INTERFACE)
target_compile_options(room_rules INTERFACE -Wconversion -Wsign-conversion -Wold-style-cast)

# Core rooms also report the stack each function takes; tools/sizes reads the .su files.
add_library(core_rules INTERFACE)
target_compile_options(core_rules INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>
  $<$<CXX_COMPILER_ID:GNU>:-fstack-usage>)

# What each room is made of, for tools/rooms/measure; a room that is gone leaves nothing there.
file(REMOVE_RECURSE ${CMAKE_BINARY_DIR}/rooms)

# floors.txt as two lists of variables: FLOOR_SEES_<floor>.
file(STRINGS ${HOLDFAST_FLOORS_FILE} floor_lines REGEX "^[a-z]")
foreach(line IN LISTS floor_lines)
  string(REGEX REPLACE "[ \t]+" ";" words "${line}")
  list(POP_FRONT words floor folder)
  set(FLOOR_KNOWN_${floor} TRUE)
  set(FLOOR_SEES_${floor} ${words})
endforeach()

function(check_neighbour room floor neighbour)
  get_property(neighbour_floor GLOBAL PROPERTY ROOM_FLOOR_${neighbour})
  if(NOT neighbour_floor)
    message(FATAL_ERROR "${room} (${floor}) uses ${neighbour}, which is not a room yet: add it below, or fix the name")
  endif()
  if(NOT neighbour_floor IN_LIST FLOOR_SEES_${floor})
    message(FATAL_ERROR "${room} (${floor}) may not use ${neighbour} (${neighbour_floor}): "
                        "${floor} sees only: ${FLOOR_SEES_${floor}} (tools/rooms/floors.txt)")
  endif()
endfunction()

function(room name)
  cmake_parse_arguments(PARSE_ARGV 1 ROOM "" "FLOOR" "USES;SOURCES;HEADERS;FOREIGN")
  if(ROOM_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "room(${name}): '${ROOM_UNPARSED_ARGUMENTS}' is none of FLOOR USES SOURCES HEADERS FOREIGN")
  endif()
  if(NOT FLOOR_KNOWN_${ROOM_FLOOR})
    message(FATAL_ERROR "room(${name}): there is no floor '${ROOM_FLOOR}' in tools/rooms/floors.txt")
  endif()
  foreach(neighbour IN LISTS ROOM_USES)
    check_neighbour(${name} ${ROOM_FLOOR} ${neighbour})
  endforeach()

  # Headers are included by their path below src/, or below the top for hal, config and platform.
  set(include_root ${HOLDFAST_ROOT})
  if(CMAKE_CURRENT_SOURCE_DIR MATCHES "^${HOLDFAST_ROOT}/src/")
    set(include_root ${HOLDFAST_ROOT}/src)
  endif()
  set(scope PUBLIC)
  set(rules house_rules room_rules)
  set(kind outer)
  if(ROOM_FLOOR IN_LIST HOLDFAST_CORE_FLOORS)
    set(kind core)
    list(APPEND rules core_rules)
  endif()
  if(ROOM_SOURCES)
    add_library(${name} STATIC ${ROOM_SOURCES})
    target_link_libraries(${name} PRIVATE ${rules})
  else()
    set(scope INTERFACE)
    add_library(${name} INTERFACE)
  endif()
  target_sources(${name} ${scope} FILE_SET HEADERS BASE_DIRS ${include_root} FILES ${ROOM_HEADERS})
  target_link_libraries(${name} ${scope} ${ROOM_USES} ${ROOM_FOREIGN})

  # Floor, core or outer, the library, and its objects.
  if(ROOM_SOURCES)
    file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/rooms/${name} CONTENT
      "${ROOM_FLOOR}\n${kind}\n$<TARGET_FILE:${name}>\n$<JOIN:$<TARGET_OBJECTS:${name}>,\n>\n")
  endif()

  set_property(GLOBAL PROPERTY ROOM_FLOOR_${name} ${ROOM_FLOOR})
  set_property(GLOBAL APPEND PROPERTY ROOM_NAMES ${name})
endfunction()

# Call once, after the last room: the host's default build then also compiles every header alone.
function(verify_headers_of_all_rooms)
  if(TARGET all_verify_interface_header_sets)
    add_custom_target(headers_compile_alone ALL)
    add_dependencies(headers_compile_alone all_verify_interface_header_sets)
  endif()
endfunction()
