"""Thin ROS 2 shells, one per room. The only folder that imports rclpy."""
