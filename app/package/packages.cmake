# Packages for Debian: cpack --config BUILD/CPackConfig.cmake.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rbm-lab)
set(CPACK_PACKAGE_VENDOR "The RBM Lab authors")
set(CPACK_PACKAGE_CONTACT "The RBM Lab authors <rbm-lab@rbm-lab.invalid>")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_COMPONENTS_ALL dev)

set(CPACK_DEBIAN_DEV_PACKAGE_NAME librbm-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libeigen3-dev, libhwy-dev, libzip-dev, libmd-dev, zlib1g-dev, libfmt-dev, libtomlplusplus-dev, pkg-config")
set(CPACK_DEBIAN_DEV_DESCRIPTION "Restricted Boltzmann Machines: the library for C++20
The headers, the library and find_package(rbm) of rbm::core, the engine
of RBM Lab: data, training, likelihoods with brackets, and samples.")
if(RBM_CLI)
  list(APPEND CPACK_COMPONENTS_ALL lab)
  set(CPACK_DEBIAN_LAB_PACKAGE_NAME rbm-lab)
  set(CPACK_DEBIAN_LAB_PACKAGE_SECTION science)
  set(CPACK_DEBIAN_LAB_PACKAGE_RECOMMENDS "fonts-inter, fonts-jetbrains-mono")
  set(CPACK_DEBIAN_LAB_PACKAGE_SUGGESTS "libopenblas0")
  set(CPACK_DEBIAN_LAB_DESCRIPTION "A window that shows filters, reconstructions, Gibbs chains and the
likelihood of a Restricted Boltzmann Machine while it learns, and the
same engine on the command line.")
endif()
if(TARGET rbm_python)
  list(APPEND CPACK_COMPONENTS_ALL python)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-rbmlab)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
  math(EXPR next "${Python_VERSION_MINOR} + 1")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
    "python3 (>= ${Python_VERSION_MAJOR}.${Python_VERSION_MINOR}), python3 (<< ${Python_VERSION_MAJOR}.${next}), python3-numpy")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/python/postinst ${CMAKE_CURRENT_LIST_DIR}/python/prerm)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_RECOMMENDS "python3-sklearn, rbm-lab")
  set(CPACK_DEBIAN_PYTHON_DESCRIPTION "Restricted Boltzmann Machines for Python 3
The engine of RBM Lab on NumPy's arrays: models, runs, likelihoods with
brackets, samples, and an estimator for scikit-learn.")
endif()
if(TARGET rbm-mpi)
  list(APPEND CPACK_COMPONENTS_ALL mpi)
  set(CPACK_DEBIAN_MPI_PACKAGE_NAME rbm-mpi)
  set(CPACK_DEBIAN_MPI_PACKAGE_SECTION science)
  set(CPACK_DEBIAN_MPI_PACKAGE_DEPENDS "openmpi-bin")
  set(CPACK_DEBIAN_MPI_PACKAGE_RECOMMENDS "rbm-lab")
  set(CPACK_DEBIAN_MPI_DESCRIPTION "Restricted Boltzmann Machines by several processes
The command line of RBM Lab for mpirun: the same options, and the same
model to the last bit, on several processors or machines.")
endif()
include(CPack)
