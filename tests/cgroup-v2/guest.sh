# What is tried on the emulated machine; run.ts has set NODE. The last line says what came of it.
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/tmp
cd /
exec 2>&1
uname -sr
cat >/hitless/inside.sh <<END
exec unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc \
  sh -c '"\$@"; exit \$?' sh "$NODE" /hitless/limits.mjs "\$@"
END
inside='sh /hitless/inside.sh'
as_user="setpriv --reuid=65534 --regid=65534 --clear-groups $inside"
in_session() {
  sh -c 'echo $$ >/sys/fs/cgroup/user/session/cgroup.procs; exec "$@"' sh "$@"
}
failed=
check() {
  echo "== $1"
  shift
  "$@" || failed="$failed $?"
}
hold() {
  $inside held >"/tmp/$1" &
  until grep -q held "/tmp/$1"; do sleep 1; done
}
kill_held() {
  kill -9 "$(pgrep -of 'limits.mjs held')"
  wait
  sleep 2
}

check 'as root' $inside enforced
check 'as a user without a cgroup' $as_user refused
mkdir -p /sys/fs/cgroup/user/session
echo '+memory +cpu' >/sys/fs/cgroup/cgroup.subtree_control
chown -R 65534:65534 /sys/fs/cgroup/user
check 'as a user with a subtree' in_session $as_user enforced
hold killed
dead=$(find /sys/fs/cgroup -maxdepth 1 -name 'hitless.*')
kill_held
hold other
check 'beside another run, after one that was killed' $inside enforced "$dead"
kill_held
[ -z "$failed" ] && echo 'ALL OK' || echo "FAILED:$failed"
echo o >/proc/sysrq-trigger
while :; do sleep 1; done
