"""The commands, one small file each. A module is imported when its command is called, not before."""
