#!/bin/sh
# What the rules find in made-up businesses whose causes are known, with and without planted changes: found, and false in
# a quarter, for the rule of six, the rate per number of jobs, and the drift.
#
#   bench/signals.sh [seeds]        200 unless said
#
# Needs a JDK and Maven. SIGNALS holds options: -Drate=0.05, -Dratio=1.5, -Dfalse-drift-every=24. Leaves its files in
# target/bench-signals.
set -eu
cd "$(dirname "$0")/.."
out=target/bench-signals
mkdir -p "$out"
mvn -q test-compile dependency:build-classpath -Dmdep.outputFile="$out/classpath"
# shellcheck disable=SC2086
exec java ${SIGNALS:-} -cp "target/test-classes:target/classes:$(cat "$out/classpath")" \
  org.servicerecovery.trend.statistics.SignalsBench "$@"
