import {
  LOWER,
  makeOwnScript,
  NEW_ROOT,
  OWN_MOUNTS,
  rootLine,
  SCRATCH,
  SKELETON,
  UPPER,
} from './root-places.ts'
import { ESCAPE } from './shell-functions.ts'

/**
 * How containers get the machine's directories as their own. One overlay over `/` would do, but a user namespace
 * may not see what lies below a machine's mounts, and the kernel refuses such an overlay: so there is one for each
 * directory without mounts below. One with mounts below is made anew and its entries are looked at in turn.
 */
export interface RootPlan {
  /** Options of overlay mounts here; undefined where the kernel refuses all of them. */
  readonly overlayOptions: string | undefined
  /** Directories whose writes are the container's own. */
  readonly overlays: readonly string[]
  /** Directories and files that are the machine's own. */
  readonly binds: readonly string[]
}

/** More mounts than this would make each start slow; what is beyond is bound as it is. */
const OVERLAYS_MAX = 120

/**
 * Tries each mount in a namespace of its own, leaves the skeleton with an fstab of what went well, and prints a line
 * for each. `volatile` spares the disk: nothing of it is to outlive the container.
 */
export const PLAN_ROOT_SCRIPT = `
skeleton=${SKELETON}
trial=/run/hitless/trial
mkdir -p "$skeleton/machine" "$skeleton/own" "$skeleton/tmpfs" "$trial" ${SCRATCH} ${NEW_ROOT} ${LOWER}
(cd "$skeleton/tmpfs" && mkdir upper upper/dev up workdir workdir/0)
mount -t tmpfs -o mode=755 tmpfs "$trial" || exit 1
mkdir "$trial/up" "$trial/workdir" "$trial/root"
points=
while read -r one two three four point rest; do points="$points
$point"; done </proc/self/mountinfo
points="$points
"
${ESCAPE}
tries=0
try_overlay() {
  # One that was volatile is not taken again.
  tries=$((tries + 1))
  mkdir "$trial/up/$tries" "$trial/workdir/$tries" &&
    mount -t overlay -o "$options,lowerdir=$1,upperdir=$trial/up/$tries,workdir=$trial/workdir/$tries" overlay "$trial/root" 2>/dev/null &&
    umount "$trial/root"
}
options=none
for candidate in userxattr,volatile volatile userxattr,index=off; do
  options=$candidate
  if try_overlay /etc || try_overlay /usr; then break; fi
  options=none
done
echo "options $options"
line() { printf '%s\\n' "$1" >>"$skeleton/fstab"; }
if [ "$options" = none ]; then
  machine=$skeleton/tmpfs/upper
  own=$machine
  line '${UPPER} ${NEW_ROOT} none bind 0 0'
else
  machine=$skeleton/machine
  own=$skeleton/own
  line "${rootLine('$options', '$machine')}"
fi
count=0
add_bind() {
  escape "$1"
  line "$escaped ${NEW_ROOT}$escaped none rbind 0 0"
  echo "bind $1"
}
add_overlay() {
  count=$((count + 1))
  escape "$1"
  mkdir -p -m "$mode" "$skeleton/tmpfs/up$1" "$skeleton/tmpfs/workdir/$count"
  line "overlay ${NEW_ROOT}$escaped overlay $options,lowerdir=$escaped,upperdir=${SCRATCH}/up$escaped,workdir=${SCRATCH}/workdir/$count 0 0"
  echo "overlay $1"
}
add() {
  if [ -L "$1" ]; then cp -P "$1" "$machine$1"; return; fi
  if [ -f "$1" ]; then : >"$machine$1" && add_bind "$1"; return; fi
  [ -d "$1" ] || return
  mode=$(stat -c %a "$1")
  mkdir -p -m "$mode" "$machine$1"
  case $1 in
    /proc | /sys | /dev | /run) return ;;
    /boot | /lost+found | /media | /mnt) add_bind "$1"; return ;;
  esac
  if [ "$options" = none ] || [ "$count" -ge ${OVERLAYS_MAX} ]; then add_bind "$1"; return; fi
  case $1 in *[:,\\\\\\"]*) add_bind "$1"; return ;; esac
  case $points in
    *"
$1/"*)
      # Entries of /tmp are many, and come and go.
      if [ "$1" = /tmp ]; then add_bind "$1"; else add_all "$1"; fi ;;
    *"
$1
"*)
      # Of another kind, perhaps, than the one that was tried.
      if try_overlay "$1"; then add_overlay "$1"; else add_bind "$1"; fi ;;
    *) add_overlay "$1" ;;
  esac
}
add_all() {
  for entry in "$1"/* "$1"/.[!.]*; do add "$entry"; done
}
add_all ''
${makeOwnScript('"$own"')}
${OWN_MOUNTS.map((mount) => `line '${mount}'\n`).join('')}`

/** Reads what PLAN_ROOT_SCRIPT printed. */
export function parseRootPlan(text: string): RootPlan {
  const lines = text.split('\n').map((line) => {
    const separator = line.indexOf(' ')
    return { key: line.slice(0, separator), value: line.slice(separator + 1) }
  })
  const valuesOf = (key: string) =>
    lines.filter((line) => line.key === key).map((line) => line.value)
  const [options = 'none'] = valuesOf('options')
  return {
    overlayOptions: options === 'none' ? undefined : options,
    overlays: valuesOf('overlay'),
    binds: valuesOf('bind'),
  }
}

/** Directories that belong to the machine, not to anybody's work. */
const SYSTEM_TREES = words('bin boot dev etc lib lib32 lib64 libx32 proc sbin sys usr')
const SYSTEM_PARENTS = words(
  'home media mnt opt root run srv tmp var var/cache var/lib var/log var/tmp',
)

/**
 * Whether a container that starts in this directory works in a tree of the user's: that stays the machine's
 * own (docs/decisions/0011).
 */
export function isWorkingTree(directory: string): boolean {
  const parts = directory.split('/').filter((part) => part !== '' && part !== '.')
  const [top] = parts
  if (top === undefined || parts.includes('..')) return false
  return !SYSTEM_TREES.includes(top) && !SYSTEM_PARENTS.includes(parts.join('/'))
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
