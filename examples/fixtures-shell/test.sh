#!/bin/sh
# Every test with an instance of its own, side by side: sh test.sh
pids=
for test in tests/*.sh; do
  podrun run --progress quiet -- sh -eu "$test" &
  pids="$pids $!"
done
failed=0
for pid in $pids; do wait "$pid" || failed=1; done
exit $failed
