"""`make bench` (性能测量): what the program does in a second, on which machine, against which goal."""
