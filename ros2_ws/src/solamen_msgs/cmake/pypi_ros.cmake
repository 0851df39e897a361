# ROS 2 from PyPI: one wheel for each ROS package, all installed below one prefix, unknown to CMake.
# Makes find_package() find them. A sourced ROS installation, or none at all, is left alone.

if(DEFINED ENV{ROS_DISTRO})
  return()
endif()
find_package(ament_cmake_core QUIET)
if(NOT ament_cmake_core_FOUND)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  execute_process(
    COMMAND ${Python3_EXECUTABLE} -c "import sysconfig; print(sysconfig.get_path('data'))"
    OUTPUT_VARIABLE solamen_python_prefix OUTPUT_STRIP_TRAILING_WHITESPACE)
  find_package(ament_cmake_core QUIET PATHS ${solamen_python_prefix})
endif()
if(NOT ament_cmake_core_FOUND)
  return()
endif()

get_filename_component(solamen_ros_prefix "${ament_cmake_core_DIR}/../../.." ABSOLUTE)
list(APPEND CMAKE_PREFIX_PATH "${solamen_ros_prefix}")
if(DEFINED ENV{AMENT_PREFIX_PATH})
  set(ENV{AMENT_PREFIX_PATH} "$ENV{AMENT_PREFIX_PATH}:${solamen_ros_prefix}")
else()
  set(ENV{AMENT_PREFIX_PATH} "${solamen_ros_prefix}")
endif()

# The wheels' targets name include folders of the machine that built them; CMake refuses targets with missing ones.
function(solamen_drop_missing_includes)
  get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
  foreach(target IN LISTS targets)
    if(NOT target MATCHES "__rosidl_generator_py$")
      continue()
    endif()
    get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
    set(present "")
    foreach(folder IN LISTS folders)
      if(EXISTS "${folder}")
        list(APPEND present "${folder}")
      endif()
    endforeach()
    set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${present}")
  endforeach()
endfunction()
cmake_language(DEFER CALL solamen_drop_missing_includes)
