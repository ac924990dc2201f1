"""The commands of ``azfl``, one file each; click and rich are imported nowhere else."""
