#!/bin/sh
# How late the timers of the resolution clock are, by the database's own clock: one timer of an idle engine, then many
# due at one instant, with the settings of this product and beside them with those that Camunda ships.
#
#   bench/lateness.sh [count ...]        10000 100000 unless said
#
# Needs a JDK and Maven. LATENESS holds options: -Dsingles=50 (single timers), -Ddefault-singles=3, -Dlimit=900 (seconds
# that each of the two gets for a count), -Dours-only=true (without the shipped settings). Leaves its files in target/bench-lateness.
set -eu
cd "$(dirname "$0")/.."
out=target/bench-lateness
mkdir -p "$out"
mvn -q test-compile dependency:build-classpath -Dmdep.outputFile="$out/classpath"
# shellcheck disable=SC2086
exec java -Duser.timezone=UTC ${LATENESS:-} -cp "target/test-classes:target/classes:$(cat "$out/classpath")" \
  org.servicerecovery.sla.LatenessBench "$@"
