"""The steps of `.ci/release`, one file each."""
