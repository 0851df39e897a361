# Each target first does what is left of the set-up; the work is in bootstrap/, which needs Python alone.
MAKEFLAGS += --no-print-directory
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP

COMMANDS := setup run test gazebo-test lint bench lock ros-build doctor

.PHONY: help clean $(COMMANDS)

help:
	@echo 'make run ARGS="..."   set up what is missing and run (try ARGS="--help")'
	@echo 'make setup            set up only'
	@echo 'make doctor           what is installed, what is missing, which devices answer'
	@echo 'make test             linters and all tests (ARGS go to pytest)'
	@echo 'make gazebo-test      the robot in Gazebo Classic against MuJoCo (root; 3 GB in ~/.cache/solamen at the first call)'
	@echo 'make lint             linters alone'
	@echo 'make bench            benchmarks'
	@echo 'make ros-build        build and test the ROS packages with colcon'
	@echo 'make lock             resolve the lists of packages anew'
	@echo 'make clean            remove all that was made in the checkout, but no recordings'

$(COMMANDS):
	@python=$$(sh bootstrap/find_python.sh) && "$$python" -B -m bootstrap $@ $(ARGS)

clean:
	@rm -rf .venv build ros2_ws/build ros2_ws/install ros2_ws/log .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
