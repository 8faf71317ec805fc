"""What runs of this machine leave until git holds it."""
