import os
import sys

from solamen.core.resources import resource

os.environ.setdefault("AMENT_PREFIX_PATH", sys.prefix)
os.environ.setdefault("ROS_AUTOMATIC_DISCOVERY_RANGE", "SYSTEM_DEFAULT")
os.environ.setdefault("FASTDDS_DEFAULT_PROFILES_FILE", str(resource("config", "dds", "shm.xml")))
