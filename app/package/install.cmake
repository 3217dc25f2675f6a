# What `cmake --install` leaves: the library for find_package(rbm CONFIG) with the public headers alone, the programs
# with the files that they find beside themselves, and what makes packages of it (packages.cmake).
include(CMakePackageConfigHelpers)

# The public headers are those that core/rbm.hpp leads to.
function(rbm_public_headers header out)
  set(found ${${out}})
  list(APPEND found ${header})
  file(STRINGS ${PROJECT_SOURCE_DIR}/${header} lines REGEX "^#include \"core/")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^#include \"(.*)\"$" "\\1" next "${line}")
    if(NOT next IN_LIST found AND NOT next STREQUAL "core/version.hpp")
      rbm_public_headers(${next} found)
    endif()
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()
rbm_public_headers(core/rbm.hpp RBM_PUBLIC_HEADERS)

set(RBM_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/rbm)
set(RBM_INCLUDE_DIR ${CMAKE_INSTALL_INCLUDEDIR}/rbm)
install(TARGETS rbm_core EXPORT rbm-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
foreach(header IN LISTS RBM_PUBLIC_HEADERS)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${PROJECT_SOURCE_DIR}/${header} DESTINATION ${RBM_INCLUDE_DIR}/${folder} COMPONENT dev)
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/include/core/version.hpp DESTINATION ${RBM_INCLUDE_DIR}/core COMPONENT dev)
install(EXPORT rbm-targets NAMESPACE rbm:: DESTINATION ${RBM_CMAKE_DIR} COMPONENT dev)
if(NOT BUILD_SHARED_LIBS)
  set(BUILD_SHARED_LIBS OFF)
endif()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/rbm-config.cmake.in ${PROJECT_BINARY_DIR}/rbm-config.cmake
  INSTALL_DESTINATION ${RBM_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rbm-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rbm-config.cmake ${PROJECT_BINARY_DIR}/rbm-config-version.cmake DESTINATION ${RBM_CMAKE_DIR}
  COMPONENT dev)

# The programs; of assets what they read.
set(RBM_SHARE_DIR ${CMAKE_INSTALL_DATADIR}/rbm-lab)
if(RBM_CLI)
  install(TARGETS rbm RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT lab)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/assets DESTINATION ${RBM_SHARE_DIR} COMPONENT lab PATTERN pictures EXCLUDE)
if(RBM_HAS_LAB)
  install(TARGETS rbm-lab RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT lab)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/shaders DESTINATION ${RBM_SHARE_DIR} COMPONENT lab)
endif()

if(TARGET rbm-mpi)
  install(TARGETS rbm-mpi RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT mpi)
endif()

# What desktops want.
if(RBM_HAS_LAB)
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/rbm-lab.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT lab)
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/rbm-lab.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo COMPONENT lab)
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/rbm-lab.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps COMPONENT lab)
endif()

# The manual, made from the programs' help texts, and what Debian wants to know of changes.
set(RBM_MANUAL ${PROJECT_BINARY_DIR}/manual)
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${RBM_MANUAL}/changelog @ONLY)
find_program(RBM_GZIP gzip REQUIRED)
set(manual "")
if(RBM_CLI AND RBM_PYTHON)
  set(manual rbm)
  if(RBM_HAS_LAB)
    list(APPEND manual rbm-lab)
  endif()
  if(TARGET rbm-mpi)
    list(APPEND manual rbm-mpi)
  endif()
endif()
list(TRANSFORM manual REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE programs)
list(TRANSFORM manual REPLACE "(.+)" "${RBM_MANUAL}/\\1.1" OUTPUT_VARIABLE pages)
add_custom_command(OUTPUT ${RBM_MANUAL}/made DEPENDS ${manual} ${CMAKE_CURRENT_LIST_DIR}/man.py ${RBM_MANUAL}/changelog
  COMMAND ${RBM_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/man.py ${RBM_MANUAL} ${PROJECT_VERSION} ${programs}
  COMMAND ${RBM_GZIP} -9nkf ${pages} ${RBM_MANUAL}/changelog
  COMMAND ${CMAKE_COMMAND} -E touch ${RBM_MANUAL}/made
  COMMENT "Manual pages and completion, from the help texts" VERBATIM)
add_custom_target(rbm_manual ALL DEPENDS ${RBM_MANUAL}/made)
foreach(name IN LISTS manual)
  set(component lab)
  if(name STREQUAL rbm-mpi)
    set(component mpi)
  endif()
  install(FILES ${RBM_MANUAL}/${name}.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${component})
  install(FILES ${RBM_MANUAL}/${name}.bash RENAME ${name} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT ${component})
endforeach()

set(parts dev librbm-dev lab rbm-lab python python3-rbmlab mpi rbm-mpi)
while(parts)
  list(POP_FRONT parts component package)
  if(component STREQUAL dev OR (component STREQUAL lab AND RBM_CLI) OR (component STREQUAL python AND TARGET rbm_python)
     OR (component STREQUAL mpi AND TARGET rbm-mpi))
    set(folder ${CMAKE_INSTALL_DATADIR}/doc/${package})
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright DESTINATION ${folder} COMPONENT ${component})
    install(FILES ${RBM_MANUAL}/changelog.gz DESTINATION ${folder} COMPONENT ${component})
  endif()
endwhile()
install(FILES ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/rbm-lab COMPONENT lab)
install(FILES ${PROJECT_SOURCE_DIR}/assets/README.md RENAME licences-of-assets.md
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/rbm-lab COMPONENT lab)
include(${CMAKE_CURRENT_LIST_DIR}/packages.cmake)
